export interface Part {
  readonly text: string;
  readonly marked: boolean;
}

export interface Line {
  readonly number: number;
  readonly parts: readonly Part[];
}

/** Places counted in UTF-8 bytes, as the server has them, as places in a string of JavaScript. */
export function toPlaces(text: string, offsets: readonly number[]): Map<number, number> {
  const wanted = [...new Set(offsets)].toSorted((left, right) => left - right);
  const places = new Map<number, number>();
  let byte = 0;
  let place = 0;
  for (const offset of wanted) {
    while (byte < offset && place < text.length) {
      const code = text.codePointAt(place) ?? 0;
      byte += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
      place += code > 0xffff ? 2 : 1;
    }
    places.set(offset, place);
  }
  return places;
}

/** The lines of a hit, numbered from `first`, with what matched marked. */
export function markedLines(
  text: string,
  highlights: readonly (readonly number[])[],
  first: number,
): readonly Line[] {
  const places = toPlaces(text, highlights.flat());
  const ranges = highlights
    .map(([from = 0, to = 0]) => [places.get(from) ?? 0, places.get(to) ?? 0] as const)
    .toSorted(([left], [right]) => left - right);
  let start = 0;
  return text.split("\n").map((line, index) => {
    const end = start + line.length;
    const inside = ranges.filter(([from, to]) => from < end && to > start);
    const parts = cut(
      line,
      inside.map(([from, to]) => [from - start, to - start]),
    );
    start = end + 1;
    return { number: first + index, parts };
  });
}

function cut(line: string, ranges: readonly (readonly [number, number])[]): readonly Part[] {
  const parts: Part[] = [];
  let at = 0;
  for (const [from, to] of ranges) {
    const begin = Math.max(at, from);
    const end = Math.min(line.length, to);
    if (end <= begin) continue;
    if (begin > at) parts.push({ text: line.slice(at, begin), marked: false });
    parts.push({ text: line.slice(begin, end), marked: true });
    at = end;
  }
  if (at < line.length) parts.push({ text: line.slice(at), marked: false });
  return parts;
}

const SHOWN = 6;

/** The few lines that show why a hit is one: those that match with their neighbours, or the first. */
export function bestLines(lines: readonly Line[]): readonly Line[] {
  const hits = lines.flatMap((line, index) =>
    line.parts.some((part) => part.marked) ? [index] : [],
  );
  const wanted = new Set(
    hits.length === 0 ? [0, 1, 2, 3] : hits.flatMap((hit) => [hit - 1, hit, hit + 1]),
  );
  const shown = lines.filter((line, index) => wanted.has(index) && !isEmpty(line));
  return shown.slice(0, SHOWN);
}

/** Nothing to read: a blank line, a rule, the edge of a code block. */
function isEmpty(line: Line): boolean {
  const text = line.parts.map((part) => part.text).join("");
  return !/[\p{L}\p{N}]/u.test(text) || /^\s*```/.test(text);
}
