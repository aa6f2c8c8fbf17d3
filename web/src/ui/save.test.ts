import { expect, test } from "vitest";
import { toCsv } from "./save";

test("cells with commas, quotes and line breaks are quoted", () => {
  expect(
    toCsv(
      ["name", "note"],
      [
        ["a,b", 'say "hi"'],
        ["c", "two\nlines"],
      ],
    ),
  ).toBe('name,note\r\n"a,b","say ""hi"""\r\nc,"two\nlines"\r\n');
});

test("what is absent is empty, zero is not", () => {
  expect(toCsv(["a", "b", "c"], [[null, undefined, 0]])).toBe("a,b,c\r\n,,0\r\n");
});

test.each(["=1+1", "+1", "-1", "@sum", "\tx"])("%j is no formula for a spreadsheet", (text) => {
  expect(toCsv(["a"], [[text]])).toContain(`'${text}`);
});

test("a number below zero stays a number", () => {
  expect(toCsv(["a"], [[-1]])).toBe("a\r\n-1\r\n");
});
