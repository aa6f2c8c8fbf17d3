import { expect, test } from "vitest";
import { fullness, type Hour, stripWords } from "./UptimeStrip";

function hour(worst: Hour["worst"], online: number): Hour {
  return { from: "2026-11-22T12:00:00Z", worst, online };
}

test("an hour that was all online fills its place, an unknown one is a stub", () => {
  expect(fullness(hour("online", 1))).toBe(1);
  expect(fullness(hour("unknown", 0))).toBe(0.2);
});

test("trouble is lower than online, the more the longer it took, and never gone", () => {
  const short = fullness(hour("offline", 0.99));
  const long = fullness(hour("offline", 0.1));
  const whole = fullness(hour("offline", 0));
  expect(short).toBeLessThan(1);
  expect(long).toBeLessThan(short);
  expect(whole).toBeGreaterThan(fullness(hour("unknown", 0)));
});

test("the words say how much is known", () => {
  expect(stripWords([hour("unknown", 0)], null)).toBe("nothing known of the last 24 hours");
  expect(stripWords([hour("online", 1), hour("unknown", 0)], 1)).toBe(
    "100 % up, no trouble in 1 h",
  );
  expect(stripWords([hour("online", 1), hour("offline", 0.5)], 0.75)).toBe(
    "75.0 % up, trouble in 1 of 2 h",
  );
});
