import { test as base } from "@playwright/test";
import { startHub } from "./server";
import { expect, signIn } from "./test";

base(
  "a thousand projects scroll, and only those in sight are in the document",
  async ({ page }) => {
    const hub = await startHub({ projects: 1000 });
    try {
      await signIn(page, hub);
      await expect(page.getByText(/^1,00\d projects$/)).toBeVisible();
      const rows = page.getByRole("table").getByRole("row");
      expect(await rows.count()).toBeLessThan(80);
      await page.locator(".table-scroll").evaluate((list) => {
        list.scrollTop = list.scrollHeight;
      });
      await expect(page.getByRole("link", { name: "project-0999" })).toBeVisible();
      expect(await rows.count()).toBeLessThan(80);
      await page.locator(".table-scroll").evaluate((list) => {
        list.scrollTop = 0;
      });
      await page.getByRole("searchbox", { name: "Filter" }).fill("project-0999");
      await expect(page.getByRole("link", { name: "project-0999" })).toBeVisible();
    } finally {
      await hub.close();
    }
  },
);
