import { expect, test } from "vitest";
import { byDocument, facet, type FoundHit, ordinal, whyDetail, whyWords } from "./results";

function hit(change: Partial<FoundHit>): FoundHit {
  return {
    project: "atlas",
    collection: "documents",
    document: "1",
    path: "a.md",
    lines: [1, 2],
    span: [0, 10],
    score: 1,
    text: "",
    highlights: [],
    ...change,
  };
}

test("hits of one document stand together, the best document first", () => {
  const found = byDocument([
    hit({ document: "1", score: 0.4 }),
    hit({ document: "2", score: 0.9, project: "borealis" }),
    hit({ document: "1", score: 0.7 }),
  ]);
  expect(found.map((one) => [one.key, one.hits.map((each) => each.score)])).toEqual([
    ["borealis/2", [0.9]],
    ["atlas/1", [0.7, 0.4]],
  ]);
});

test("the same document id in two projects is two documents", () => {
  expect(byDocument([hit({}), hit({ project: "borealis" })])).toHaveLength(2);
});

test("a facet counts, the most frequent first", () => {
  expect(facet(["b", "a", null, "a", "c", undefined])).toEqual([
    ["a", 2],
    ["b", 1],
    ["c", 1],
  ]);
});

test("why a hit stands where it stands is told, and can be computed again", () => {
  const explained = hit({
    score: 0.82,
    explain: {
      keyword: { rank: 3, raw: 4.5, normalised: 0.4, weight: 0.3 },
      vector: { rank: 1, raw: 0.71, normalised: 1, weight: 0.7 },
    },
  });
  expect(whyWords(explained)).toBe("keyword 3rd · vector 1st · 0.82");
  expect(whyDetail(explained)).toBe(
    "keyword: 4.500 → 0.400 × weight 0.30; vector: 0.710 → 1.000 × weight 0.70",
  );
  expect(whyWords(hit({}))).toBe("1.00");
});

test("ordinals end as they are spoken", () => {
  expect([1, 2, 3, 4, 11, 12, 13, 21, 102].map(ordinal)).toEqual([
    "1st",
    "2nd",
    "3rd",
    "4th",
    "11th",
    "12th",
    "13th",
    "21st",
    "102nd",
  ]);
});
