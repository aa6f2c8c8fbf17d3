import { expect, test } from "vitest";
import { type Body, boxOf, column, layOut, pinnable, rings, seed, seeds, towards } from "./layout";

function body(id: number, path = `src/${id % 4}/${id}.rs`): Body {
  return { id: String(id), path, qualifiedName: path };
}

const dots = Array.from({ length: 40 }, (_, id) => body(id));
const lines = Array.from({ length: 60 }, (_, at) => ({
  from: String(at % 40),
  to: String((at * 7 + 3) % 40),
  count: 1 + (at % 5),
})).filter(({ from, to }) => from !== to);
const task = { dots, lines, pinned: {} };

test("one graph has one picture, in whichever order it comes", () => {
  const again = { dots: dots.toReversed(), lines: lines.toReversed(), pinned: {} };
  expect(layOut(again)).toEqual(layOut(task));
});

test("files of a folder begin nearer to each other than to those of others", () => {
  const gap = (one: string, other: string) => {
    const [left, right] = [seed(body(1, one)), seed(body(2, other))];
    return Math.hypot(left.x - right.x, left.y - right.y);
  };
  const inside = gap("crates/web/a.rs", "crates/web/b.rs");
  expect(inside).toBeLessThan(gap("crates/web/a.rs", "docs/b.rs"));
});

test("what is added elsewhere moves no seed", () => {
  const before = seeds(dots);
  const after = seeds([body(99, "new/file.rs"), ...dots]);
  for (const { id } of dots) expect(after[id]).toEqual(before[id]);
});

test("a change moves what it touches and nothing else", () => {
  const before = layOut(task);
  const changed = {
    dots: [...dots, body(99)],
    lines: [...lines, { from: "99", to: "5", count: 1 }],
  };
  const stays = pinnable(task, changed);
  expect(stays.has("5")).toBe(false);
  expect(stays.has("6")).toBe(true);
  const pinned = Object.fromEntries(Object.entries(before).filter(([id]) => stays.has(id)));
  const after = layOut({ ...changed, pinned });
  for (const id of stays) expect(after[id]).toEqual(before[id]);
  expect(after["99"]).toBeDefined();
});

test("no two nodes share a place, and every place is a number", () => {
  const places = Object.values(layOut(task));
  expect(new Set(places.map(({ x, y }) => `${x} ${y}`)).size).toBe(dots.length);
  expect(places.every(({ x, y }) => Number.isFinite(x) && Number.isFinite(y))).toBe(true);
});

test("the further a node is from where a walk began, the further out its ring", () => {
  const reached = dots.map((dot, at) => ({ ...dot, depth: at === 0 ? 0 : 1 + (at % 3) }));
  const places = rings(reached, "0");
  const radius = (depth: number) => {
    const dot = reached.find((one) => one.depth === depth);
    const place = places[dot?.id ?? ""];
    return Math.hypot(place?.x ?? 0, place?.y ?? 0);
  };
  expect(radius(0)).toBe(0);
  expect(radius(1)).toBeLessThan(radius(2));
  expect(radius(2)).toBeLessThan(radius(3));
});

test("however many stand at one distance, none covers the next", () => {
  const many = Array.from({ length: 400 }, (_, place) => {
    const id = String(place);
    return { id, path: "", qualifiedName: id, depth: place === 0 ? 0 : place < 100 ? 1 : 2 };
  });
  const places = Object.values(rings(many, "0"));
  const gaps = places.flatMap((one, at) =>
    places.slice(at + 1).map((other) => Math.hypot(one.x - other.x, one.y - other.y)),
  );
  expect(Math.min(...gaps)).toBeGreaterThan(12);
});

test("a way goes from top to bottom", () => {
  const places = column(dots.slice(0, 3));
  const heights = ["0", "1", "2"].map((id) => places[id]?.y ?? 0);
  expect(heights).toEqual(heights.toSorted((left, right) => right - left));
});

test("two nodes are not drawn a canvas apart", () => {
  const { x, y } = boxOf({ one: { x: 0, y: 0 }, other: { x: 20, y: 0 } });
  expect(x).toEqual([-30, 50]);
  expect(y).toEqual([-40, 40]);
});

test("an arrow goes to what lies ahead, not to what is merely near", () => {
  const others = [
    ["ahead", { x: 10, y: 1 }],
    ["aside", { x: 2, y: 9 }],
    ["behind", { x: -1, y: 0 }],
  ] as const;
  const from = { x: 0, y: 0 };
  expect(towards(from, others, "right")).toBe("ahead");
  expect(towards(from, others, "up")).toBe("aside");
  expect(towards(from, others, "left")).toBe("behind");
  expect(towards(from, others, "down")).toBeUndefined();
});
