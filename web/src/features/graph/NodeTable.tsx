import { useMemo } from "react";
import { FilterField } from "../../ui/Field";
import { type Column, useList, type Value } from "../../ui/list";
import { Empty } from "../../ui/State";
import { Table, TableTools } from "../../ui/Table";
import { count } from "../../ui/words";
import { useListState } from "../shell/list-state";
import type { Legend } from "./legend";
import type { Dot } from "./picture";
import { kindWords } from "./words";

interface NodeTableProps {
  project: string;
  /** What the canvas would show. */
  dots: readonly Dot[];
  legend: Legend;
}

/** The table twin of the canvas. */
export function NodeTable({ project, dots, legend }: NodeTableProps) {
  const { filter, setFilter, sort, onSort } = useListState();
  const columns = useMemo(
    () => makeColumns(legend).filter((column) => !isBare(column, dots)),
    [legend, dots],
  );
  const list = useList({ rows: dots, columns, filter, sort, onSort });
  return (
    <div className="graph-table">
      <div className="toolbar">
        <FilterField label="Filter nodes" value={filter} onChange={setFilter} />
        <TableTools list={list} noun="node" file={`${project}-graph`} />
      </div>
      {list.shown.length === 0 ? (
        <Empty title={dots.length === 0 ? "Nothing is here" : "No node fits"}>
          {dots.length === 0
            ? "What is switched off in the legend is not listed either."
            : `None of the ${count(dots.length)} nodes holds “${filter}”.`}
        </Empty>
      ) : (
        <Table
          label="Nodes"
          list={list}
          rowKey={(dot) => dot.id}
          rowLink={(dot) => ({
            to: "/projects/$slug/graph",
            params: { slug: project },
            search: (old) => ({ ...old, node: dot.id }),
          })}
        />
      )}
    </div>
  );
}

/** A column of nothing but zeros takes room from the others. */
function isBare(column: Column<Dot>, dots: readonly Dot[]): boolean {
  return !["name", "kind"].includes(column.id) && dots.every((dot) => isZero(column.value(dot)));
}

function isZero(value: Value): boolean {
  return value === undefined || value === null || value === 0 || value === "";
}

function makeColumns(legend: Legend): readonly Column<Dot>[] {
  return [
    {
      id: "name",
      header: "Name",
      width: "minmax(140px, 2fr)",
      phone: "lead",
      value: (dot) => dot.name,
      cell: (dot) => (
        <>
          <span className={`graph-mark ${legend.entryOf(dot)?.tint ?? ""}`} aria-hidden="true" />
          <span className="mono cut">{dot.name}</span>
        </>
      ),
    },
    {
      id: "depth",
      header: "Steps",
      width: "52px",
      end: true,
      phone: "under-side",
      value: (dot) => dot.depth,
      cell: (dot) => <span className="number">{dot.depth}</span>,
    },
    {
      id: "kind",
      header: "Kind",
      width: "84px",
      phone: "side",
      value: (dot) => kindWords(dot.kind),
      cell: (dot) => <span className="muted cut">{kindWords(dot.kind)}</span>,
    },
    {
      id: "path",
      header: "Path",
      width: "minmax(140px, 3fr)",
      phone: "under",
      value: (dot) => (dot.line === undefined ? dot.path : `${dot.path}:${dot.line}`),
      cell: (dot) => (
        <span className="muted cut">
          {dot.path}
          {dot.line !== undefined && `:${dot.line}`}
        </span>
      ),
    },
    {
      id: "language",
      header: "Language",
      width: "84px",
      value: (dot) => dot.language,
      cell: (dot) => <span className="muted cut">{dot.language}</span>,
    },
    numbers("files", "Files", (dot) => dot.files),
    numbers("symbols", "Symbols", (dot) => dot.symbols),
    numbers("lines", "Lines", (dot) => dot.lines),
    numbers("ghosts", "Ghosts", (dot) => dot.ghosts),
    numbers("changes", "Changes", (dot) => dot.changes),
    {
      id: "owner",
      header: "Owner",
      width: "minmax(80px, 1fr)",
      value: (dot) => dot.owner,
      cell: (dot) => <span className="muted cut">{dot.owner}</span>,
    },
  ];
}

function numbers(id: string, header: string, value: (dot: Dot) => number): Column<Dot> {
  return {
    id,
    header,
    width: "64px",
    end: true,
    value,
    cell: (dot) => <span className="number">{count(value(dot))}</span>,
  };
}
