import { test } from "@playwright/test";
import { startHub } from "../e2e/server";
import { signIn } from "../e2e/test";
import { frames } from "./frames";

test("a thousand projects are scrolled", async ({ page }) => {
  const hub = await startHub({ projects: 1000 });
  try {
    await signIn(page, hub);
    const still = await frames(page, ".table-scroll", 0);
    const scrolled = await frames(page, ".table-scroll", 48);
    console.log(`1,000 projects scrolled: ${scrolled}; standing still: ${still}`);
  } finally {
    await hub.close();
  }
});
