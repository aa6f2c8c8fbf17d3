import { expect, test } from "vitest";
import { sparkPath } from "./Sparkline";

test("the highest value touches the top, nothing lies on the ground", () => {
  expect(sparkPath([0, 5, 10], 100, 20)).toBe("M0.0 20.0L50.0 10.0L100.0 0.0");
  expect(sparkPath([0, 0], 100, 20)).toBe("M0.0 20.0L100.0 20.0");
});
