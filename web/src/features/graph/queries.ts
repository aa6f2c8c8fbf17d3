import { api, take } from "../../api/client";
import type {
  GraphMap,
  GraphNode,
  GraphPath,
  GraphStatus,
  Indexing,
  Level,
  Subgraph,
} from "./types";

type Call = (path: string, asked: object) => Promise<{ data?: unknown; response: Response }>;

function ask<Answer>(project: string, part: string, query: object = {}): Promise<Answer> {
  const path = `/api/v1/projects/{project}/graph${part}`;
  return take(
    (api.GET as unknown as Call)(path, { params: { path: { project }, query } }) as Promise<{
      data?: Answer;
      response: Response;
    }>,
  );
}

/** More than a screen can show apart, and few enough to answer within a second. */
const MAP_LIMIT = 10_000;

export function statusQuery(project: string) {
  return {
    queryKey: ["graph", project, "status"],
    queryFn: () => ask<GraphStatus>(project, ""),
  };
}

export function mapQuery(project: string, level: Level, under: string) {
  return {
    queryKey: ["graph", project, "map", level, under],
    queryFn: () =>
      ask<GraphMap>(project, "/map", {
        level,
        limit: MAP_LIMIT,
        ...(under !== "" && { under }),
      }),
  };
}

export function nodeQuery(project: string, id: string) {
  return {
    queryKey: ["graph", project, "node", id],
    queryFn: () => ask<GraphNode>(project, `/nodes/${id}`),
  };
}

export function findQuery(project: string, name: string) {
  return {
    queryKey: ["graph", project, "find", name],
    queryFn: () => ask<GraphNode[]>(project, "/nodes", { name, match: "fuzzy", limit: 12 }),
    enabled: name !== "",
  };
}

export function nearQuery(project: string, id: string) {
  return {
    queryKey: ["graph", project, "near", id],
    queryFn: () => ask<Subgraph>(project, "/neighbours", { node: id, limit: 200 }),
  };
}

export function impactQuery(project: string, symbol: string, depth: number) {
  return {
    queryKey: ["graph", project, "impact", symbol, depth],
    queryFn: () => ask<Subgraph>(project, "/impact", { symbol, depth, limit: 1000 }),
  };
}

export function pathQuery(project: string, from: string, to: string) {
  return {
    queryKey: ["graph", project, "path", from, to],
    queryFn: () => ask<GraphPath>(project, "/path", { from, to }),
  };
}

export function indexFolder(project: string, path: string): Promise<Indexing> {
  const call = api.POST as unknown as (
    path: string,
    asked: object,
  ) => Promise<{ data?: Indexing; response: Response }>;
  return take(
    call("/api/v1/projects/{project}/graph/index", {
      params: { path: { project } },
      body: { path },
    }),
  );
}

/** How far an indexing is; asked every half second until it has ended. */
export function indexingQuery(project: string, id: string) {
  return {
    queryKey: ["indexing", project, id],
    queryFn: () => ask<Indexing>(project, `/jobs/${id}`),
    refetchInterval: (query: { state: { data: Indexing | undefined } }) =>
      query.state.data === undefined || isRunning(query.state.data) ? 500 : (false as const),
  };
}

export function isRunning({ stage }: Pick<Indexing, "stage">): boolean {
  return stage !== "done" && stage !== "failed";
}
