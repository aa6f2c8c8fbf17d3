import type { QueryClient } from "@tanstack/react-query";
import type { Catalog, CatalogEntry, CloudEvent, Instance, Project } from "../../api/types";
import { clockTime } from "../../ui/words";
import {
  type FederationState,
  madeOld,
  withFederation,
  withInstance,
  withoutProject,
  withProject,
} from "./reducer";
import { addBeats, addEvent, heard, setConnection, setFederation } from "./store";
import { follow, type Message } from "./stream";

/** Follows the hub's stream and feeds what it says into the query cache and the live store. */
export function followHub(queries: QueryClient, onRefused: () => void): () => void {
  const old = batch((keys) => {
    for (const key of keys) void queries.invalidateQueries({ queryKey: [key] });
  });
  return follow({
    url: "/api/v1/stream",
    onMessage: (message) => {
      heard(Date.now());
      apply(queries, message, old);
    },
    onConnection: (connection) => {
      setConnection(connection);
      if (connection === "refused") onRefused();
      if (connection !== "live") return;
      // What happened before the stream began nobody tells, and what carries no id is not sent again:
      // everything on the page is asked anew.
      void queries.invalidateQueries();
    },
  });
}

function apply(queries: QueryClient, message: Message, old: (key: string) => void): void {
  const body: unknown = JSON.parse(message.data);
  const change = (by: (catalog: Catalog) => Catalog) => {
    // A list that is on its way may be older than this change.
    if (queries.isFetching({ queryKey: ["projects"] }) > 0) old("projects");
    queries.setQueryData<Catalog>(["projects"], (catalog) => catalog && by(catalog));
  };
  switch (message.name) {
    case "project.changed": {
      const project = body as Project;
      change((catalog) => withProject(catalog, project));
      queries.setQueryData<CatalogEntry>(
        ["project", project.slug],
        (entry) => entry && { ...entry, project },
      );
      break;
    }
    case "project.removed":
      change((catalog) => withoutProject(catalog, (body as { slug: string }).slug));
      break;
    case "beats":
      addBeats(body as Record<string, string>, Date.now());
      break;
    case "federation": {
      const state = body as FederationState;
      setFederation(state);
      // What happened while the hub had only its copy nobody told.
      if (!state.stale && queries.getQueryData<Catalog>(["projects"])?.stale === true) {
        old("projects");
        old("project");
      }
      change((catalog) => withFederation(catalog, state));
      break;
    }
    case "event":
      applyEvent(queries, body as CloudEvent, old);
      break;
  }
}

function applyEvent(queries: QueryClient, event: CloudEvent, old: (key: string) => void): void {
  addEvent(event);
  if (event.type === "instances.changed") {
    const instance = event.data as unknown as Instance;
    queries.setQueryData(["instance", instance.id], instance);
    queries.setQueryData<readonly Instance[]>(
      ["instances"],
      (known) => known && withInstance(known, instance),
    );
    return;
  }
  madeOld(event).forEach(old);
}

/** Gathers keys for a moment: a thousand events ask a list anew once. */
function batch(flush: (keys: ReadonlySet<string>) => void): (key: string) => void {
  let keys = new Set<string>();
  return (key) => {
    if (keys.size === 0) {
      setTimeout(() => {
        const gathered = keys;
        keys = new Set();
        flush(gathered);
      }, 300);
    }
    keys.add(key);
  };
}

/** What a page says about the age of what it shows. */
export function staleWords(asOf: string): string {
  return `last good copy from ${clockTime(asOf)}`;
}
