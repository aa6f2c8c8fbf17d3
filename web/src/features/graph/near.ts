import type { GraphNode, Subgraph } from "../../api/types";
import { relation, relationRank } from "./words";

interface Group {
  readonly words: string;
  readonly nodes: readonly GraphNode[];
}

/** What surrounds a node, by how it stands to it; who depends on it comes first. */
export function grouped(id: number, { nodes, edges }: Subgraph): readonly Group[] {
  const byId = new Map(nodes.map(({ node }) => [node.id, node]));
  const groups = new Map<string, { words: string; rank: number; nodes: Set<GraphNode> }>();
  for (const { from, to, kind } of edges) {
    if ((from !== id && to !== id) || from === to) continue;
    const way = from === id ? "out" : "in";
    const other = byId.get(way === "out" ? to : from);
    if (other === undefined) continue;
    const words = relation(kind, way);
    const group = groups.get(words);
    if (group) group.nodes.add(other);
    else groups.set(words, { words, rank: relationRank(kind, way), nodes: new Set([other]) });
  }
  return [...groups.values()]
    .toSorted((left, right) => left.rank - right.rank || left.words.localeCompare(right.words))
    .map((group) => ({
      words: group.words,
      nodes: [...group.nodes].toSorted((left, right) =>
        left.qualified_name.localeCompare(right.qualified_name),
      ),
    }));
}
