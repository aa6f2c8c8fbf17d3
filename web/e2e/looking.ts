import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import type { Page } from "@playwright/test";
import type { AxeResults } from "axe-core";
import { expect } from "./test";

export const shots = join(import.meta.dirname, "screenshots");

export async function settled(page: Page): Promise<void> {
  await page.getByText("live", { exact: true }).waitFor({ timeout: 10_000 });
  await expect(page.getByRole("status", { name: "Loading" })).toHaveCount(0);
}

const axe = createRequire(import.meta.url).resolve("axe-core/axe.min.js");

/** What axe finds serious or worse, as lines that say where. */
export async function findings(page: Page): Promise<string[]> {
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
export async function sideways(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const wide = [document.documentElement, ...document.querySelectorAll("main, main > *")];
    return wide
      .filter((element) => element.scrollWidth > element.clientWidth + 1)
      .filter((element) => !["hidden", "clip"].includes(getComputedStyle(element).overflowX))
      .map((element) => `${element.tagName}.${element.className}`);
  });
}
