import { expect, test } from "vitest";
import { gaps } from "./gaps";

test("there is one gap less than there are beats", () => {
  expect(gaps(["2026-11-22T12:00:00Z", "2026-11-22T12:00:30Z", "2026-11-22T12:01:15Z"])).toEqual([
    30, 45,
  ]);
  expect(gaps([])).toEqual([]);
});
