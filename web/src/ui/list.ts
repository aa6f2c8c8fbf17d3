import {
  columnFilteringFeature,
  createFilteredRowModel,
  createSortedRowModel,
  type ColumnDef,
  globalFilteringFeature,
  rowSortingFeature,
  type SortingState,
  tableFeatures,
  useTable,
} from "@tanstack/react-table";
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

const features = tableFeatures({
  rowSortingFeature,
  columnFilteringFeature,
  globalFilteringFeature,
  sortedRowModel: createSortedRowModel(),
  filteredRowModel: createFilteredRowModel(),
});

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
export function useList<Row extends object>(options: ListOptions<Row>): List<Row> {
  const { rows, columns, filter = "" } = options;
  const [ownSort, setOwnSort] = useState<Sort | undefined>(options.sort);
  const sort = options.onSort ? options.sort : ownSort;
  const setSort = options.onSort ?? setOwnSort;
  const definitions = useMemo(
    () => columns.map((column) => define(column)),
    [columns],
  );
  const sorting = useMemo<SortingState>(() => (sort ? [{ id: sort.id, desc: sort.desc }] : []), [sort]);
  const table = useTable({
    features,
    columns: definitions,
    data: rows,
    state: { sorting, globalFilter: filter },
    globalFilterFn: (row, id, wanted: string) =>
      String(row.getValue<Value>(id) ?? "")
        .toLowerCase()
        .includes(wanted.toLowerCase()),
    getColumnCanGlobalFilter: () => true,
  });
  const shown = table.getRowModel().rows.map((row) => row.original);
  return { columns, shown, sort, setSort };
}

function define<Row extends object>(column: Column<Row>): ColumnDef<typeof features, Row> {
  return {
    id: column.id,
    accessorFn: (row: Row) => column.value(row) ?? undefined,
    sortFn: (left, right, id) => compareValues(left.getValue<Value>(id), right.getValue<Value>(id)),
    sortUndefined: "last",
  };
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
