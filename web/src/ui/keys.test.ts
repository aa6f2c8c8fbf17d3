import { expect, test } from "vitest";
import { keyName, KeySequences, keyWords } from "./keys";

const bindings = new Set(["j", "g p", "g s", "mod+k"]);
const known = (binding: string) => bindings.has(binding);

test("a single key acts at once", () => {
  expect(new KeySequences().feed("j", 0, known)).toBe("j");
});

test("two keys in a row act as one", () => {
  const sequences = new KeySequences();
  expect(sequences.feed("g", 0, known)).toBeUndefined();
  expect(sequences.feed("p", 400, known)).toBe("g p");
});

test("a second key that comes late begins anew", () => {
  const sequences = new KeySequences();
  sequences.feed("g", 0, known);
  expect(sequences.feed("p", 1001, known)).toBeUndefined();
});

test("a pair that means nothing does what its second key means", () => {
  const sequences = new KeySequences();
  sequences.feed("g", 0, known);
  expect(sequences.feed("j", 100, known)).toBe("j");
  expect(sequences.feed("p", 200, known)).toBeUndefined();
});

test("chords carry their modifier, Alt is the browser's", () => {
  expect(keyName(new KeyboardEvent("keydown", { key: "k", ctrlKey: true }))).toBe("mod+k");
  expect(keyName(new KeyboardEvent("keydown", { key: "K", metaKey: true }))).toBe("mod+k");
  expect(keyName(new KeyboardEvent("keydown", { key: "p", altKey: true }))).toBeUndefined();
});

test("a sequence is told as people press it", () => {
  expect(keyWords("g p")).toBe("g then p");
});
