import { api, Failure, take } from "../../api/client";
import type { GraphPath, Indexing } from "../../api/types";
import type { Level } from "./view";

/** More than a screen can show apart, and few enough to answer within a second. */
const MAP_LIMIT = 10_000;

export function statusQuery(project: string) {
  return {
    queryKey: ["graph", project, "status"],
    queryFn: () =>
      take(api.GET("/api/v1/projects/{project}/graph", { params: { path: { project } } })),
  };
}

export function mapQuery(project: string, level: Level, under: string) {
  const query = {
    level: level,
    limit: MAP_LIMIT,
    ...(under !== "" && { under }),
  };
  return {
    queryKey: ["graph", project, "map", level, under],
    queryFn: () =>
      take(
        api.GET("/api/v1/projects/{project}/graph/map", { params: { path: { project }, query } }),
      ),
  };
}

export function nodeQuery(project: string, id: string) {
  return {
    queryKey: ["graph", project, "node", id],
    queryFn: () =>
      take(
        api.GET("/api/v1/projects/{project}/graph/nodes/{id}", {
          params: { path: { project, id: Number(id) } },
        }),
      ),
  };
}

export function findQuery(project: string, name: string) {
  const query = { name, match: "fuzzy" as const, limit: 12 };
  return {
    queryKey: ["graph", project, "find", name],
    queryFn: () =>
      take(
        api.GET("/api/v1/projects/{project}/graph/nodes", { params: { path: { project }, query } }),
      ),
    enabled: name !== "",
  };
}

export function nearQuery(project: string, id: string) {
  const query = { node: id, limit: 200 };
  return {
    queryKey: ["graph", project, "near", id],
    queryFn: () =>
      take(
        api.GET("/api/v1/projects/{project}/graph/neighbours", {
          params: { path: { project }, query },
        }),
      ),
  };
}

export function impactQuery(project: string, symbol: string, depth: number) {
  const query = { symbol, depth, limit: 1000 };
  return {
    queryKey: ["graph", project, "impact", symbol, depth],
    queryFn: () =>
      take(
        api.GET("/api/v1/projects/{project}/graph/impact", {
          params: { path: { project }, query },
        }),
      ),
  };
}

export function pathQuery(project: string, from: string, to: string) {
  const query = { from, to };
  return {
    queryKey: ["graph", project, "path", from, to],
    queryFn: async (): Promise<GraphPath> => {
      try {
        return await take(
          api.GET("/api/v1/projects/{project}/graph/path", {
            params: { path: { project }, query },
          }),
        );
      } catch (failure) {
        // That there is no way is an answer too.
        if (failure instanceof Failure && failure.status === 404) return { nodes: [], edges: [] };
        throw failure;
      }
    },
  };
}

export function unresolvedQuery(project: string, path: string) {
  return {
    queryKey: ["graph", project, "unresolved", path],
    queryFn: () =>
      take(
        api.GET("/api/v1/projects/{project}/graph/unresolved", {
          params: { path: { project }, query: { path } },
        }),
      ),
  };
}

export function tiesQuery(project: string) {
  return {
    queryKey: ["graph", project, "ties"],
    queryFn: () =>
      take(api.GET("/api/v1/projects/{project}/graph/ties", { params: { path: { project } } })),
  };
}

export function indexFolder(project: string, path: string): Promise<Indexing> {
  return take(
    api.POST("/api/v1/projects/{project}/graph/index", {
      params: { path: { project } },
      body: { path },
    }),
  );
}

/** How far an indexing is; asked every half second until it has ended. */
export function indexingQuery(project: string, id: string) {
  return {
    queryKey: ["indexing", project, id],
    queryFn: () =>
      take(
        api.GET("/api/v1/projects/{project}/graph/jobs/{id}", {
          params: { path: { project, id } },
        }),
      ),
    refetchInterval: (query: { state: { data: Indexing | undefined } }) =>
      query.state.data === undefined || isRunning(query.state.data) ? 500 : (false as const),
  };
}

export function isRunning({ stage }: Pick<Indexing, "stage">): boolean {
  return stage !== "done" && stage !== "failed";
}
