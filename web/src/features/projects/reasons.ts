import type { Project } from "../../api/types";
import { clockTime, span } from "../../ui/words";

type Reason = Project["status_reasons"][number];

/** Why a project is not simply online, as a sentence without its full stop. */
export function reasonWords(
  project: Project,
  lastBeat: string | undefined,
  now: number,
): string | undefined {
  if (project.status === "online" || project.status_reasons.length === 0) return undefined;
  return project.status_reasons.map((reason) => words(reason, project, lastBeat, now)).join(" · ");
}

function words(
  reason: Reason,
  project: Project,
  lastBeat: string | undefined,
  now: number,
): string {
  switch (reason) {
    case "never_heard":
      return "never heard from; start its instance, or check that it reaches the mesh";
    case "mesh_down":
      return "the federation's own link to the mesh is down, so silence proves nothing";
    case "silent":
      return lastBeat === undefined
        ? "silent"
        : `silent for ${span(now - Date.parse(lastBeat))}, last heard at ${clockTime(lastBeat)}`;
    case "stopped":
      return "said goodbye: its instance was stopped";
    case "self_reported":
      return project.report?.reasons?.join(", ") ?? "reports itself as degraded";
    case "clock_skew":
      return "its clock is off by more than is allowed";
    case "probe_failed":
      return `beats, but ${project.hub_url}/readyz does not answer well`;
    case "url_differs":
      return `beats from ${project.report?.hub_url ?? "another address"}, not from ${project.hub_url}`;
  }
}
