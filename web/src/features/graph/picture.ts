import type { GraphEdge, GraphMap, GraphNode, GraphPath, MapNode, Subgraph } from "../../api/types";

/** A node as it is drawn and listed. */
export interface Dot {
  readonly id: string;
  readonly kind: string;
  readonly name: string;
  readonly qualifiedName: string;
  readonly path: string;
  readonly line: number | undefined;
  readonly language: string | undefined;
  readonly files: number;
  readonly symbols: number;
  readonly lines: number;
  readonly ghosts: number;
  readonly changes: number;
  readonly owner: string | undefined;
  /** Unix seconds. */
  readonly firstChange: number | undefined;
  /** Steps from where a walk began. */
  readonly depth: number | undefined;
}

export interface Line {
  readonly from: string;
  readonly to: string;
  readonly kind: string;
  readonly count: number;
}

/** What is drawn: a level of the map, or what a question about one node found. */
export interface Picture {
  readonly dots: readonly Dot[];
  readonly lines: readonly Line[];
  readonly truncated: boolean;
}

export const nothing: Picture = { dots: [], lines: [], truncated: false };

export function pictureOfMap(map: GraphMap): Picture {
  const parents = map.nodes.flatMap((node) =>
    node.parent == null || node.parent === node.id ? [] : [[node.parent, node.id] as const],
  );
  const contains = parents.map(([from, to]) => ({ from, to, kind: "contains", count: 1 }));
  const links = map.links.filter((link) => link.kind !== "contains" && link.from !== link.to);
  const dots = map.nodes.map(dotOfMapNode);
  return { dots, lines: known(dots, [...contains, ...links]), truncated: map.truncated };
}

export function pictureOfWalk(walk: Subgraph): Picture {
  const dots = walk.nodes.map(({ node, depth }) => dotOfNode(node, depth));
  return { dots, lines: known(dots, counted(walk.edges)), truncated: walk.truncated };
}

export function pictureOfPath(path: GraphPath): Picture {
  const dots = path.nodes.map((node, place) => dotOfNode(node, place));
  return { dots, lines: known(dots, counted(path.edges)), truncated: false };
}

interface NumberedLine {
  readonly from: number;
  readonly to: number;
  readonly kind: string;
  readonly count: number;
}

/** Edges between the same two nodes drawn as one. */
function counted(edges: readonly GraphEdge[]): NumberedLine[] {
  const lines = new Map<string, { from: number; to: number; kind: string; count: number }>();
  for (const { from, to, kind } of edges) {
    const key = `${from} ${to} ${kind}`;
    const line = lines.get(key);
    if (line) line.count += 1;
    else if (from !== to) lines.set(key, { from, to, kind, count: 1 });
  }
  return [...lines.values()];
}

/** Lines whose two ends are there. */
function known(dots: readonly Dot[], lines: readonly NumberedLine[]): Line[] {
  const ids = new Set(dots.map((dot) => dot.id));
  return lines
    .map((line) => ({ ...line, from: String(line.from), to: String(line.to) }))
    .filter((line) => ids.has(line.from) && ids.has(line.to));
}

function dotOfMapNode(node: MapNode): Dot {
  return {
    id: String(node.id),
    kind: node.kind,
    name: node.name,
    qualifiedName: node.qualified_name,
    path: node.path ?? "",
    line: undefined,
    language: node.language ?? undefined,
    files: node.files,
    symbols: node.symbols,
    lines: node.lines,
    ghosts: node.ghosts,
    changes: node.changes,
    owner: node.owner ?? undefined,
    firstChange: node.first_change ?? undefined,
    depth: undefined,
  };
}

function dotOfNode(node: GraphNode, depth: number): Dot {
  const [first, last] = node.lines ?? [];
  return {
    id: String(node.id),
    kind: node.kind,
    name: node.name,
    qualifiedName: node.qualified_name,
    path: node.path ?? "",
    line: first,
    language: node.language ?? undefined,
    files: 0,
    symbols: 0,
    lines: first === undefined || last === undefined ? 0 : last - first + 1,
    ghosts: 0,
    changes: 0,
    owner: undefined,
    firstChange: undefined,
    depth,
  };
}

/** Whether there is something to see inside. */
export function opens(dot: Pick<Dot, "kind" | "files" | "symbols" | "path">): boolean {
  return ["folder", "repository", "file"].includes(dot.kind) && (dot.files > 0 || dot.symbols > 0);
}

/** The panel tells the whole of a longer name. */
const LONG = 32;

/** What is said of a dot beside its name: how much is in a cluster. */
export function labelOf(dot: Dot): string {
  const name = dot.name.length > LONG ? `${dot.name.slice(0, LONG - 1)}…` : dot.name;
  const much = dot.kind === "file" ? dot.symbols : dot.files;
  return opens(dot) && much > 0 ? `${name} · ${much}` : name;
}

/** Which dots a line of a shown kind leads to or from, by dot. */
export function neighbours(lines: readonly Line[]): ReadonlyMap<string, ReadonlySet<string>> {
  const found = new Map<string, Set<string>>();
  const add = (one: string, other: string) => {
    const set = found.get(one);
    if (set) set.add(other);
    else found.set(one, new Set([other]));
  };
  for (const { from, to } of lines) {
    add(from, to);
    add(to, from);
  }
  return found;
}
