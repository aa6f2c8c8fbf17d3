import { expect, test } from "vitest";
import { graph } from "../../search-params";
import {
  above,
  asked,
  crumbs,
  formatCamera,
  formatHidden,
  opened,
  parseCamera,
  toggled,
  viewOf,
  whereToSee,
} from "./view";

const small = { files: 7 };

test("an empty address shows the files of a small project and the folders of a large one", () => {
  expect(viewOf({}, small).level).toBe("file");
  expect(viewOf({}, { files: 5000 }).level).toBe("folder");
  expect(viewOf({ level: "symbol" }, small).level).toBe("symbol");
});

test("what an address cannot mean is as if it were absent", () => {
  const view = viewOf(graph({ ask: "impact", depth: "99", until: "soon", colour: "smell" }), small);
  expect(view).toMatchObject({ mode: undefined, depth: 3, until: undefined, colour: "kind" });
});

test("the router's numbers are ids all the same", () => {
  expect(viewOf(graph({ ask: "impact", of: 12, node: 12 }), small)).toMatchObject({
    mode: "impact",
    of: "12",
    node: "12",
  });
});

test("a hidden entry goes into the address and comes back, whatever stands in its name", () => {
  const entry = "owner:Doe, Jane";
  const hide = toggled(new Set(), entry);
  expect(viewOf({ hide }, small).hidden).toEqual(new Set([entry]));
  expect(toggled(viewOf({ hide }, small).hidden, entry)).toBeUndefined();
  expect(formatHidden(new Set(["b", "a"]))).toBe("a,b");
});

test("a folder opens to its files and a file to its symbols", () => {
  expect(opened("folder", "src")).toMatchObject({ level: "file", under: "src", node: undefined });
  expect(opened("file", "src/a.rs")).toMatchObject({ level: "symbol", under: "src/a.rs" });
});

test("the way back leads out of the question, then the selection, then a folder at a time", () => {
  const search = { level: "symbol", under: "src/a.rs", ...asked("impact", "4") } as const;
  const first = above(viewOf(search, small));
  expect(first).toMatchObject({ ask: undefined, node: "4" });
  const second = { ...search, ...first };
  expect(above(viewOf(second, small))).toEqual({ node: undefined });
  const third = { ...second, node: undefined };
  expect(above(viewOf(third, small))).toMatchObject({ level: "file", under: "src" });
  expect(above(viewOf({}, small))).toBeUndefined();
});

test("crumbs name every folder on the way", () => {
  expect(crumbs("atlas", "src/web").map(({ name, search }) => [name, search.under])).toEqual([
    ["atlas", undefined],
    ["src", "src"],
    ["web", "src/web"],
  ]);
});

test("a node that is found is shown among its own", () => {
  expect(whereToSee({ id: 1, kind: "function", path: "src/a.rs" })).toMatchObject({
    node: "1",
    level: "symbol",
    under: "src/a.rs",
  });
  expect(whereToSee({ id: 2, kind: "file", path: "src/a.rs" })).toMatchObject({
    level: "file",
    under: "src",
  });
  expect(whereToSee({ id: 3, kind: "package" })).toMatchObject({ ask: "near", of: "3", node: "3" });
});

test("where one looks is kept to the pixel, and the whole is no place", () => {
  expect(parseCamera(formatCamera({ x: 0.25, y: 0.75, ratio: 0.3 }))).toEqual({
    x: 0.25,
    y: 0.75,
    ratio: 0.3,
  });
  expect(formatCamera({ x: 0.5, y: 0.5, ratio: 1 })).toBeUndefined();
  expect(parseCamera("1_2")).toBeUndefined();
  expect(parseCamera("1_2_0")).toBeUndefined();
  expect(parseCamera("x_2_1")).toBeUndefined();
});
