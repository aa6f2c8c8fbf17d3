/** How an edge reads from the node that is looked at, `out` of it or `in`to it. */
const relations: Partial<Record<string, readonly [out: string, into: string]>> = {
  contains: ["Contains", "Inside"],
  imports: ["Imports", "Imported by"],
  calls: ["Calls", "Called by"],
  extends: ["Extends", "Extended by"],
  implements: ["Implements", "Implemented by"],
  references: ["Names", "Named by"],
  tests: ["Tests", "Tested by"],
  documents: ["Documents", "Documented in"],
  depends_on: ["Depends on", "Needed by"],
  provides: ["Provides", "Provided by"],
  consumes: ["Consumes", "Consumed by"],
  owns: ["Owns", "Owned by"],
  changed_by: ["Changed by", "Changed"],
  planned_for: ["Planned for", "Planned"],
  same_as: ["Same as", "Same as"],
};

/** In the order in which people ask for them. */
const order = ["calls", "tests", "imports", "extends", "implements", "references"];

export function relation(kind: string, way: "out" | "in"): string {
  const words = relations[kind];
  return words?.[way === "out" ? 0 : 1] ?? kindWords(kind);
}

/** `depends_on` as people write it. */
export function kindWords(kind: string): string {
  return kind.replaceAll("_", " ");
}

export function relationRank(kind: string, way: "out" | "in"): number {
  const place = order.indexOf(kind);
  return (place === -1 ? order.length : place) * 2 + (way === "in" ? 0 : 1);
}
