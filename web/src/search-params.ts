// What stands behind the `?` of each page. Whatever cannot be understood is as if it were absent.

type Raw = Record<string, unknown>;

function text(value: unknown): string | undefined {
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  return typeof value === "string" && value !== "" ? value : undefined;
}

function oneOf<Value extends string>(value: unknown, values: readonly Value[]): Value | undefined {
  return values.find((known) => known === value);
}

/** Leaves out what is absent, so that it leaves the address too. */
function present<Values extends object>(values: Values): Present<Values> {
  return Object.fromEntries(
    Object.entries(values).filter(([, value]) => value !== undefined),
  ) as Present<Values>;
}

type Present<Values> = { [Name in keyof Values]?: Values[Name] | undefined };

export function list(raw: Raw) {
  return present({ q: text(raw.q), sort: text(raw.sort), state: text(raw.state) });
}

export function projects(raw: Raw) {
  return present({
    q: text(raw.q),
    tag: text(raw.tag),
    status: oneOf(raw.status, ["online", "degraded", "offline", "unknown"]),
    sort: text(raw.sort),
  });
}

export function signIn(raw: Raw) {
  return present({ token: text(raw.token), next: text(raw.next) });
}

export function knowledge(raw: Raw) {
  return present({
    collection: text(raw.collection),
    q: text(raw.q),
    sort: text(raw.sort),
  });
}

export function document(raw: Raw) {
  return present({ lines: text(raw.lines) });
}

export function events(raw: Raw) {
  return present({
    q: text(raw.q),
    since: oneOf(raw.since, ["15m", "1h", "24h", "7d"]),
    sort: text(raw.sort),
  });
}

export function knowledgeSearch(raw: Raw) {
  return present({
    q: text(raw.q),
    projects: text(raw.projects),
    collection: text(raw.collection),
    kind: text(raw.kind),
    mode: oneOf(raw.mode, ["hybrid", "vector", "keyword", "graph"]),
  });
}

export function graph(raw: Raw) {
  return present({
    view: oneOf(raw.view, ["map", "table"]),
    level: oneOf(raw.level, ["folder", "file", "symbol"]),
    under: text(raw.under),
    node: text(raw.node),
    ask: oneOf(raw.ask, ["impact", "path", "near"]),
    of: text(raw.of),
    to: text(raw.to),
    depth: text(raw.depth),
    colour: oneOf(raw.colour, ["kind", "language", "changes", "owner", "ghosts"]),
    hide: text(raw.hide),
    until: text(raw.until),
    at: text(raw.at),
    q: text(raw.q),
    sort: text(raw.sort),
  });
}

/** An order as the address has it: `name`, or `-name` for the other way round. */
export function parseSort(sort: string | undefined): { id: string; desc: boolean } | undefined {
  if (sort === undefined) return undefined;
  return sort.startsWith("-") ? { id: sort.slice(1), desc: true } : { id: sort, desc: false };
}

export function formatSort(sort: { id: string; desc: boolean } | undefined): string | undefined {
  return sort && (sort.desc ? `-${sort.id}` : sort.id);
}
