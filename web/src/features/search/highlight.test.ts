import { expect, test } from "vitest";
import { bestLines, markedLines, toPlaces } from "./highlight";

test("bytes are counted as UTF-8 has them", () => {
  const text = "aé€😀z";
  expect([...toPlaces(text, [0, 1, 3, 6, 10, 11])]).toEqual([
    [0, 0],
    [1, 1],
    [3, 2],
    [6, 3],
    [10, 5],
    [11, 6],
  ]);
});

test("a match is marked in its line, with the line's number", () => {
  expect(markedLines("größe\nis a silent size", [[13, 19]], 7)).toEqual([
    { number: 7, parts: [{ text: "größe", marked: false }] },
    {
      number: 8,
      parts: [
        { text: "is a ", marked: false },
        { text: "silent", marked: true },
        { text: " size", marked: false },
      ],
    },
  ]);
});

test("a match over a line's end is marked in both, and twice the same once", () => {
  const lines = markedLines(
    "one two\nthree",
    [
      [4, 13],
      [4, 7],
    ],
    1,
  );
  expect(lines.map((line) => line.parts.filter((part) => part.marked))).toEqual([
    [{ text: "two", marked: true }],
    [{ text: "three", marked: true }],
  ]);
});

test("of a long hit the matches are shown with their neighbours, nothing empty", () => {
  const text = ["a", "b", "", "match", "```sh", "c", "d"].join("\n");
  const shown = bestLines(markedLines(text, [[5, 10]], 1));
  expect(shown.map((line) => line.number)).toEqual([4]);
});

test("a hit without a marked word shows its beginning", () => {
  const shown = bestLines(markedLines("a\nb\nc\nd\ne\nf", [], 1));
  expect(shown.map((line) => line.number)).toEqual([1, 2, 3, 4]);
});
