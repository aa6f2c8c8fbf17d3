import { expect, test } from "vitest";
import type { Project } from "../../api/types";
import { reasonWords } from "./reasons";
import { splitList, toSlug } from "./text";

test.each([
  ["My Project", "my-project"],
  ["  Größe & Länge  ", "grosse-lange"],
  ["--", ""],
  ["a".repeat(49) + " b", "a".repeat(49)],
])("%j becomes the slug %j", (name, slug) => {
  expect(toSlug(name)).toBe(slug);
});

test("a list is split at commas and lines, nothing is empty", () => {
  expect(splitList("web, rust,\n ml,, ")).toEqual(["web", "rust", "ml"]);
});

test("a silence is told with its length, and an online project has no reason", () => {
  const silent = {
    status: "degraded",
    status_reasons: ["silent"],
    hub_url: "http://127.0.0.1:9001",
  } as unknown as Project;
  const now = Date.parse("2026-11-22T12:00:48Z");
  expect(reasonWords(silent, "2026-11-22T12:00:00Z", now)).toMatch(
    /^silent for 48 s, last heard at/,
  );
  expect(reasonWords({ ...silent, status: "online" }, undefined, now)).toBeUndefined();
});
