import { expect, test } from "vitest";
import type { GraphEdge, GraphMap, GraphNode, MapNode } from "../../api/types";
import { filtered, makeLegend } from "./legend";
import { grouped } from "./near";
import { labelOf, opens, pictureOfMap, pictureOfPath, pictureOfWalk } from "./picture";
import { jsonOf, svgOf } from "./take-away";
import { rangeOf } from "./TimeSlider";

function mapNode(id: number, more: Partial<MapNode> = {}): MapNode {
  const name = `n${id}`;
  const numbers = { files: 0, symbols: 0, lines: 8, ghosts: 0, changes: 0 };
  return { id, kind: "file", name, qualified_name: name, ...numbers, ...more };
}

function node(id: number, name = `n${id}`): GraphNode {
  return { id, kind: "function", name, qualified_name: name, path: "a.rs", lines: [3, 5] };
}

function edge(from: number, to: number, kind: GraphEdge["kind"]): GraphEdge {
  const provenance = {
    extractor: "codegraph/rust",
    version: 1,
    proof: "scope" as const,
    confidence: 1,
  };
  return { from, to, kind, provenance };
}

const map: GraphMap = {
  level: "file",
  version: 1,
  nodes: [
    mapNode(1, { kind: "folder", name: "src", files: 2 }),
    mapNode(2, { parent: 1, language: "rust", changes: 30, symbols: 4 }),
    mapNode(3, { parent: 1, language: "python", changes: 1 }),
  ],
  links: [
    { from: 2, to: 3, kind: "imports", count: 4 },
    { from: 2, to: 9, kind: "calls", count: 1 },
    { from: 2, to: 2, kind: "calls", count: 1 },
  ],
  truncated: false,
};

test("a map draws what holds what, and leaves out lines that lead nowhere", () => {
  const lines = pictureOfMap(map).lines.map(({ from, to, kind }) => `${from} ${kind} ${to}`);
  expect(lines).toEqual(["1 contains 2", "1 contains 3", "2 imports 3"]);
});

test("a cluster says how much is in it, and opens if that is something", () => {
  const [folder, file, bare] = pictureOfMap(map).dots;
  expect(folder && labelOf(folder)).toBe("src · 2");
  expect(file && labelOf(file)).toBe("n2 · 4");
  expect([folder, file, bare].map((dot) => dot && opens(dot))).toEqual([true, true, false]);
});

test("edges between the same two nodes are one line that counts them", () => {
  const call = edge(1, 2, "calls");
  const walk = pictureOfWalk({
    nodes: [
      { node: node(1), depth: 0 },
      { node: node(2), depth: 1 },
    ],
    edges: [call, call, { ...call, kind: "tests" }],
    truncated: true,
  });
  expect(walk.lines.map(({ kind, count }) => [kind, count])).toEqual([
    ["calls", 2],
    ["tests", 1],
  ]);
  expect(walk.truncated).toBe(true);
  expect(walk.dots.map(({ depth, line, lines }) => [depth, line, lines])).toEqual([
    [0, 3, 3],
    [1, 3, 3],
  ]);
});

test("a path keeps the order of its steps", () => {
  const path = pictureOfPath({ nodes: [node(7), node(4)], edges: [] });
  expect(path.dots.map(({ id, depth }) => [id, depth])).toEqual([
    ["7", 0],
    ["4", 1],
  ]);
});

test("the legend counts, and what it hides takes its lines along", () => {
  const picture = pictureOfMap(map);
  const legend = makeLegend(picture, "language", ["rust", "python"]);
  expect(legend.entries.map(({ label, count, tint }) => [label, count, tint])).toEqual([
    ["no language", 1, "tint-other"],
    ["python", 1, "tint-5"],
    ["rust", 1, "tint-2"],
  ]);
  expect(legend.links.map(({ kind, count }) => [kind, count])).toEqual([
    ["imports", 4],
    ["contains", 2],
  ]);
  const seen = filtered(picture, legend, {
    hidden: new Set(["language:python"]),
    until: undefined,
  });
  expect(seen.dots.map((dot) => dot.id)).toEqual(["1", "2"]);
  expect(seen.lines.map((line) => line.kind)).toEqual(["contains"]);
  const bare = filtered(picture, legend, { hidden: new Set(["link:contains"]), until: undefined });
  expect(bare.lines.map((line) => line.kind)).toEqual(["imports"]);
});

test("numbers are coloured in steps, in their order", () => {
  const legend = makeLegend(pictureOfMap(map), "changes", []);
  expect(legend.entries.map(({ label, tint }) => [label, tint])).toEqual([
    ["no changes", "heat-0"],
    ["1 to 4", "heat-1"],
    ["20 to 99", "heat-3"],
  ]);
});

test("what came after the day that is looked at is left out", () => {
  const day = 86_400;
  const nodes = [mapNode(1, { first_change: 5 * day }), mapNode(2, { first_change: 9 * day })];
  const picture = pictureOfMap({ ...map, nodes, links: [] });
  const legend = makeLegend(picture, "kind", []);
  const seen = filtered(picture, legend, { hidden: new Set(), until: 6 * day - 1 });
  expect(seen.dots.map((dot) => dot.id)).toEqual(["1"]);
  expect(rangeOf(picture.dots)).toEqual([6 * day - 1, 10 * day - 1]);
  expect(rangeOf(picture.dots.slice(0, 1))).toBeUndefined();
});

test("who depends on a node stands before what it needs", () => {
  const around = grouped(1, {
    nodes: [1, 2, 3].map((id) => ({ node: node(id), depth: 1 })),
    edges: [
      edge(1, 3, "calls"),
      edge(3, 1, "contains"),
      edge(2, 1, "calls"),
      edge(2, 1, "calls"),
      edge(2, 3, "calls"),
    ],
    truncated: false,
  });
  expect(around.map(({ words, nodes }) => [words, nodes.map((one) => one.id)])).toEqual([
    ["Called by", [2]],
    ["Calls", [3]],
    ["Inside", [3]],
  ]);
});

test("a drawing holds names as text, whatever is in them", () => {
  const place = { x: 1, y: 2, size: 3, color: "#123456" };
  const svg = svgOf({
    width: 100,
    height: 50,
    dots: [
      { ...place, id: "1", label: "Vec<T> & co" },
      { ...place, id: "2", label: "b" },
    ],
    lines: [{ from: "1", to: "2", kind: "calls", count: 1 }],
    surface: "#ffffff",
    text: "#000000",
    line: "#cccccc",
  });
  expect(svg).toContain("Vec&lt;T&gt; &amp; co");
  expect(svg.match(/<circle/g)).toHaveLength(2);
  expect(svg.match(/<line /g)).toHaveLength(1);
  expect(JSON.parse(jsonOf(pictureOfMap(map)))).toMatchObject({ nodes: { length: 3 } });
});
