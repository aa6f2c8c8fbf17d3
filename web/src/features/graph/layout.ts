import Graph from "graphology";
import forceAtlas2 from "graphology-layout-forceatlas2";
import type { Line } from "./picture";

export interface Place {
  readonly x: number;
  readonly y: number;
}

export type Places = Readonly<Record<string, Place>>;

/** What a layout needs to know of a node. */
export interface Body {
  readonly id: string;
  readonly path: string;
  readonly qualifiedName: string;
}

export interface Task {
  readonly dots: readonly Body[];
  readonly lines: readonly Pick<Line, "from" | "to" | "count">[];
  /** Nodes that stay where they are: those whose surroundings are the same as before. */
  readonly pinned: Places;
}

const RADIUS = 100;
/** How much nearer a folder's files are to each other than the folder is to its neighbours. */
const SHRINK = 0.45;

/**
 * Where a node begins. It follows from the node's own path alone: files of a folder begin side by
 * side, and what is added elsewhere moves nothing.
 */
export function seed({ path, qualifiedName }: Body): Place {
  const parts = path === "" ? [] : path.split("/");
  let [x, y, radius, prefix] = [0, 0, RADIUS, ""];
  for (const part of [...parts, `#${qualifiedName}`]) {
    prefix += `/${part}`;
    const [turn, reach] = hashes(prefix);
    const length = radius * (0.5 + reach / 2);
    x += Math.cos(turn * 2 * Math.PI) * length;
    y += Math.sin(turn * 2 * Math.PI) * length;
    radius *= SHRINK;
  }
  return { x, y };
}

/** Two numbers in [0, 1) that a text always has: FNV-1a, stirred as MurmurHash3 ends. */
function hashes(text: string): [number, number] {
  let hash = 0x811c9dc5;
  for (let place = 0; place < text.length; place += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(place), 0x01000193);
  }
  const first = stir(hash);
  return [first / 2 ** 32, stir(first ^ 0x9e3779b9) / 2 ** 32];
}

function stir(number: number): number {
  let hash = number ^ (number >>> 16);
  hash = Math.imul(hash, 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

export function seeds(dots: readonly Body[], pinned: Places = {}): Places {
  return Object.fromEntries(dots.map((dot) => [dot.id, pinned[dot.id] ?? seed(dot)]));
}

/** Forces pull together what is linked. Nothing in it is random: one graph has one picture. */
export function layOut({ dots, lines, pinned }: Task): Places {
  // The engine adds forces up in the order of nodes and edges, which must not depend on the answer's.
  const nodes = dots.toSorted((left, right) => compare(left.id, right.id));
  const edges = lines.toSorted(
    (left, right) => compare(left.from, right.from) || compare(left.to, right.to),
  );
  const graph = new Graph({ multi: true });
  const start = seeds(nodes, pinned);
  for (const { id } of nodes) graph.addNode(id, { ...start[id], fixed: id in pinned });
  for (const { from, to, count } of edges) {
    graph.addEdge(from, to, { weight: Math.log2(1 + count) });
  }
  if (nodes.length < 2) return start;
  return forceAtlas2(graph, {
    iterations: rounds(nodes.length),
    getEdgeWeight: "weight",
    settings: {
      ...forceAtlas2.inferSettings(nodes.length),
      barnesHutOptimize: nodes.length > 500,
      gravity: 0.3,
      scalingRatio: 20,
    },
  });
}

/** Small graphs settle; of large ones the seeds are most of the picture. */
function rounds(nodes: number): number {
  return Math.round(Math.min(400, Math.max(40, 400_000 / nodes)));
}

/** Ids are numbers as text: shorter ones come first, as the numbers do. */
function compare(left: string, right: string): number {
  return left.length - right.length || (left < right ? -1 : left > right ? 1 : 0);
}

/**
 * What may stay where it was as a graph changes: every node that was there, unless one of its lines
 * is new or gone.
 */
export function pinnable(before: Task | undefined, after: Omit<Task, "pinned">): Set<string> {
  const unmoved = new Set(before?.dots.map((dot) => dot.id));
  const old = new Set(before?.lines.map(lineKey));
  const now = new Set(after.lines.map(lineKey));
  for (const line of [...(before?.lines ?? []), ...after.lines]) {
    const key = lineKey(line);
    if (old.has(key) && now.has(key)) continue;
    unmoved.delete(line.from);
    unmoved.delete(line.to);
  }
  return unmoved;
}

function lineKey({ from, to }: Pick<Line, "from" | "to">): string {
  return `${from} ${to}`;
}

/** What a dot takes, with its surroundings. */
const ROOM = 14;

/** Rings around `of`, where a walk began: the further away, the further out. */
export function rings(
  dots: readonly (Body & { readonly depth: number | undefined })[],
  of: string | undefined,
): Places {
  const places: Record<string, Place> = {};
  const depths = new Set(dots.map((dot) => dot.depth ?? 0));
  let radius = 0;
  for (const depth of [...depths].toSorted((left, right) => left - right)) {
    const ring = dots.filter((dot) => (dot.depth ?? 0) === depth);
    // A ring is wide enough for all that stand on it; of many it has several rows.
    const wide = (Math.min(ring.length, 48) * ROOM) / (2 * Math.PI);
    radius = depth === 0 ? ROOM : Math.max(radius + 40, wide);
    const rows = Math.ceil((ring.length * ROOM) / (2 * Math.PI * radius));
    const ordered = ring.toSorted(
      (left, right) =>
        compareText(left.path, right.path) || compareText(left.qualifiedName, right.qualifiedName),
    );
    ordered.forEach((dot, place) => {
      const turn = ((place + depth * 0.37) / ordered.length) * 2 * Math.PI;
      const reach = dot.id === of ? 0 : radius + (place % rows) * ROOM;
      places[dot.id] = { x: Math.cos(turn) * reach, y: Math.sin(turn) * reach };
    });
    radius += (rows - 1) * ROOM;
  }
  return places;
}

/** A way from top to bottom: names stand beside their dots, so that none covers the next. */
export function column(dots: readonly Body[]): Places {
  return Object.fromEntries(dots.map((dot, place) => [dot.id, { x: 0, y: place * -30 }]));
}

/** So little is not drawn larger to fill the canvas. */
const LEAST = 80;

interface Box {
  x: [number, number];
  y: [number, number];
}

/** What a canvas has to show to show all. */
export function boxOf(places: Places): Box {
  const all = Object.values(places);
  return { x: span(all.map(({ x }) => x)), y: span(all.map(({ y }) => y)) };
}

function span(numbers: readonly number[]): [number, number] {
  const [low, high] = numbers.reduce(
    ([least, most], number) => [Math.min(least, number), Math.max(most, number)],
    [Infinity, -Infinity],
  );
  const missing = Math.max(0, LEAST - (high - low)) / 2;
  return numbers.length === 0 ? [0, LEAST] : [low - missing, high + missing];
}

function compareText(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

export type Direction = "left" | "right" | "up" | "down";

/** The nearest of `others` in a direction, as arrow keys go; what lies straight ahead counts more. */
export function towards(
  from: Place,
  others: readonly (readonly [string, Place])[],
  direction: Direction,
): string | undefined {
  let best: { id: string; cost: number } | undefined;
  for (const [id, place] of others) {
    const [dx, dy] = [place.x - from.x, place.y - from.y];
    const ahead = { left: -dx, right: dx, up: dy, down: -dy }[direction];
    if (ahead <= 0) continue;
    const aside = direction === "left" || direction === "right" ? Math.abs(dy) : Math.abs(dx);
    const cost = ahead + 2 * aside;
    if (best === undefined || cost < best.cost) best = { id, cost };
  }
  return best?.id;
}
