import type { Page, Route } from "@playwright/test";
import type { GraphMap } from "../src/features/graph/types";
import { expect, test } from "./test";

const NODES = 10_000;
const LINKS = 30_000;
const SECONDS = 5;

/** Ten thousand files in folders, each importing a few of its own folder and now and then others. */
function largeMap(): GraphMap {
  let state = 1;
  const random = (below: number) => {
    state = (Math.imul(state, 48_271) >>> 0) % 0x7fffffff;
    return state % below;
  };
  const folders = 200;
  const numbers = { symbols: 20, lines: 300, ghosts: 0, changes: 0 };
  const nodes = Array.from({ length: NODES }, (_, id) => {
    const folder = id < folders ? id : id % folders;
    const path =
      id < folders ? `f${folder % 20}/g${folder}` : `f${folder % 20}/g${folder}/${id}.rs`;
    const name = path.split("/").at(-1) ?? path;
    const kind = id < folders ? "folder" : "file";
    const files = id < folders ? NODES / folders : 0;
    const parent = id < folders ? {} : { parent: folder };
    return {
      id,
      kind,
      name,
      qualified_name: path,
      path,
      language: "rust",
      files,
      ...parent,
      ...numbers,
    };
  });
  const links = Array.from({ length: LINKS }, () => {
    const from = folders + random(NODES - folders);
    const beside = folders + ((from + folders * random(49)) % (NODES - folders));
    const to = random(10) < 8 ? beside : folders + random(NODES - folders);
    return { from, to, kind: "imports", count: 1 };
  });
  return { level: "file", version: 1, nodes, links, truncated: false };
}

/** Frames a second while the page does something with every frame. */
function frames(page: Page, act: boolean): Promise<number> {
  return page.evaluate(
    async ({ act, seconds }) => {
      const canvas = document.querySelector(".graph-canvas .sigma-mouse");
      const box = canvas?.getBoundingClientRect();
      let drawn = 0;
      const end = performance.now() + seconds * 1000;
      const move = (type: string, x: number, y: number) => {
        const at = { clientX: (box?.left ?? 0) + x, clientY: (box?.top ?? 0) + y, bubbles: true };
        (type === "mousemove" ? document : canvas)?.dispatchEvent(new MouseEvent(type, at));
      };
      if (act) move("mousedown", 300, 250);
      while (performance.now() < end) {
        await new Promise(requestAnimationFrame);
        drawn += 1;
        if (act) move("mousemove", 300 + 120 * Math.sin(drawn / 9), 250 + 90 * Math.cos(drawn / 9));
      }
      if (act) document.dispatchEvent(new MouseEvent("mouseup", { bubbles: true }));
      return drawn / seconds;
    },
    { act, seconds: SECONDS },
  );
}

test("frames a second while ten thousand nodes are dragged about", async ({
  signedIn: page,
  hub,
}) => {
  const answer = (body: unknown) => (route: Route) => route.fulfill({ json: body });
  const graph = `${hub.url}/api/v1/projects/atlas/graph`;
  const status = { files: NODES, lines: 3e6, symbols: 2e5, nodes: NODES, edges: LINKS };
  const none = { unresolved: 0, ghosts: 0, problems: 0, languages: [], version: 1 };
  await page.route(graph, answer({ ...status, ...none }));
  const map = largeMap();
  await page.goto(`${hub.url}/projects/ember`);
  const empty = await frames(page, false);
  // Where software draws, the canvas itself may cost more than all that is on it.
  await page.route(`${graph}/map?*`, answer({ ...map, nodes: map.nodes.slice(0, 10), links: [] }));
  await page.goto(`${hub.url}/projects/atlas/graph?level=file`);
  await expect(page.locator(".graph-canvas canvas").first()).toBeVisible();
  const few = await frames(page, true);
  await page.unroute(`${graph}/map?*`);
  await page.route(`${graph}/map?*`, answer(map));
  const asked = Date.now();
  await page.goto(`${hub.url}/projects/atlas/graph?level=file`);
  await expect(page.locator(".graph-canvas canvas").first()).toBeVisible();
  const shown = Date.now() - asked;
  const unsettled = await frames(page, true);
  await expect(page.locator(".graph-canvas[data-settled=true]")).toBeVisible({ timeout: 120_000 });
  const settled = Date.now() - asked;
  const resting = await frames(page, true);
  console.log(`an empty page        ${empty.toFixed(1)} frames/s`);
  console.log(`ten nodes            ${few.toFixed(1)} frames/s`);
  console.log(`while it is laid out ${unsettled.toFixed(1)} frames/s`);
  console.log(`${NODES} nodes, ${LINKS} links ${resting.toFixed(1)} frames/s`);
  console.log(`shown after ${shown} ms, at rest after ${settled} ms`);
});
