import type { Instance, InstanceState } from "../../api/types";
import type { Tone } from "../../ui/Status";

/** The shape and colour of a state; its word is its own. */
export function instanceTone(state: InstanceState): Tone {
  switch (state) {
    case "running":
    case "completed":
      return "online";
    case "starting":
    case "stopping":
    case "degraded":
      return "degraded";
    case "failed":
      return "offline";
    case "created":
    case "stopped":
    case "unknown":
      return "unknown";
  }
}

/** What can be asked of an instance now. */
export function possible(instance: Instance): { start: boolean; stop: boolean; remove: boolean } {
  const up = ["running", "degraded", "starting", "unknown"].includes(instance.state);
  const resting = ["created", "stopped", "completed", "failed"].includes(instance.state);
  return {
    start: resting,
    stop: up || (instance.state === "failed" && instance.wanted === "running"),
    remove: resting,
  };
}
