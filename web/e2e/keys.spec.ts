import { expect, test } from "./test";

test("a key is made, its secret shown once, used, and revoked by typing its name", async ({
  signedIn: page,
  hub,
}) => {
  await page.goto(`${hub.url}/keys`);
  await page.getByRole("button", { name: "Create key" }).click();
  await page.getByLabel("Name", { exact: true }).fill("nightly");
  await page.getByLabel("fed:read").check();
  await page.getByRole("dialog").getByRole("button", { name: "Create key" }).click();
  await page.getByRole("button", { name: "Copy" }).click();
  const secret = await page.evaluate(() => navigator.clipboard.readText());
  expect(secret).toMatch(/^cck_/);
  const allowed = await fetch(`${hub.url}/api/v1/projects`, { headers: { "x-api-key": secret } });
  expect(allowed.status).toBe(200);
  await page.getByRole("button", { name: "Done" }).click();
  await expect(page.getByText(secret)).toHaveCount(0);

  const row = page.getByRole("row").filter({ hasText: "nightly" });
  await expect(row).toContainText("active");
  await row.getByRole("button", { name: "Revoke nightly" }).click();
  await page.getByLabel("Type nightly to go on").fill("nightly");
  await page.getByRole("button", { name: "Revoke key" }).click();
  await expect(row).toContainText("revoked");
  const refused = await fetch(`${hub.url}/api/v1/projects`, { headers: { "x-api-key": secret } });
  expect(refused.status).toBe(403);
});
