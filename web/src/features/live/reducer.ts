import type { Catalog, CloudEvent, Instance, Project } from "../../api/types";

export interface FederationState {
  readonly stale: boolean;
  readonly as_of: string;
  readonly reason?: string | null;
}

/** The catalog after one project was registered or changed. The list stays in the order of slugs. */
export function withProject(catalog: Catalog, project: Project): Catalog {
  const others = catalog.projects.filter((other) => other.slug !== project.slug);
  const place = others.findIndex((other) => other.slug > project.slug);
  const at = place === -1 ? others.length : place;
  return { ...catalog, projects: [...others.slice(0, at), project, ...others.slice(at)] };
}

export function withoutProject(catalog: Catalog, slug: string): Catalog {
  return { ...catalog, projects: catalog.projects.filter((project) => project.slug !== slug) };
}

/** What the stream says of the federation holds for the copy at hand. */
export function withFederation(catalog: Catalog, state: FederationState): Catalog {
  return { ...catalog, stale: state.stale, as_of: state.as_of, reason: state.reason ?? null };
}

/** The instances after one of them changed; a new one stands first. */
export function withInstance(
  instances: readonly Instance[],
  changed: Instance,
): readonly Instance[] {
  const known = instances.some((instance) => instance.id === changed.id);
  if (!known) return [changed, ...instances];
  return instances.map((instance) => (instance.id === changed.id ? changed : instance));
}

const KEPT = 2000;

/** The newest events, newest first; one that is sent again after a reconnect is kept once. */
export function withEvent(events: readonly CloudEvent[], event: CloudEvent): readonly CloudEvent[] {
  if (events.some((other) => other.id === event.id)) return events;
  return [event, ...events].slice(0, KEPT);
}

/** Which lists on the page an event makes old, by the first part of their query key. */
export function madeOld(event: CloudEvent): readonly string[] {
  const [slice] = event.type.split(".");
  switch (slice) {
    case "access":
      return ["keys"];
    case "federation":
      return ["newcomers", "history", "uptime"];
    case "graph":
      return ["graph"];
    case "grants":
      return ["grants"];
    case "instances":
      return ["instances"];
    case "jobs":
      return ["jobs"];
    case "knowledge":
      return ["knowledge"];
    default:
      return [];
  }
}
