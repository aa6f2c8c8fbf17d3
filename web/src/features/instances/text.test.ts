import { expect, test } from "vitest";
import { parseEnvironment, splitCommand } from "./text";

test("a command line splits at spaces, quotes hold together", () => {
  expect(splitCommand(`sh -c "echo \\"hi\\" there" 'a b' c`)).toEqual([
    "sh",
    "-c",
    'echo "hi" there',
    "a b",
    "c",
  ]);
  expect(splitCommand("  ")).toEqual([]);
});

test("an environment is lines of NAME=value", () => {
  expect(parseEnvironment("A=1\n# a comment\n\nB=x=y\nC")).toEqual({ A: "1", B: "x=y", C: "" });
});
