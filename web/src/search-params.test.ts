import { expect, test } from "vitest";
import { safeNext } from "./features/sign-in/next";
import { events, formatSort, parseSort, projects } from "./search-params";

test("what an address says and is not understood is as if it were absent", () => {
  expect(projects({ q: "atlas", status: "purple", tag: "" })).toEqual({ q: "atlas" });
  expect(events({ since: "1h", q: 42 })).toEqual({ since: "1h", q: "42" });
});

test("an order is written and read as it was", () => {
  for (const sort of [undefined, { id: "name", desc: false }, { id: "seen", desc: true }]) {
    expect(parseSort(formatSort(sort))).toEqual(sort);
  }
});

test.each([
  ["/keys?q=ci", "/keys?q=ci"],
  [undefined, "/"],
  ["https://example.org", "/"],
  ["//example.org", "/"],
  ["/\\example.org", "/"],
])("after signing in %j leads to %j", (next, place) => {
  expect(safeNext(next)).toBe(place);
});
