import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import type { Page } from "@playwright/test";
import type { AxeResults } from "axe-core";
import type { Instance } from "../src/api/types";
import type { Hub } from "./server";
import { expect, test } from "./test";

const shots = join(import.meta.dirname, "screenshots");

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

test("on a phone every page is accessible, and nothing scrolls sideways", async ({ signedIn: page, hub }) => {
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

async function settled(page: Page): Promise<void> {
  await page.getByText("live", { exact: true }).waitFor({ timeout: 10_000 });
  await expect(page.getByRole("status", { name: "Loading" })).toHaveCount(0);
}

const axe = createRequire(import.meta.url).resolve("axe-core/axe.min.js");

/** What axe finds serious or worse, as lines that say where. */
async function findings(page: Page): Promise<string[]> {
  // Evaluated, not added as a script: the policy of the page allows none from elsewhere.
  await page.evaluate(await readFile(axe, "utf8"));
  const results = await page.evaluate(() =>
    (globalThis as unknown as { axe: { run: () => Promise<AxeResults> } }).axe.run(),
  );
  return results.violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.target.join(" ")}`));
}

/** What sticks out to the right of the page, or makes it scroll there. */
async function sideways(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const wide = [document.documentElement, ...document.querySelectorAll("main, main > *")];
    return wide
      .filter((element) => element.scrollWidth > element.clientWidth + 1)
      .filter((element) => !["hidden", "clip"].includes(getComputedStyle(element).overflowX))
      .map((element) => `${element.tagName}.${element.className}`);
  });
}
