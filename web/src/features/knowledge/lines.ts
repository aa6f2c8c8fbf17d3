/** `12-20` or `12`, as an address names lines; counted from 1. */
export function parseLines(text: string | undefined): { first: number; last: number } | undefined {
  const match = /^(\d+)(?:-(\d+))?$/.exec(text ?? "");
  if (match === null) return undefined;
  const first = Number(match[1]);
  const last = Number(match[2] ?? match[1]);
  return first >= 1 && last >= first ? { first, last } : undefined;
}
