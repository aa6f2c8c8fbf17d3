import { api, take } from "../../api/client";

export function collectionsQuery(project: string) {
  return {
    queryKey: ["knowledge", project, "collections"],
    queryFn: () =>
      take(
        api.GET("/api/v1/projects/{project}/knowledge/collections", {
          params: { path: { project } },
        }),
      ),
  };
}

export function sourcesQuery(project: string) {
  return {
    queryKey: ["knowledge", project, "sources"],
    queryFn: () =>
      take(
        api.GET("/api/v1/projects/{project}/knowledge/sources", { params: { path: { project } } }),
      ),
  };
}

export function documentQuery(project: string, id: string) {
  return {
    queryKey: ["knowledge", project, "document", id],
    queryFn: () =>
      take(
        api.GET("/api/v1/projects/{project}/knowledge/documents/{id}", {
          params: { path: { project, id } },
        }),
      ),
  };
}

/** How far an ingest is; asked every half second until it is done. */
export function ingestQuery(project: string, id: string) {
  return {
    queryKey: ["ingest", project, id],
    queryFn: () =>
      take(
        api.GET("/api/v1/projects/{project}/knowledge/jobs/{id}", {
          params: { path: { project, id } },
        }),
      ),
    refetchInterval: (query: { state: { data: { state: string } | undefined } }) =>
      query.state.data?.state === "done" ? (false as const) : 500,
  };
}
