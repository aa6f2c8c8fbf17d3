import { api, take } from "../../api/client";

export const instancesQuery = {
  queryKey: ["instances"],
  queryFn: () => take(api.GET("/api/v1/instances", { params: { query: { limit: 1000 } } })),
};

export function instanceQuery(id: string) {
  return {
    queryKey: ["instance", id],
    queryFn: () => take(api.GET("/api/v1/instances/{id}", { params: { path: { id } } })),
  };
}
