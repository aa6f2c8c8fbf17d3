import type { Key } from "../../api/types";

export function keyState(key: Key, now: number = Date.now()): "active" | "expired" | "revoked" {
  if (key.revoked_at != null) return "revoked";
  return key.expires_at != null && Date.parse(key.expires_at) <= now ? "expired" : "active";
}
