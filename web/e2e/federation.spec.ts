import { test as base } from "@playwright/test";
import { startApart } from "./server";
import { expect, signIn } from "./test";

base(
  "the federation dies and comes back; the page says that what it shows is stale, then goes on",
  async ({ page }) => {
    const { hub, federation } = await startApart();
    try {
      await hub.call("POST", "/api/fed/projects", {
        slug: "atlas",
        name: "Atlas",
        hub_url: hub.url,
      });
      await signIn(page, hub);
      const atlas = page
        .getByRole("row")
        .filter({ has: page.getByRole("link", { name: "atlas" }) });
      await expect(async () => {
        await hub.beat("atlas");
        await expect(atlas).toContainText("online", { timeout: 1_500 });
      }).toPass({ timeout: 20_000 });
      await page.evaluate(() => {
        document.body.dataset.loaded = "once";
      });

      await federation.kill();
      await expect(page.getByText(/^The federation does not answer/)).toBeVisible();
      await expect(page.getByRole("contentinfo")).toContainText("last good copy from");
      await expect(atlas).toContainText("online");
      // A page opened now shows and says the same.
      const second = await page.context().newPage();
      await second.goto(hub.url);
      await expect(second.getByText(/^The federation does not answer/)).toBeVisible();
      await expect(second.getByRole("link", { name: "atlas" })).toBeVisible();

      await federation.start();
      await expect(page.getByText(/^The federation does not answer/)).toBeHidden({
        timeout: 40_000,
      });
      await expect(async () => {
        await hub.beat("atlas");
        await expect(atlas).toContainText("online", { timeout: 1_500 });
      }).toPass({ timeout: 20_000 });
      expect(await page.evaluate(() => document.body.dataset.loaded)).toBe("once");
    } finally {
      await hub.close();
    }
  },
);
