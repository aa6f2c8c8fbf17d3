import type { Page, Route } from "@playwright/test";
import { expect, test } from "../e2e/test";
import { bareFrames } from "./bare";
import { largeMap, LINKS, NODES } from "./map";

const SECONDS = 4;

type Act = "nothing" | "drag" | "wheel" | "point";

/** Frames a second while with every frame the mouse does something on the canvas. */
function frames(page: Page, act: Act): Promise<number> {
  return page.evaluate(
    async ({ act, seconds }) => {
      const canvas = document.querySelector(".graph-canvas .sigma-mouse");
      const box = canvas?.getBoundingClientRect();
      const at = (x: number, y: number) => ({
        clientX: (box?.left ?? 0) + x,
        clientY: (box?.top ?? 0) + y,
        bubbles: true,
        cancelable: true,
      });
      const acts = {
        nothing: () => undefined,
        drag: (turn: number) =>
          document.dispatchEvent(new MouseEvent("mousemove", at(...circle(turn)))),
        point: (turn: number) =>
          canvas?.dispatchEvent(new MouseEvent("mousemove", at(...circle(turn)))),
        wheel: (turn: number) =>
          canvas?.dispatchEvent(
            new WheelEvent("wheel", { ...at(380, 260), deltaY: turn % 60 < 30 ? 40 : -40 }),
          ),
      };
      const circle = (turn: number): [number, number] => [
        300 + 120 * Math.sin(turn / 9),
        250 + 90 * Math.cos(turn / 9),
      ];
      if (act === "drag") canvas?.dispatchEvent(new MouseEvent("mousedown", at(300, 250)));
      let drawn = 0;
      const begin = performance.now();
      while (performance.now() - begin < seconds * 1000) {
        await new Promise(requestAnimationFrame);
        drawn += 1;
        acts[act](drawn);
      }
      const rate = (drawn * 1000) / (performance.now() - begin);
      if (act === "drag") document.dispatchEvent(new MouseEvent("mouseup", { bubbles: true }));
      return rate;
    },
    { act, seconds: SECONDS },
  );
}

test("frames a second with ten thousand nodes", async ({ signedIn: page, hub }) => {
  const rates: [string, number][] = [];
  const note = async (what: string, rate: Promise<number>) => {
    rates.push([what, await rate]);
  };
  const answer = (body: unknown) => (route: Route) => route.fulfill({ json: body });
  const graph = `${hub.url}/api/v1/projects/atlas/graph`;
  const status = { files: NODES, lines: 3e6, symbols: 2e5, nodes: NODES, edges: LINKS };
  const none = { unresolved: 0, ghosts: 0, problems: 0, languages: [], version: 1 };
  await page.route(graph, answer({ ...status, ...none }));
  const map = largeMap();
  const open = async (nodes: number, links: number) => {
    const part = { ...map, nodes: map.nodes.slice(0, nodes), links: map.links.slice(0, links) };
    await page.unroute(`${graph}/map?*`);
    await page.route(`${graph}/map?*`, answer(part));
    await page.goto(`${hub.url}/projects/atlas/graph?level=file`);
    await expect(page.locator(".graph-canvas canvas").first()).toBeVisible();
  };

  await page.goto(`${hub.url}/projects/ember`);
  await note("an empty page", frames(page, "nothing"));
  await open(10, 0);
  await note("a bare canvas, nothing on it", bareFrames(page, bare(0, 0)));
  await note("a bare canvas, the points", bareFrames(page, bare(NODES, 0)));
  await note("a bare canvas, points and lines", bareFrames(page, bare(NODES, LINKS)));
  await note("ten nodes, dragged", frames(page, "drag"));
  const asked = Date.now();
  await open(NODES, LINKS);
  const shown = Date.now() - asked;
  await note("dragged while it is laid out", frames(page, "drag"));
  await expect(page.locator(".graph-canvas[data-settled=true]")).toBeVisible({ timeout: 120_000 });
  const settled = Date.now() - asked;
  await note("standing still", frames(page, "nothing"));
  await note("pointed at", frames(page, "point"));
  await note("dragged", frames(page, "drag"));
  await note("zoomed", frames(page, "wheel"));
  console.log(`${NODES} nodes, ${LINKS} links, in frames a second`);
  for (const [what, rate] of rates)
    console.log(`  ${what.padEnd(32)}${rate.toFixed(1).padStart(5)}`);
  console.log(`shown after ${shown} ms, at rest after ${settled} ms`);
});

function bare(points: number, lines: number) {
  return { points, lines, seconds: SECONDS };
}
