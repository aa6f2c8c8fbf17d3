import { expect, test } from "vitest";
import type { Catalog, CloudEvent, Instance, Project } from "../../api/types";
import {
  madeOld,
  withEvent,
  withFederation,
  withInstance,
  withoutProject,
  withProject,
} from "./reducer";

function project(slug: string, change: Partial<Project> = {}): Project {
  return {
    id: slug,
    slug,
    name: slug,
    hub_url: "http://127.0.0.1:9001",
    mesh_namespace: `hub.${slug}`,
    tags: [],
    allow_fanout: [],
    orphaned: false,
    status: "online",
    status_since: "2026-11-22T12:00:00Z",
    status_reasons: [],
    created_at: "2026-11-22T12:00:00Z",
    updated_at: "2026-11-22T12:00:00Z",
    ...change,
  };
}

function event(id: string, type = "federation.status_changed"): CloudEvent {
  return {
    specversion: "1.0",
    id,
    source: "/commandcenter/federation",
    type,
    subject: `cc.default.atlas.${type}`,
    time: "2026-11-22T12:00:00Z",
    datacontenttype: "application/json",
    sequence: 1,
    tenant: "default",
    actor: "service:federation",
    correlationid: id,
    data: {},
  };
}

const catalog: Catalog = {
  as_of: "2026-11-22T12:00:00Z",
  stale: false,
  projects: [project("atlas"), project("cygnus")],
};

function slugs(changed: Catalog): string[] {
  return changed.projects.map((one) => one.slug);
}

test("a project that changed takes its own place", () => {
  const changed = withProject(catalog, project("cygnus", { status: "offline" }));
  expect(slugs(changed)).toEqual(["atlas", "cygnus"]);
  expect(changed.projects[1]?.status).toBe("offline");
  expect(catalog.projects[1]?.status).toBe("online");
});

test("a new project stands where its slug belongs", () => {
  expect(slugs(withProject(catalog, project("borealis")))).toEqual(["atlas", "borealis", "cygnus"]);
  expect(slugs(withProject(catalog, project("zephyr")))).toEqual(["atlas", "cygnus", "zephyr"]);
});

test("a project that was removed is gone, and gone again changes nothing", () => {
  const once = withoutProject(catalog, "atlas");
  expect(slugs(once)).toEqual(["cygnus"]);
  expect(slugs(withoutProject(once, "atlas"))).toEqual(["cygnus"]);
});

test("a federation that is back leaves no reason behind", () => {
  const away = withFederation(catalog, {
    stale: true,
    as_of: catalog.as_of,
    reason: "it does not answer",
  });
  expect(away).toMatchObject({ stale: true, reason: "it does not answer" });
  const back = withFederation(away, { stale: false, as_of: catalog.as_of });
  expect(back).toMatchObject({ stale: false, reason: null });
});

test("an event that is sent again after a reconnect is kept once, the newest first", () => {
  const events = withEvent(withEvent(withEvent([], event("1")), event("2")), event("1"));
  expect(events.map((one) => one.id)).toEqual(["2", "1"]);
});

test("an instance is replaced in place, a new one stands first", () => {
  const one = { id: "1", name: "atlas-1" } as Instance;
  const other = { id: "2", name: "atlas-2" } as Instance;
  const list = withInstance([one], other);
  expect(list.map((instance) => instance.id)).toEqual(["2", "1"]);
  const renamed = withInstance(list, { ...one, name: "x" });
  expect(renamed.map((instance) => instance.name)).toEqual(["atlas-2", "x"]);
});

test("an event makes only the lists of its slice old", () => {
  expect(madeOld(event("1", "access.key_created"))).toEqual(["keys"]);
  expect(madeOld(event("1", "unheard.of"))).toEqual([]);
});
