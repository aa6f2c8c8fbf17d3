import { test as base, type Page } from "@playwright/test";
import { fill, type Hub, startHub } from "./server";

/** One filled hub for the tests of a file, and a page that is signed in to it. */
export const test = base.extend<{ signedIn: Page }, { hub: Hub }>({
  hub: [
    // eslint-disable-next-line no-empty-pattern -- Playwright reads the names of what is asked for.
    async ({}, use) => {
      const hub = await startHub();
      await fill(hub);
      await use(hub);
      await hub.close();
    },
    { scope: "worker", timeout: 60_000 },
  ],
  signedIn: async ({ page, hub }, use) => {
    await signIn(page, hub);
    await use(page);
  },
});

export { expect } from "@playwright/test";

/** Signs in with the key, without the form: that has tests of its own. */
export async function signIn(page: Page, hub: Hub): Promise<void> {
  await page.request.post(`${hub.url}/sign-in`, { form: { key: hub.key }, maxRedirects: 0 });
  await page.goto(hub.url);
  await page.getByText("live", { exact: true }).waitFor();
}
