import type { Dot, Line, Picture } from "./picture";
import type { Colour } from "./view";

/** A colour by its role; `graph.css` says which it is in either theme. */
export type Tint = `tint-${1 | 2 | 3 | 4 | 5 | 6 | 7 | 8}` | "tint-other" | `heat-${Heat}`;
type Heat = 0 | 1 | 2 | 3 | 4;

export interface Entry {
  /** As the address has it: `kind:function`. */
  readonly id: string;
  readonly label: string;
  readonly tint: Tint;
  readonly count: number;
}

export interface Legend {
  readonly entries: readonly Entry[];
  readonly links: readonly LinkEntry[];
  readonly entryOf: (dot: Dot) => Entry | undefined;
}

export interface LinkEntry {
  readonly id: string;
  readonly kind: string;
  readonly count: number;
}

interface Sort {
  readonly key: string;
  readonly label: string;
  readonly tint?: Tint;
  /** The order in the legend, where it is not by count. */
  readonly rank?: number;
}

/** In the order in which they are given away; grey comes last. */
const tints: readonly Tint[] = [
  "tint-2",
  "tint-5",
  "tint-4",
  "tint-7",
  "tint-8",
  "tint-6",
  "tint-3",
  "tint-1",
];

/** What the colours mean, how many there are of each, and which of them a dot has. */
export function makeLegend(
  { dots, lines }: Picture,
  colour: Colour | "distance",
  languages: readonly string[],
): Legend {
  const sorts = new Map(dots.map((dot) => [dot.id, sortOf(dot, colour, languages)]));
  const counts = new Map<string, { sort: Sort; count: number }>();
  for (const sort of sorts.values()) {
    const known = counts.get(sort.key);
    if (known) known.count += 1;
    else counts.set(sort.key, { sort, count: 1 });
  }
  const ordered = [...counts.values()].toSorted(
    (left, right) =>
      (left.sort.rank ?? 0) - (right.sort.rank ?? 0) ||
      right.count - left.count ||
      left.sort.key.localeCompare(right.sort.key),
  );
  const entries = ordered.map(({ sort, count }, place) => ({
    id: `${colour}:${sort.key}`,
    label: sort.label,
    tint: sort.tint ?? tints[place] ?? "tint-other",
    count,
  }));
  const byKey = new Map(entries.map((entry) => [entry.id, entry]));
  return {
    entries,
    links: linkEntries(lines),
    entryOf: (dot) => byKey.get(`${colour}:${sorts.get(dot.id)?.key ?? ""}`),
  };
}

function linkEntries(lines: readonly Line[]): readonly LinkEntry[] {
  const counts = new Map<string, number>();
  for (const line of lines) counts.set(line.kind, (counts.get(line.kind) ?? 0) + line.count);
  return [...counts]
    .map(([kind, count]) => ({ id: `link:${kind}`, kind, count }))
    .toSorted((left, right) => right.count - left.count || left.kind.localeCompare(right.kind));
}

function sortOf(dot: Dot, colour: Colour | "distance", languages: readonly string[]): Sort {
  switch (colour) {
    case "kind":
      return { key: dot.kind, label: dot.kind, tint: tintOfKind(dot.kind) };
    case "language": {
      // The largest of the project keep their colours whatever part of it is shown.
      const place = languages.indexOf(dot.language ?? "");
      return {
        key: dot.language ?? "none",
        label: dot.language ?? "no language",
        tint: (place === -1 ? undefined : tints[place]) ?? "tint-other",
      };
    }
    case "owner":
      return dot.owner === undefined
        ? { key: "nobody", label: "nobody known", tint: "tint-other", rank: 1 }
        : { key: dot.owner, label: dot.owner };
    case "changes":
      return inSteps(dot.changes, [1, 5, 20, 100], "change");
    case "ghosts":
      return inSteps(dot.ghosts, [1, 3, 10, 30], "ghost");
    case "distance":
      return distance(dot.depth ?? 0);
  }
}

/** One of five steps of a number: none, and up to each of the bounds. */
function inSteps(number: number, from: readonly number[], noun: string): Sort {
  const heat = from.filter((bound) => number >= bound).length as Heat;
  const [low, high] = [from[heat - 1], from[heat]];
  const range =
    low === undefined
      ? `no ${noun}s`
      : high === undefined
        ? `${low} and more`
        : `${low} to ${high - 1}`;
  return { key: String(low ?? 0), label: range, tint: `heat-${heat}`, rank: heat };
}

function distance(depth: number): Sort {
  const heat = Math.max(0, 4 - depth) as Heat;
  const label = depth === 0 ? "itself" : depth === 1 ? "1 step away" : `${depth} steps away`;
  return { key: String(depth), label, tint: `heat-${heat}`, rank: depth };
}

const kinds: Partial<Record<string, Tint>> = {
  repository: "tint-1",
  folder: "tint-1",
  file: "tint-2",
  module: "tint-3",
  class: "tint-4",
  interface: "tint-4",
  enum: "tint-4",
  type: "tint-4",
  function: "tint-5",
  method: "tint-6",
  test: "tint-7",
  document: "tint-8",
  section: "tint-8",
};

function tintOfKind(kind: string): Tint {
  return kinds[kind] ?? "tint-other";
}

/** Whether a dot passes the legend's filter and the time that is looked at. */
export function isShown(
  dot: Dot,
  legend: Legend,
  { hidden, until }: { hidden: ReadonlySet<string>; until: number | undefined },
): boolean {
  const entry = legend.entryOf(dot);
  if (entry !== undefined && hidden.has(entry.id)) return false;
  return until === undefined || dot.firstChange === undefined || dot.firstChange <= until;
}

/** The part of a picture that the legend lets through. */
export function filtered(
  picture: Picture,
  legend: Legend,
  by: { hidden: ReadonlySet<string>; until: number | undefined },
): Picture {
  const dots = picture.dots.filter((dot) => isShown(dot, legend, by));
  const ids = new Set(dots.map((dot) => dot.id));
  const lines = picture.lines.filter(
    ({ from, to, kind }) => ids.has(from) && ids.has(to) && !by.hidden.has(`link:${kind}`),
  );
  return { dots, lines, truncated: picture.truncated };
}
