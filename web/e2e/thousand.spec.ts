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
      const frames = await page.evaluate(scrollThrough);
      base.info().annotations.push({ type: "frames", description: JSON.stringify(frames) });
      expect(frames.longest).toBeLessThan(250);
      await page.getByRole("searchbox", { name: "Filter" }).fill("project-0999");
      await expect(page.getByRole("link", { name: "project-0999" })).toBeVisible();
    } finally {
      await hub.close();
    }
  },
);

/** Scrolls the list from end to end within two seconds and measures each frame, in the page. */
async function scrollThrough(): Promise<{ median: number; longest: number }> {
  const list = document.querySelector(".table-scroll");
  if (list === null) throw new Error("no list");
  const times: number[] = [];
  let last = performance.now();
  const until = last + 2000;
  while (last < until) {
    list.scrollTop += (list.scrollHeight - list.clientHeight) / 120;
    const now = await new Promise<number>((resolve) => requestAnimationFrame(resolve));
    times.push(now - last);
    last = now;
  }
  const sorted = times.toSorted((left, right) => left - right);
  return { median: sorted[Math.floor(sorted.length / 2)] ?? 0, longest: sorted.at(-1) ?? 0 };
}
