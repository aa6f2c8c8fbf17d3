import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Page } from "@playwright/test";
import { findings, settled, shots, sideways } from "./looking";
import type { Hub } from "./server";
import { expect, test } from "./test";

/** A shop in four packages: what depends on `vat` is two steps wide and spread over files. */
const files: Record<string, string> = {
  "shop/__init__.py": "",
  "shop/money.py": `"""What things cost."""

RATE = 0.19


def vat(net):
    """The tax on a net price."""
    return net * RATE


def gross(net):
    return net + vat(net)


class Price:
    """A net price in one currency."""

    def __init__(self, net):
        self.net = net

    def total(self):
        return gross(self.net)
`,
  "shop/cart.py": `from shop.money import Price, gross


class Cart:
    def __init__(self):
        self.prices = []

    def add(self, net):
        self.prices.append(Price(net))

    def total(self):
        # TODO: discounts
        return sum(gross(price.net) for price in self.prices)
`,
  "shop/invoice.py": `from shop.cart import Cart
from shop.money import vat


def tax_line(net):
    return f"VAT {vat(net):.2f}"


def invoice(net):
    cart = Cart()
    cart.add(net)
    return tax_line(net)
`,
  "shop/web/__init__.py": "",
  "shop/web/views.py": `from shop.invoice import invoice


def show(net):
    return invoice(net)
`,
  "tests/test_money.py": `from shop.money import vat


def test_vat():
    assert vat(100) == 19
`,
  "README.md": "# Shop\n\nSells things.\n",
};

async function indexed(hub: Hub, project: string, texts = files): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "commandcenter-shop-"));
  for (const [path, text] of Object.entries(texts)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  await hub.call("POST", `/api/v1/projects/${project}/graph/index`, { path: folder });
  await expect
    .poll(async () => {
      const answer = await hub.call("GET", `/api/v1/projects/${project}/graph`);
      return ((await answer.json()) as { files: number }).files;
    })
    .toBeGreaterThan(0);
  return folder;
}

const canvas = (page: Page) => page.getByRole("application", { name: /^Graph of/ });

test("a newcomer indexes a folder and finds what depends on a function", async ({
  signedIn: page,
  hub,
}) => {
  const folder = await mkdtemp(join(tmpdir(), "commandcenter-shop-"));
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  await page.goto(`${hub.url}/projects/borealis`);
  await page.getByRole("link", { name: "Graph" }).click();
  await expect(page.getByText("No graph yet")).toBeVisible();
  await page.getByLabel("Folder of the server's machine").fill(folder);
  await page.getByRole("button", { name: "Index the folder" }).click();
  await expect(page.getByText(/Indexed \d+ files/)).toBeVisible({ timeout: 20_000 });
  await expect(canvas(page)).toBeVisible();

  await page.keyboard.press("f");
  await page.keyboard.type("vat");
  await expect(page.getByRole("option", { name: /^vat/ })).toBeVisible();
  await page.keyboard.press("Enter");
  const panel = page.getByRole("complementary", { name: "What is selected" });
  await expect(panel.getByRole("heading", { name: "vat", exact: true })).toBeVisible();
  await expect(panel).toContainText("shop/money.py:6-8");
  await expect(panel).toContainText("The tax on a net price.");
  await expect(panel.getByRole("link", { name: /tax_line/ })).toBeVisible();

  await panel.getByRole("button", { name: "What depends on it" }).click();
  await expect(page.getByText(/nodes do/)).toBeVisible();
  await page.getByRole("button", { name: "Table" }).click();
  const table = page.getByRole("table", { name: "Nodes" });
  await expect(table.getByRole("link", { name: "tax_line" })).toBeVisible();
  await expect(table.getByRole("link", { name: "gross" })).toBeVisible();
  await expect(page).toHaveURL(/ask=impact/);

  // The address alone shows somebody else the same.
  await page.reload();
  await expect(table.getByRole("link", { name: "tax_line" })).toBeVisible();
  await rm(folder, { recursive: true });
});

test("keys alone lead through the graph and back", async ({ signedIn: page, hub }) => {
  const folder = await indexed(hub, "cygnus");
  await page.goto(`${hub.url}/projects/cygnus/graph?level=file`);
  await canvas(page).focus();
  await page.keyboard.press("ArrowRight");
  await expect(page).toHaveURL(/node=/);
  const first = page.url();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowRight");
  await expect(page).not.toHaveURL(first);
  await page.keyboard.press("i");
  await expect(page).toHaveURL(/ask=impact/);
  await page.keyboard.press("Escape");
  await expect(page).not.toHaveURL(/ask=/);
  await page.keyboard.press("Escape");
  await expect(page).not.toHaveURL(/node=/);
  await rm(folder, { recursive: true });
});

test("the legend filters what is drawn and what is listed", async ({ signedIn: page, hub }) => {
  const folder = await indexed(hub, "delphi");
  await page.goto(`${hub.url}/projects/delphi/graph?level=symbol&view=table`);
  const table = page.getByRole("table", { name: "Nodes" });
  await expect(table.getByRole("link", { name: "vat", exact: true })).toBeVisible();
  await page.getByRole("button", { name: /^function/ }).click();
  await expect(table.getByRole("link", { name: "vat", exact: true })).toHaveCount(0);
  await expect(page).toHaveURL(/hide=kind/);
  await page.getByRole("button", { name: "Export what is shown" }).click();
  const download = page.waitForEvent("download");
  await page.getByRole("menuitem", { name: /CSV/ }).click();
  expect((await download).suggestedFilename()).toBe("delphi-graph.csv");
  await rm(folder, { recursive: true });
});

test("where nothing leads from one to the other the page says so", async ({
  signedIn: page,
  hub,
}) => {
  const folder = await indexed(hub, "delphi");
  const ids = ["vat", "README.md"].map(async (name) => {
    const path = `/api/v1/projects/delphi/graph/nodes?name=${name}&match=exact`;
    const [found] = (await (await hub.call("GET", path)).json()) as { id: number }[];
    return found?.id ?? 0;
  });
  const [from, to] = await Promise.all(ids);
  await page.goto(`${hub.url}/projects/delphi/graph?ask=path&of=${from}&to=${to}&node=${from}`);
  await expect(page.getByText("No way", { exact: true })).toBeVisible();
  await rm(folder, { recursive: true });
});

test("what another project has is one step away from what needs it", async ({
  signedIn: page,
  hub,
}) => {
  const app = "from fastapi import FastAPI\n\napp = FastAPI()\n\n\n";
  const route = '@app.get("/api/rates/{id}")\ndef rate(id: str):\n    return {"id": id}\n';
  const client =
    "export async function load(id: string) {\n  return fetch(`/api/rates/${id}`);\n}\n";
  // Projects of their own: what they hold before does not matter elsewhere.
  const project = (slug: string) =>
    hub.call("POST", "/api/fed/projects", { slug, name: slug, hub_url: "http://127.0.0.1:9200" });
  await project("rates");
  await project("till");
  const folders = [
    await indexed(hub, "rates", { "api.py": app + route }),
    await indexed(hub, "till", { "load.ts": client }),
  ];
  await page.goto(`${hub.url}/projects/till/graph`);
  const row = page
    .getByRole("table", { name: /Ties to other projects/ })
    .getByRole("row", { name: "till GET /api/rates/{} rates" });
  await expect(row).toBeVisible();
  expect(await findings(page)).toEqual([]);
  await row.getByRole("link", { name: "rates" }).click();
  await expect(page).toHaveURL(/\/projects\/rates\/graph\?/);
  const panel = page.getByRole("complementary", { name: "What is selected" });
  await expect(panel.getByRole("heading", { name: "rate", exact: true })).toBeVisible();
  await Promise.all(folders.map((folder) => rm(folder, { recursive: true })));
});

test("what a file names and nothing declares stands beside it", async ({ signedIn: page, hub }) => {
  const folder = await indexed(hub, "delphi");
  const found = await hub.call("GET", "/api/v1/projects/delphi/graph/nodes?name=cart.py");
  const [{ id } = { id: 0 }] = (await found.json()) as { id: number }[];
  await page.goto(`${hub.url}/projects/delphi/graph?node=${id}`);
  const panel = page.getByRole("complementary", { name: "What is selected" });
  await expect(panel.getByRole("heading", { name: "Leads to nothing here 2" })).toBeVisible();
  await expect(panel.getByText("self.prices.append")).toBeVisible();
  await expect(panel.getByText("calls, line 9")).toBeVisible();
  await rm(folder, { recursive: true });
});

test("without WebGL the graph is listed instead", async ({ signedIn: page, hub }) => {
  const folder = await indexed(hub, "cygnus");
  await page.addInitScript(() => {
    HTMLCanvasElement.prototype.getContext = () => null;
  });
  await page.goto(`${hub.url}/projects/cygnus/graph?level=file`);
  await expect(page.getByText("This browser draws no WebGL")).toBeVisible();
  const table = page.getByRole("table", { name: "Nodes" });
  await expect(table.getByRole("link", { name: "money.py", exact: true })).toBeVisible();
  await rm(folder, { recursive: true });
});

test("the graph is accessible, fits and is drawn in both themes", async ({
  signedIn: page,
  hub,
}) => {
  test.setTimeout(180_000);
  const folder = await indexed(hub, "atlas");
  const found = await hub.call("GET", "/api/v1/projects/atlas/graph/nodes?name=vat&match=exact");
  const [{ id } = { id: 0 }] = (await found.json()) as { id: number }[];
  const views = [
    ["graph-empty", "/projects/ember/graph"],
    ["graph-folders", "/projects/atlas/graph?level=folder"],
    ["graph", "/projects/atlas/graph"],
    ["graph-symbols", `/projects/atlas/graph?level=symbol&node=${id}`],
    ["graph-impact", `/projects/atlas/graph?ask=impact&of=${id}&node=${id}`],
    ["graph-table", "/projects/atlas/graph?level=symbol&view=table"],
  ] as const;
  for (const scheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme: scheme, reducedMotion: "reduce" });
    for (const [name, path] of views) {
      await page.goto(`${hub.url}${path}`);
      await settled(page);
      await page.screenshot({ path: join(shots, `${name}-${scheme}.png`) });
      expect.soft(await findings(page), `${name} ${scheme}`).toEqual([]);
    }
  }
  await page.setViewportSize({ width: 390, height: 844 });
  for (const [name, path] of views) {
    await page.goto(`${hub.url}${path}`);
    await settled(page);
    await page.screenshot({ path: join(shots, `${name}-phone.png`) });
    expect.soft(await sideways(page), name).toEqual([]);
  }
  await rm(folder, { recursive: true });
});
