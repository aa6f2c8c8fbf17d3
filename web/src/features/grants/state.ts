import type { Grant } from "../../api/types";

export function grantState(
  grant: Grant,
  now: number = Date.now(),
): "active" | "expired" | "revoked" {
  if (grant.revoked_at != null) return "revoked";
  return grant.expires_at != null && Date.parse(grant.expires_at) <= now ? "expired" : "active";
}
