import { join } from "node:path";
import type { Instance } from "../src/api/types";
import { findings, settled, shots, sideways } from "./looking";
import type { Hub } from "./server";
import { expect, test } from "./test";

/** Every page, by the name of its picture. */
async function places(hub: Hub): Promise<readonly (readonly [string, string])[]> {
  const list = await hub.call("GET", "/api/v1/projects/atlas/knowledge/documents");
  const [first] = (await list.json()) as { id: string }[];
  const instance = await running(hub);
  return [
    ["projects", "/"],
    ["project", "/projects/commandcenter"],
    ["project-unknown", "/projects/cygnus"],
    ["knowledge", "/projects/atlas/knowledge"],
    ["knowledge-empty", "/projects/ember/knowledge"],
    ["document", `/projects/atlas/knowledge/${first?.id ?? ""}`],
    ["project-events", "/projects/atlas/events"],
    ["project-settings", "/projects/atlas/settings"],
    ["search", "/search?q=silent+project"],
    ["search-empty", "/search"],
    ["instances", "/instances"],
    ["project-instances", "/projects/atlas/instances"],
    ["instance", `/instances/${instance}`],
    ["newcomers", "/newcomers"],
    ["events", "/events"],
    ["keys", "/keys"],
    ["health", "/system"],
    ["not-found", "/nowhere"],
  ];
}

/** The id of an instance that runs and writes; asked again, of the same. */
async function running(hub: Hub): Promise<string> {
  const ticks = "while :; do echo tick; echo late by 2 ms >&2; sleep 1; done";
  const asked = { project: "atlas", name: "atlas-clock", command: ["sh", "-c", ticks] };
  const { id } = (await (await hub.call("POST", "/api/v1/instances", asked)).json()) as Instance;
  await expect
    .poll(
      async () => (await (await hub.call("GET", `/api/v1/instances/${id}`)).json()) as Instance,
      {
        timeout: 30_000,
      },
    )
    .toMatchObject({ state: "running" });
  return id;
}

for (const scheme of ["light", "dark"] as const) {
  test(`every page is accessible and fits, ${scheme}`, async ({ signedIn: page, hub }) => {
    test.setTimeout(180_000);
    await page.emulateMedia({ colorScheme: scheme, reducedMotion: "reduce" });
    for (const [name, path] of await places(hub)) {
      await page.goto(`${hub.url}${path}`);
      await settled(page);
      await page.screenshot({ path: join(shots, `${name}-${scheme}.png`) });
      expect.soft(await findings(page), `${name} ${scheme}`).toEqual([]);
    }
    await page.goto(hub.url);
    await settled(page);
    await page.keyboard.press("Control+k");
    await page.getByRole("option").first().waitFor();
    await page.screenshot({ path: join(shots, `palette-${scheme}.png`) });
    expect.soft(await findings(page), `palette ${scheme}`).toEqual([]);
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Add project" }).click();
    await page.getByRole("dialog").waitFor();
    await page.screenshot({ path: join(shots, `add-project-${scheme}.png`) });
    expect.soft(await findings(page), `dialog ${scheme}`).toEqual([]);
    await page.context().clearCookies();
    await page.goto(`${hub.url}/sign-in`);
    await page.screenshot({ path: join(shots, `sign-in-${scheme}.png`) });
    expect.soft(await findings(page), `sign-in ${scheme}`).toEqual([]);
  });
}

test("on a phone every page is accessible, and nothing scrolls sideways", async ({
  signedIn: page,
  hub,
}) => {
  test.setTimeout(120_000);
  await page.setViewportSize({ width: 390, height: 844 });
  for (const [name, path] of await places(hub)) {
    await page.goto(`${hub.url}${path}`);
    await settled(page);
    await page.screenshot({ path: join(shots, `${name}-phone.png`) });
    expect.soft(await sideways(page), name).toEqual([]);
    expect.soft(await findings(page), name).toEqual([]);
  }
});

test("the content security policy is obeyed everywhere", async ({ signedIn: page, hub }) => {
  const broken: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error") broken.push(message.text());
  });
  page.on("pageerror", (error) => broken.push(error.message));
  for (const [, path] of await places(hub)) {
    await page.goto(`${hub.url}${path}`);
    await settled(page);
  }
  await page.keyboard.press("Control+k");
  await page.getByRole("option").first().waitFor();
  expect(broken).toEqual([]);
});
