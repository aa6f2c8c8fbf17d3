import type { Page } from "@playwright/test";
import { expect, test } from "./test";

test("everything is reached without a pointer", async ({ signedIn: page }) => {
  await page.keyboard.press("j");
  await page.keyboard.press("j");
  await expect(page.getByRole("link", { name: "borealis" })).toBeFocused();
  await page.keyboard.press("k");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/projects\/atlas$/);

  await page.keyboard.press("g");
  await page.keyboard.press("k");
  await expect(page.getByRole("heading", { name: "Keys" })).toBeVisible();
  await page.keyboard.press("/");
  await expect(page.getByRole("searchbox")).toBeFocused();
  await page.keyboard.type("grafana");
  await expect(page.getByRole("table").getByRole("row")).toHaveCount(2);
  await page.keyboard.press("Escape");
  await expect(page.getByRole("searchbox")).toHaveValue("");

  await page.keyboard.press("Escape");
  await page.keyboard.press("?");
  await expect(page.getByRole("dialog", { name: "Keys" })).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toHaveCount(0);

  await openPalette(page);
  await page.keyboard.type("cyg");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/projects\/cygnus$/);
});

test("the palette knows pages, projects and actions", async ({ signedIn: page }) => {
  await openPalette(page);
  await page.keyboard.type("dark");
  await page.keyboard.press("Enter");
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
  await openPalette(page);
  await page.keyboard.type("add a project");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("dialog", { name: "Add a project" })).toBeVisible();
});

test("each stop of the Tab key is seen", async ({ signedIn: page }) => {
  for (let stop = 0; stop < 25; stop += 1) {
    await page.keyboard.press("Tab");
    const outlined = await page.evaluate(() => {
      const focused = document.activeElement;
      if (focused === null || focused === document.body) return true;
      const own = getComputedStyle(focused);
      const after = getComputedStyle(focused, "::after");
      return own.outlineStyle !== "none" || after.outlineStyle !== "none";
    });
    expect(outlined, `stop ${stop}`).toBe(true);
  }
});

async function openPalette(page: Page): Promise<void> {
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox", { name: "Search or jump" }).waitFor();
}
