import { type ReactNode, useMemo, useState } from "react";
import { save, toCsv } from "./save";

export type Value = string | number | null | undefined;

export interface Column<Row> {
  id: string;
  header: string;
  /** What the column sorts, searches and exports by. */
  value: (row: Row) => Value;
  cell?: (row: Row) => ReactNode;
  /** A track of the grid: `120px`, `minmax(0, 2fr)`. */
  width: string;
  end?: boolean;
  /** Its place in the two lines of a row on a phone; absent: not shown there. */
  phone?: "lead" | "side" | "under" | "under-side";
  /** A column that is only looked at: no sorting. */
  fixed?: boolean;
}

export interface Sort {
  readonly id: string;
  readonly desc: boolean;
}

export interface List<Row> {
  readonly columns: readonly Column<Row>[];
  /** The rows that pass the filter, in their order. */
  readonly shown: readonly Row[];
  readonly sort: Sort | undefined;
  readonly setSort: (sort: Sort | undefined) => void;
}

const collator = new Intl.Collator("en", { numeric: true, sensitivity: "base" });

export function compareValues(left: Value, right: Value): number {
  if (typeof left === "number" && typeof right === "number") return left - right;
  return collator.compare(String(left ?? ""), String(right ?? ""));
}

interface ListOptions<Row> {
  rows: readonly Row[];
  columns: readonly Column<Row>[];
  /** Only rows with this in one of their columns. */
  filter?: string;
  sort?: Sort | undefined;
  onSort?: (sort: Sort | undefined) => void;
}

/** Filters and sorts rows; where nobody else keeps the order, it does. */
export function useList<Row>(options: ListOptions<Row>): List<Row> {
  const { rows, columns, filter = "" } = options;
  const [ownSort, setOwnSort] = useState<Sort | undefined>(options.sort);
  const sort = options.onSort ? options.sort : ownSort;
  const setSort = options.onSort ?? setOwnSort;
  const shown = useMemo(
    () => sortRows(filterRows(rows, columns, filter), columns, sort),
    [rows, columns, filter, sort],
  );
  return { columns, shown, sort, setSort };
}

/** The rows with `filter` in one of their columns. */
export function filterRows<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  filter: string,
): readonly Row[] {
  const wanted = filter.trim().toLowerCase();
  if (wanted === "") return rows;
  return rows.filter((row) =>
    columns.some((column) =>
      String(column.value(row) ?? "")
        .toLowerCase()
        .includes(wanted),
    ),
  );
}

/** In order of one column, what has no value there last in either direction. */
export function sortRows<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  sort: Sort | undefined,
): readonly Row[] {
  const column = columns.find((one) => one.id === sort?.id);
  if (column === undefined) return rows;
  const sign = sort?.desc === true ? -1 : 1;
  return rows.toSorted((left, right) => {
    const [one, other] = [column.value(left), column.value(right)];
    if (isAbsent(one) || isAbsent(other)) return Number(isAbsent(one)) - Number(isAbsent(other));
    return sign * compareValues(one, other);
  });
}

function isAbsent(value: Value): boolean {
  return value === null || value === undefined || value === "";
}

/** Up, down, and back to the list's own order. */
export function nextSort(sort: Sort | undefined, id: string): Sort | undefined {
  if (sort?.id !== id) return { id, desc: false };
  return sort.desc ? undefined : { id, desc: true };
}

/** Saves what is shown, as it is ordered. */
export function exportList<Row>(list: List<Row>, name: string, format: "csv" | "json"): void {
  if (format === "json") {
    save(`${name}.json`, "application/json", `${JSON.stringify(list.shown, null, 2)}\n`);
    return;
  }
  const header = list.columns.map((column) => column.header);
  const rows = list.shown.map((row) => list.columns.map((column) => column.value(row)));
  save(`${name}.csv`, "text/csv", toCsv(header, rows));
}
