import { expect, test } from "vitest";
import { age, bytes, counted, moment, percent, span } from "./words";

const now = Date.parse("2026-11-22T12:00:00Z");

test.each([
  [0, "now"],
  [999, "now"],
  [2_000, "2 s"],
  [59_999, "59 s"],
  [60_000, "1 min"],
  [3_599_999, "59 min"],
  [3_600_000, "1 h"],
  [47 * 3_600_000, "47 h"],
  [48 * 3_600_000, "2 d"],
])("a span of %i ms is %s", (milliseconds, words) => {
  expect(span(milliseconds)).toBe(words);
});

test("an age from a clock that is ahead of ours is now", () => {
  expect(age("2026-11-22T12:00:05Z", now)).toBe("now");
});

test.each([
  [1, "100 %"],
  [0.99999, "99.99 %"],
  [0.9998, "99.98 %"],
  [0.981, "98.1 %"],
  [0, "0.0 %"],
])("an uptime of %f is %s, never rounded up to all", (part, words) => {
  expect(percent(part)).toBe(words);
});

test.each([
  [15, "15 B"],
  [1234, "1.2 kB"],
  [209_000, "209 kB"],
  [5_000_000_000, "5.0 GB"],
])("%i bytes are %s", (number, words) => {
  expect(bytes(number)).toBe(words);
});

test("one is counted as one", () => {
  expect([counted(1, "hit"), counted(1200, "hit"), counted(0, "entry", "entries")]).toEqual([
    "1 hit",
    "1,200 hits",
    "0 entries",
  ]);
});

test("a moment of another day names the day", () => {
  expect(moment("2026-11-22T11:59:00", now)).toBe("11:59:00");
  expect(moment("2026-11-03T12:04:00", now)).toBe("3 Nov, 12:04");
  expect(moment("2025-11-03T12:04:00", now)).toBe("3 Nov 2025");
});
