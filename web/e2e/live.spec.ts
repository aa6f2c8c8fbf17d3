import { expect, test } from "./test";

test("what happens appears by itself, and stands still while paused", async ({
  signedIn: page,
  hub,
}) => {
  await page.goto(`${hub.url}/events`);
  await page.getByText("live", { exact: true }).waitFor();
  await hub.call("POST", "/api/v1/keys", { name: "seen-live", scopes: ["fed:read"] });
  await expect(page.getByText("key seen-live was made")).toBeVisible();
  await page.getByRole("button", { name: "Pause" }).click();
  await hub.call("POST", "/api/v1/keys", { name: "seen-later", scopes: ["fed:read"] });
  await expect(page.getByRole("button", { name: "Go on (1 new)" })).toBeVisible();
  await expect(page.getByText("key seen-later was made")).toHaveCount(0);
  await page.getByRole("button", { name: /Go on/ }).click();
  await expect(page.getByText("key seen-later was made")).toBeVisible();
});

test("a project that another adds or removes comes and goes without a reload", async ({
  signedIn: page,
  hub,
}) => {
  await hub.call("POST", "/api/fed/projects", {
    slug: "visitor",
    name: "Visitor",
    hub_url: "http://127.0.0.1:9300",
  });
  await expect(page.getByRole("link", { name: "visitor" })).toBeVisible();
  const { headers } = await hub.call("GET", "/api/fed/projects/visitor");
  await fetch(`${hub.url}/api/fed/projects/visitor`, {
    method: "DELETE",
    headers: { "x-api-key": hub.key, "if-match": headers.get("etag") ?? "" },
  });
  await expect(page.getByRole("link", { name: "visitor" })).toHaveCount(0);
});

test("the server dies and comes back; the page says so and goes on without a reload", async ({
  signedIn: page,
  hub,
}) => {
  await page.evaluate(() => {
    document.body.dataset.loaded = "once";
  });
  await hub.kill();
  await expect(page.getByRole("contentinfo")).toContainText("last good copy from");
  await expect(page.getByText("The hub does not answer.")).toBeVisible();
  await expect(page.getByRole("link", { name: "atlas" })).toBeVisible();
  await hub.start();
  await expect(page.getByText("live", { exact: true })).toBeVisible({ timeout: 40_000 });
  await hub.call("POST", "/api/fed/projects", {
    slug: "afterwards",
    name: "Afterwards",
    hub_url: "http://127.0.0.1:9300",
  });
  await expect(page.getByRole("link", { name: "afterwards" })).toBeVisible();
  expect(await page.evaluate(() => document.body.dataset.loaded)).toBe("once");
});
