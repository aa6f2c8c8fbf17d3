import { expect, test } from "./test";

test("the link of `up` signs in, once", async ({ page, hub }) => {
  await page.goto(hub.link());
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("heading", { name: "Projects" })).toBeVisible();

  await page.context().clearCookies();
  await page.goto(hub.link());
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("alert")).toContainText("Could not sign in.");
});

test("a key signs in, and leads where one wanted to go", async ({ page, hub }) => {
  await page.goto(`${hub.url}/keys`);
  await expect(page.getByRole("heading", { name: "Sign in" })).toBeVisible();
  await page.getByLabel("API key").fill("cck_wrong");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("alert")).toContainText("Could not sign in.");
  await page.getByLabel("API key").fill(hub.key);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: "Keys" })).toBeVisible();
});

test("signing out ends the session", async ({ signedIn: page, hub }) => {
  await page.getByRole("button", { name: "Settings" }).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await expect(page.getByRole("heading", { name: "Sign in" })).toBeVisible();
  await page.goto(`${hub.url}/keys`);
  await expect(page.getByRole("heading", { name: "Sign in" })).toBeVisible();
});
