import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { api, takePage } from "../../api/client";
import type { CloudEvent } from "../../api/types";
import { useLive } from "../live/store";

export type Since = "15m" | "1h" | "24h" | "7d";

const spans: Record<Since, number> = {
  "15m": 900e3,
  "1h": 3600e3,
  "24h": 86_400e3,
  "7d": 604_800e3,
};
const PAGES = 5;

/** The log goes from old to new, so the newest are behind its last page; five pages are looked at. */
async function loadEvents(subject: string, since: Since): Promise<readonly CloudEvent[]> {
  const from = new Date(Date.now() - spans[since]).toISOString();
  const events: CloudEvent[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < PAGES; page += 1) {
    const query = { subject, since: from, limit: 1000, ...(cursor !== undefined && { cursor }) };
    const { rows, next } = await takePage(api.GET("/api/v1/events", { params: { query } }));
    events.push(...rows);
    if (next === undefined) break;
    cursor = next;
  }
  return events.reverse();
}

interface RecentOptions {
  project?: string;
  since: Since;
  enabled?: boolean;
  /** Stands still: what comes meanwhile is counted, not shown. */
  paused?: boolean;
}

/** The events of the last while with those that came since, newest first. */
export function useRecentEvents({ project, since, enabled = true }: RecentOptions) {
  const subject = project === undefined ? "cc.>" : `cc.*.${project}.>`;
  const query = useQuery({
    queryKey: ["events", subject, since],
    queryFn: () => loadEvents(subject, since),
    enabled,
  });
  const live = useLive((state) => state.events);
  const loaded = query.data;
  const rows = useMemo(() => {
    const known = new Set(loaded?.map((event) => event.id));
    const fresh = live.filter(
      (event) => !known.has(event.id) && (project === undefined || event.project === project),
    );
    return [...fresh, ...(loaded ?? [])];
  }, [loaded, live, project]);
  return { query, rows };
}
