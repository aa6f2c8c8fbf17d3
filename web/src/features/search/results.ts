import type { Hit, Leg } from "../../api/types";

export interface FoundHit extends Hit {
  readonly project: string;
}

export interface FoundDocument {
  readonly key: string;
  readonly project: string;
  readonly collection: string;
  readonly document: string;
  readonly path: string;
  readonly title: string | undefined;
  readonly kind: string | undefined;
  readonly hits: readonly FoundHit[];
}

/** Hits of all projects by document, the document of the best hit first. */
export function byDocument(hits: readonly FoundHit[]): readonly FoundDocument[] {
  const documents = new Map<string, FoundDocument>();
  for (const hit of hits.toSorted((left, right) => right.score - left.score)) {
    const key = `${hit.project}/${hit.document}`;
    const known = documents.get(key);
    documents.set(key, {
      key,
      project: hit.project,
      collection: hit.collection,
      document: hit.document,
      path: hit.path,
      title: hit.title ?? undefined,
      kind: hit.kind ?? undefined,
      hits: [...(known?.hits ?? []), hit],
    });
  }
  return [...documents.values()];
}

/** How often each value occurs, the most frequent first. */
export function facet(
  values: readonly (string | null | undefined)[],
): readonly (readonly [string, number])[] {
  const counts = new Map<string, number>();
  for (const value of values) {
    if (value != null) counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  return [...counts].toSorted(
    ([left, one], [right, other]) => other - one || left.localeCompare(right),
  );
}

const LEGS = ["keyword", "vector", "graph"] as const;

/** Why a hit stands where it stands: `keyword 3rd · vector 1st · 0.82`. */
export function whyWords(hit: Hit): string {
  const legs = LEGS.map((name) => leg(name, hit.explain?.[name]));
  return [...legs.filter((words) => words !== undefined), hit.score.toFixed(2)].join(" · ");
}

function leg(name: string, leg: Leg | null | undefined): string | undefined {
  return leg == null ? undefined : `${name} ${ordinal(leg.rank)}`;
}

/** The arithmetic behind it, from which the score can be recomputed. */
export function whyDetail(hit: Hit): string | undefined {
  const legs = LEGS.flatMap((name) => {
    const found = hit.explain?.[name];
    if (found == null) return [];
    return [
      `${name}: ${found.raw.toFixed(3)} → ${found.normalised.toFixed(3)} × weight ${found.weight.toFixed(2)}`,
    ];
  });
  const trail = hit.explain?.trail ?? [];
  const way = trail.map(({ name, by, reversed }) =>
    by == null ? name : `${reversed === true ? "←" : "→"}${by} ${name}`,
  );
  if (way.length > 0) legs.push(`way: ${way.join(" ")}`);
  return legs.length === 0 ? undefined : legs.join("; ");
}

export function ordinal(number: number): string {
  const teen = number % 100 >= 11 && number % 100 <= 13;
  const ending = teen ? "th" : (["th", "st", "nd", "rd"][number % 10] ?? "th");
  return `${number}${ending}`;
}
