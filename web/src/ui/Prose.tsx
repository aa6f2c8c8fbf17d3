/** A sentence of the server: it begins large, ends with a stop, and what stands in backticks is code. */
export function Prose({ text }: { text: string }) {
  return sentence(text)
    .split("`")
    .map((part, place) => (place % 2 === 1 ? <code key={place}>{part}</code> : part));
}

/** The server's texts begin small and end bare, as logs like them. */
export function sentence(text: string): string {
  const begun = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(begun) ? begun : `${begun}.`;
}
