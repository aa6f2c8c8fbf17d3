import { api, take } from "../../api/client";

export const catalogQuery = {
  queryKey: ["projects"],
  queryFn: () => take(api.GET("/api/v1/projects")),
};

export const uptimeQuery = {
  queryKey: ["uptime"],
  queryFn: () => take(api.GET("/api/fed/uptime")),
  // The hours move on even when nothing happens.
  refetchInterval: 300_000,
};

export function projectQuery(slug: string) {
  return {
    queryKey: ["project", slug],
    queryFn: () => take(api.GET("/api/v1/projects/{slug}", { params: { path: { slug } } })),
  };
}
