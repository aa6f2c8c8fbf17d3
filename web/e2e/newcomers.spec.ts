import { expect, test } from "./test";

test("who beats under a slug of no catalog is shown, admitted, and online", async ({
  signedIn: page,
  hub,
}) => {
  await hub.beat("wanderer");
  await page.goto(`${hub.url}/newcomers`);
  const row = page.getByRole("row").filter({ hasText: "wanderer" });
  await row.getByRole("button", { name: "Admit" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Admit" }).click();
  await expect(row).toHaveCount(0);

  await page.goto(`${hub.url}/projects/wanderer`);
  await hub.beat("wanderer");
  await expect(page.locator(".project-status")).toContainText("online", { timeout: 15_000 });
});
