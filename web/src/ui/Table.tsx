import { Link, type LinkProps } from "@tanstack/react-router";
import { useVirtualizer } from "@tanstack/react-virtual";
import { type KeyboardEvent, type ReactNode, useRef } from "react";
import { IconButton } from "./Button";
import { Icon } from "./Icon";
import { useKey } from "./keys";
import { type Column, exportList, type List, nextSort } from "./list";
import { Menu } from "./Menu";
import { counted } from "./words";
import "./table.css";

interface TableProps<Row> {
  /** What it lists, for who cannot see it. */
  label: string;
  list: List<Row>;
  rowKey: (row: Row) => string;
  /** Where a row leads; its first column becomes the link. */
  rowLink?: (row: Row) => LinkProps;
  /** A second line under a row. */
  detail?: (row: Row) => ReactNode;
  /** Asked for as the last rows come into sight. */
  onEnd?: () => void;
}

const ROW = 40;

/** A table of any length: only the rows in sight are in the document. */
export function Table<Row>({ label, list, rowKey, rowLink, detail, onEnd }: TableProps<Row>) {
  const scroller = useRef<HTMLDivElement>(null);
  const rows = list.shown;
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW,
    getItemKey: (place) => {
      const row = rows[place];
      return row === undefined ? place : rowKey(row);
    },
    overscan: 12,
    onChange: (instance) => {
      const last = instance.getVirtualItems().at(-1);
      if (last !== undefined && last.index >= rows.length - 20) onEnd?.();
    },
  });
  const walk = useWalk(scroller, rows.length, (place) => {
    virtual.scrollToIndex(place, { align: "auto" });
  });
  const tracks = list.columns.map((column) => column.width).join(" ");
  return (
    <div className="table-scroll" ref={scroller} onKeyDown={walk}>
      <div
        className="table"
        role="table"
        aria-label={label}
        aria-rowcount={rows.length + 1}
        style={{ "--tracks": tracks }}
      >
        <HeaderRow list={list} />
        <div role="rowgroup" className="table-body" style={{ height: virtual.getTotalSize() }}>
          {virtual.getVirtualItems().map((item) => {
            const row = rows[item.index];
            if (row === undefined) return null;
            const more = detail?.(row);
            return (
              <div
                key={item.key}
                ref={virtual.measureElement}
                data-index={item.index}
                className="row"
                role="row"
                aria-rowindex={item.index + 2}
                tabIndex={rowLink ? undefined : -1}
                style={{ transform: `translateY(${item.start}px)` }}
              >
                {list.columns.map((column, place) => (
                  <div key={column.id} role="cell" className={cellClass(column)}>
                    {place === 0 && rowLink ? (
                      <Link {...rowLink(row)} className="row-link" data-row-link="">
                        {content(column, row)}
                      </Link>
                    ) : (
                      content(column, row)
                    )}
                  </div>
                ))}
                {more != null && (
                  <div role="cell" className="row-detail">
                    {more}
                  </div>
                )}
              </div>
            );
          })}
        </div>
      </div>
    </div>
  );
}

function content<Row>(column: Column<Row>, row: Row): ReactNode {
  return column.cell ? column.cell(row) : column.value(row);
}

function cellClass<Row>(column: Column<Row>): string {
  return `cell phone-${column.phone ?? "none"}${column.end === true ? " end" : ""}`;
}

function HeaderRow<Row>({ list }: { list: List<Row> }) {
  return (
    <div role="rowgroup" className="table-head">
      <div role="row" className="head-row" aria-rowindex={1}>
        {list.columns.map((column) => {
          const sorted = list.sort?.id === column.id ? list.sort : undefined;
          return (
            <div
              key={column.id}
              role="columnheader"
              className={column.end === true ? "head end" : "head"}
              aria-sort={sorted && (sorted.desc ? "descending" : "ascending")}
            >
              {column.fixed === true ? (
                <span className={column.header === "Actions" ? "hidden" : ""}>{column.header}</span>
              ) : (
                <button
                  type="button"
                  onClick={() => {
                    list.setSort(nextSort(list.sort, column.id));
                  }}
                >
                  {column.header}
                  {sorted && <Icon name={sorted.desc ? "down" : "up"} size={12} />}
                </button>
              )}
            </div>
          );
        })}
      </div>
    </div>
  );
}

/** `j` and `k` anywhere on the page, the arrows inside the list: focus goes from row to row. */
function useWalk(
  scroller: React.RefObject<HTMLDivElement | null>,
  length: number,
  show: (place: number) => void,
): (event: KeyboardEvent) => void {
  const last = useRef(-1);
  const step = (by: number) => {
    if (length === 0) return;
    const focused = document.activeElement?.closest("[data-index]");
    const inside = focused != null && scroller.current?.contains(focused) === true;
    const from = inside ? Number(focused.getAttribute("data-index")) : last.current;
    const to = Math.min(length - 1, Math.max(0, from + by));
    last.current = to;
    show(to);
    // At once if it is there, so that the key pressed next finds it; else when it is rendered.
    if (!focusRow(scroller.current, to)) {
      requestAnimationFrame(() => focusRow(scroller.current, to));
    }
  };
  useKey("j", () => {
    step(1);
  });
  useKey("k", () => {
    step(-1);
  });
  return (event) => {
    const by = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (by === 0 || event.defaultPrevented) return;
    if (event.target instanceof Element && event.target.matches("input, select")) return;
    event.preventDefault();
    step(by);
  };
}

function focusRow(list: HTMLElement | null, place: number): boolean {
  const row = list?.querySelector<HTMLElement>(`[data-index="${place}"]`);
  if (row == null) return false;
  (row.querySelector<HTMLElement>("[data-row-link]") ?? row).focus({ preventScroll: true });
  return true;
}

interface ToolsProps<Row> {
  list: List<Row>;
  noun: string;
  nouns?: string;
  /** The file's name without its ending. */
  file: string;
}

/** How many there are, in what order, and a copy to take away. */
export function TableTools<Row>({ list, noun, nouns, file }: ToolsProps<Row>) {
  const sortable = list.columns.filter((column) => column.fixed !== true);
  return (
    <div className="line table-tools">
      <span className="muted small" aria-live="polite">
        {counted(list.shown.length, noun, nouns)}
      </span>
      <Menu
        align="end"
        trigger={(wired) => <IconButton icon="sort" label="Sort" {...wired} />}
        actions={sortable.map((column) => ({
          label: column.header,
          ...(list.sort?.id === column.id && {
            icon: list.sort.desc ? ("down" as const) : ("up" as const),
          }),
          run: () => {
            list.setSort(nextSort(list.sort, column.id));
          },
        }))}
      />
      <Menu
        align="end"
        trigger={(wired) => <IconButton icon="download" label="Export what is shown" {...wired} />}
        actions={(["csv", "json"] as const).map((format) => ({
          label: `As ${format.toUpperCase()}`,
          run: () => {
            exportList(list, file, format);
          },
        }))}
      />
    </div>
  );
}
