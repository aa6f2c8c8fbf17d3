import type { Project } from "../../api/types";
import { useClock } from "../../ui/clock";
import { Age } from "../../ui/Age";
import { useLastBeat } from "../live/store";
import { reasonWords } from "./reasons";

/** The reason line of a project, its silence counting up. */
export function Reason({ project }: { project: Project }) {
  const last = useLastBeat(project.slug, project.last_heartbeat_at);
  const words = useClock((now) => reasonWords(project, last, now) ?? "");
  return words === "" ? null : <span title={words}>{words}</span>;
}

/** When a project was last heard, ticking, and flashing softly with each beat. */
export function LastSeen({ project }: { project: Project }) {
  const last = useLastBeat(project.slug, project.last_heartbeat_at);
  if (last === undefined) return <span className="muted">never</span>;
  return <Age at={last} ago />;
}
