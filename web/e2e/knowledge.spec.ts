import { expect, test } from "./test";

test("a document is added, searched, told why, and read at its lines", async ({
  signedIn: page,
  hub,
}) => {
  await page.goto(`${hub.url}/projects/cygnus/knowledge`);
  await page.getByRole("button", { name: "Add documents" }).click();
  await page.getByRole("button", { name: "A text" }).click();
  await page.getByLabel("Path").fill("notes/circuit.md");
  await page
    .getByLabel("Text", { exact: true })
    .fill("# Circuit\n\nThe breaker opens after three tries with jitter.\n");
  await page.getByRole("button", { name: "Add", exact: true }).click();
  await expect(page.getByText("Added 1 document")).toBeVisible();
  await expect(page.getByRole("link", { name: "notes/circuit.md" })).toBeVisible();

  await page.keyboard.press("Control+k");
  await page.getByRole("combobox", { name: "Search or jump" }).fill("breaker jitter");
  await page.getByRole("option", { name: /Search the documents/ }).click();
  await expect(page).toHaveURL(/q=breaker/);
  const hit = page.locator("[data-hit]").first();
  await expect(hit.locator("mark").first()).toBeVisible();
  await expect(hit).toContainText("keyword 1st");
  // What another project answers late may come before it.
  await expect(page.locator(".search-summary")).not.toContainText("still asking");
  await page.keyboard.press("j");
  await expect(hit).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/lines=/);
  await expect(page.locator(".document-line.chosen").first()).toBeVisible();
});

test("facets narrow the hits and stay in the address", async ({ signedIn: page, hub }) => {
  await page.goto(`${hub.url}/search?q=silent`);
  const documents = page.locator(".found");
  await expect(documents).toHaveCount(3);
  await page.getByLabel(/^borealis/).check();
  await expect(documents).toHaveCount(1);
  await expect(page).toHaveURL(/projects=borealis/);
  await page.getByLabel(/^borealis/).uncheck();
  await page.getByLabel(/^text/).check();
  await expect(documents).toHaveCount(1);
  await expect(documents).toContainText("größe.txt");
});

test("a document that could not be read says why", async ({ signedIn: page, hub }) => {
  await page.goto(`${hub.url}/projects/atlas/knowledge`);
  await expect(page.getByText("1 could not be read")).toBeVisible();
  await expect(page.getByRole("row").filter({ hasText: "report.pdf" })).toContainText("damaged");
});

test("nothing relevant is an answer", async ({ signedIn: page, hub }) => {
  await page.goto(`${hub.url}/search?q=zebrafish`);
  await expect(page.getByText("Nothing relevant")).toBeVisible();
});
