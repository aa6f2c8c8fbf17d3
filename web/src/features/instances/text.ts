/** A command line as its arguments; quotes hold together what has spaces. */
export function splitCommand(line: string): string[] {
  const parts = line.matchAll(/"((?:[^"\\]|\\.)*)"|'([^']*)'|(\S+)/g);
  return [...parts].map((part) => part[1]?.replaceAll(/\\(.)/g, "$1") ?? part[2] ?? part[3] ?? "");
}

/** `NAME=value` lines as an object; a line without `=` is a name without a value. */
export function parseEnvironment(text: string): Record<string, string> {
  const lines = text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("#"));
  return Object.fromEntries(
    lines.map((line) => {
      const at = line.indexOf("=");
      return at === -1 ? [line, ""] : [line.slice(0, at).trim(), line.slice(at + 1)];
    }),
  );
}
