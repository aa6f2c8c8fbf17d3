import { expect, test } from "vitest";
import { beside, withRoom } from "./labels";

test("of names that would cover each other the larger dot has its own", () => {
  const label = (name: string, x: number, y: number, size: number) => ({
    name,
    x,
    y,
    size,
    width: 50,
  });
  const named = withRoom([
    label("small", 10, 5, 3),
    label("large", 0, 0, 9),
    label("beside", 60, 0, 2),
    label("below", 0, 15, 1),
  ]);
  expect(named.map((one) => one.name)).toEqual(["large", "beside", "below"]);
});

test("a name that would be cut at the right edge stands at the left of its dot", () => {
  expect(beside(100, 10, 50, 400)).toBe(110);
  expect(beside(380, 10, 50, 400)).toBe(320);
  expect(beside(30, 10, 50, 60)).toBe(40);
});
