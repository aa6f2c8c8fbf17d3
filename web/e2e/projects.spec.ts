import { readFile } from "node:fs/promises";
import { expect, test } from "./test";

test("a project is added, found, changed, and removed by typing its name", async ({
  signedIn: page,
}) => {
  await page.getByRole("button", { name: "Add project" }).click();
  await page.getByLabel("Name", { exact: true }).fill("Falcon Heavy");
  await expect(page.getByLabel("Slug")).toHaveValue("falcon-heavy");
  await page.getByLabel("Hub URL").fill("not a url");
  await page.getByLabel("Hub URL").fill("http://127.0.0.1:9200");
  await page.getByLabel("Tags").fill("space, rust");
  await page.getByRole("dialog").getByRole("button", { name: "Add project" }).click();
  await expect(page).toHaveURL(/\/projects\/falcon-heavy$/);
  await expect(page.getByText("unknown", { exact: true }).first()).toBeVisible();

  await page.getByRole("link", { name: "Settings" }).click();
  await page.getByLabel("Owner").fill("the space people");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("Saved")).toBeVisible();

  await page.getByRole("button", { name: "Remove project…" }).click();
  const remove = page.getByRole("dialog").getByRole("button", { name: "Remove project" });
  await expect(remove).toBeDisabled();
  await page.getByLabel("Type falcon-heavy to go on").fill("falcon-heavy");
  await remove.click();
  await expect(page).toHaveURL(/:\d+\/$/);
  await expect(page.getByRole("link", { name: "falcon-heavy" })).toHaveCount(0);

  await expect(page.getByText("Removed falcon-heavy")).toBeVisible();
  await page.keyboard.press("g");
  await page.keyboard.press("h");
  await expect(page).toHaveURL(/\/system$/);
});

test("what the server finds wrong stands at its field", async ({ signedIn: page }) => {
  await page.getByRole("button", { name: "Add project" }).click();
  await page.getByLabel("Name", { exact: true }).fill("Gaia");
  await page.getByLabel("Slug").fill("Not a slug!");
  await page.getByLabel("Hub URL").fill("http://127.0.0.1:9200");
  await page.getByRole("dialog").getByRole("button", { name: "Add project" }).click();
  await expect(page.getByRole("alert")).toContainText("Could not add the project.");
  await expect(page.getByLabel("Slug")).toHaveAttribute("aria-invalid", "true");
});

test("filter, tag and order stand in the address", async ({ signedIn: page }) => {
  const list = page.getByRole("table", { name: "Projects" });
  await page.getByRole("searchbox", { name: "Filter" }).fill("atl");
  await expect(list.getByRole("link")).toHaveText(["atlas"]);
  await expect(page).toHaveURL(/q=atl/);
  await page.getByRole("searchbox", { name: "Filter" }).fill("");
  await page.getByRole("button", { name: "Tag", exact: true }).click();
  await page.getByRole("menuitemradio", { name: /web/ }).click();
  await expect(list.getByRole("link")).toHaveText(["atlas", "delphi"]);
  await list.getByRole("button", { name: "Project", exact: true }).click();
  await list.getByRole("button", { name: "Project", exact: true }).click();
  await expect(list.getByRole("link")).toHaveText(["delphi", "atlas"]);
  await page.reload();
  await expect(list.getByRole("link")).toHaveText(["delphi", "atlas"]);
});

test("what is shown can be taken away as CSV", async ({ signedIn: page }) => {
  await page.getByRole("searchbox", { name: "Filter" }).fill("borealis");
  await page.getByRole("button", { name: "Export what is shown" }).click();
  const download = page.waitForEvent("download");
  await page.getByRole("menuitem", { name: "As CSV" }).click();
  const file = await (await download).path();
  const lines = (await readFile(file, "utf8")).trim().split("\r\n");
  expect(lines).toHaveLength(2);
  expect(lines[1]).toContain("borealis");
});

test("a reason is one line away from every status that is not online", async ({
  signedIn: page,
}) => {
  const row = page.getByRole("row").filter({ hasText: "cygnus" });
  await expect(row).toContainText("never heard from");
});
