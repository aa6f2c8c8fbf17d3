import { expect, test } from "vitest";
import { type Column, filterRows, nextSort, sortRows } from "./list";

interface Row {
  name: string;
  port: number | null;
}

const columns: readonly Column<Row>[] = [
  { id: "name", header: "Name", width: "1fr", value: (row) => row.name },
  { id: "port", header: "Port", width: "1fr", value: (row) => row.port },
];
const rows: readonly Row[] = [
  { name: "atlas-10", port: 8103 },
  { name: "Atlas-2", port: null },
  { name: "borealis-1", port: 8101 },
];

function names(list: readonly Row[]): string[] {
  return list.map((row) => row.name);
}

test("a filter looks into every column and does not mind case", () => {
  expect(names(filterRows(rows, columns, " ATLAS "))).toEqual(["atlas-10", "Atlas-2"]);
  expect(names(filterRows(rows, columns, "8101"))).toEqual(["borealis-1"]);
});

test("names sort by the numbers in them", () => {
  expect(names(sortRows(rows, columns, { id: "name", desc: false }))).toEqual([
    "Atlas-2",
    "atlas-10",
    "borealis-1",
  ]);
});

test.each([false, true])("what has no value is last, descending or not (%s)", (desc) => {
  expect(names(sortRows(rows, columns, { id: "port", desc })).at(-1)).toBe("Atlas-2");
});

test("an order by a column that is not there changes nothing", () => {
  expect(sortRows(rows, columns, { id: "age", desc: false })).toBe(rows);
});

test("a header goes up, down and back", () => {
  const up = nextSort(undefined, "name");
  const down = nextSort(up, "name");
  expect([up, down, nextSort(down, "name"), nextSort(down, "port")]).toEqual([
    { id: "name", desc: false },
    { id: "name", desc: true },
    undefined,
    { id: "port", desc: false },
  ]);
});
