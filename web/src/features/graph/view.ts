import type { GraphStatus, MapLevel } from "../../api/types";
import type { graph } from "../../search-params";

/** What stands behind the `?`: with it a link shows somebody else the same. */
export type Search = ReturnType<typeof graph>;

export type Level = MapLevel;
export type Mode = "impact" | "path" | "near";
export type Colour = "kind" | "language" | "changes" | "owner" | "ghosts";

export const DEPTHS = [1, 2, 3, 4, 5] as const;
const DEPTH = 3;

/** The address with all that it leaves out. */
export interface View {
  readonly level: Level;
  /** The folder or file that was opened; empty: the whole project. */
  readonly under: string;
  /** What is selected. */
  readonly node: string | undefined;
  /** The question that is asked, and of which node: others may be selected among its answers. */
  readonly mode: Mode | undefined;
  readonly of: string | undefined;
  /** The other end of a path; absent while it is being picked. */
  readonly to: string | undefined;
  readonly depth: number;
  readonly colour: Colour;
  readonly hidden: ReadonlySet<string>;
  /** Unix seconds. */
  readonly until: number | undefined;
}

export function viewOf(search: Search, status: Pick<GraphStatus, "files"> | undefined): View {
  const depth = Number(search.depth);
  const until = Number(search.until);
  const level = search.level ?? firstLevel(status);
  return {
    level,
    under: search.under ?? "",
    node: search.node,
    mode: search.of === undefined ? undefined : search.ask,
    of: search.of,
    to: search.to,
    depth: DEPTHS.find((known) => known === depth) ?? DEPTH,
    // Folders are all of one kind.
    colour: search.colour ?? (level === "folder" && search.of === undefined ? "language" : "kind"),
    hidden: parseHidden(search.hide),
    until: search.until !== undefined && Number.isFinite(until) ? until : undefined,
  };
}

/** A project of few files shows them at once; of more, its folders. */
function firstLevel(status: Pick<GraphStatus, "files"> | undefined): Level {
  return (status?.files ?? 0) <= 60 ? "file" : "folder";
}

function parseHidden(text: string | undefined): ReadonlySet<string> {
  return new Set(text?.split(",").map(decodeURIComponent));
}

/** Shows or hides one entry of the legend. */
export function toggled(hidden: ReadonlySet<string>, entry: string): string | undefined {
  const next = new Set(hidden);
  if (!next.delete(entry)) next.add(entry);
  return formatHidden(next);
}

export function formatHidden(hidden: ReadonlySet<string>): string | undefined {
  if (hidden.size === 0) return undefined;
  return [...hidden].toSorted().map(encodeURIComponent).join(",");
}

/** What changes in the address when a cluster is opened. */
export function opened(kind: string, path: string): Search {
  return { ...elsewhere, level: kind === "file" ? "symbol" : "file", under: path };
}

/** What changes when a question is asked of a node. */
export function asked(mode: Mode, of: string): Search {
  return { ...unasked, ask: mode, of, node: of };
}

/** What changes when one goes up: out of a question, then a folder at a time. */
export function above(view: View): Search | undefined {
  if (view.mode !== undefined) return { ...unasked, node: view.of };
  if (view.node !== undefined) return { node: undefined };
  if (view.under === "") return undefined;
  const path = view.under.split("/").slice(0, -1).join("/");
  return {
    ...elsewhere,
    level: view.level === "symbol" ? "file" : undefined,
    under: path === "" ? undefined : path,
  };
}

/** Another part of the graph: what was chosen in this one stays behind. */
const elsewhere: Search = {
  node: undefined,
  ask: undefined,
  of: undefined,
  to: undefined,
  at: undefined,
  until: undefined,
};

const unasked: Search = { ask: undefined, of: undefined, to: undefined, at: undefined };

export interface Crumb {
  readonly name: string;
  readonly search: Search;
}

/** The way from the project to what is open. */
export function crumbs(project: string, under: string): readonly Crumb[] {
  const parts = under === "" ? [] : under.split("/");
  return [
    { name: project, search: { ...elsewhere, level: undefined, under: undefined } },
    ...parts.map((name, place) => ({
      name,
      search: {
        ...elsewhere,
        level: "file" as const,
        under: parts.slice(0, place + 1).join("/"),
      },
    })),
  ];
}

/** Where a node that was found can be seen: a symbol in its file, a file in its folder, what is in neither among its neighbours. */
export function whereToSee(node: { id: number; kind: string; path?: string | null }): Search {
  const path = node.path ?? "";
  const folder = path.split("/").slice(0, -1).join("/");
  const beside = folder === "" ? undefined : folder;
  const chosen = { ...elsewhere, node: String(node.id) };
  if (node.kind === "folder") return { ...chosen, level: "folder", under: beside };
  if (node.kind === "file") return { ...chosen, level: "file", under: beside };
  if (path === "") return asked("near", String(node.id));
  return { ...chosen, level: "symbol", under: path };
}

export interface Camera {
  readonly x: number;
  readonly y: number;
  readonly ratio: number;
}

export function parseCamera(at: string | undefined): Camera | undefined {
  const [x, y, ratio, more] = at?.split("_").map(Number) ?? [];
  if (x === undefined || y === undefined || ratio === undefined || more !== undefined) return;
  return [x, y, ratio].every(Number.isFinite) && ratio > 0 ? { x, y, ratio } : undefined;
}

export function formatCamera({ x, y, ratio }: Camera): string | undefined {
  const text = [x, y, ratio].map((number) => number.toFixed(3)).join("_");
  return text === "0.500_0.500_1.000" ? undefined : text;
}
