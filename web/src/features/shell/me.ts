import { useQuery } from "@tanstack/react-query";
import { api, take } from "../../api/client";
import type { Permission } from "../../api/types";

export const meQuery = {
  queryKey: ["me"],
  queryFn: () => take(api.GET("/api/v1/me")),
  staleTime: 300_000,
};

/** Whether the viewer may do something; the server decides, this only hides what would be refused. */
export function useMay(permission: Permission): boolean {
  const me = useQuery(meQuery);
  return me.data?.permissions.includes(permission) ?? false;
}
