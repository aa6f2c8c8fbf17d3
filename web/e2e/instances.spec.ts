import { expect, test } from "./test";

test("an instance is planned, started, seen running, killed, and seen down with the reason", async ({
  signedIn: page,
  hub,
}) => {
  await page.goto(`${hub.url}/projects/atlas/instances`);
  await page.getByRole("button", { name: "Start instance" }).click();
  await page.getByRole("combobox", { name: "Restart" }).selectOption("never");
  await page.getByRole("button", { name: "Show the plan" }).click();
  await expect(page.getByRole("dialog").getByRole("listitem").first()).toBeVisible();
  await page.getByRole("button", { name: "Start it" }).click();
  await expect(page).toHaveURL(/\/instances\/[0-9a-f-]{36}$/);
  const head = page.locator(".instance-head");
  await expect(head).toContainText("running", { timeout: 20_000 });
  const pid = Number(
    await page.getByRole("definition").filter({ hasText: /^\d+$/ }).first().textContent(),
  );

  await page.goto(`${hub.url}/projects/atlas`);
  await expect(page.locator(".project-status")).toContainText("online", { timeout: 20_000 });
  process.kill(pid, "SIGKILL");
  // Silent for 8 s is offline here, see `settings` of the server; 2 s more may pass until it shows.
  await expect(page.locator(".project-status")).toContainText("offline", { timeout: 15_000 });
  await expect(page.locator(".project-status")).toContainText("silent for");
  await page.getByRole("link", { name: "Instances" }).last().click();
  await expect(page.getByRole("row").filter({ hasText: "atlas-1" })).toContainText("failed");
});
