import { useNavigate, useSearch } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { troubleOf } from "../../api/client";
import type { CloudEvent } from "../../api/types";
import { Moment } from "../../ui/Age";
import { Button } from "../../ui/Button";
import { Dialog } from "../../ui/Dialog";
import { FilterField } from "../../ui/Field";
import { Icon } from "../../ui/Icon";
import { type Column, useList } from "../../ui/list";
import { Menu } from "../../ui/Menu";
import { Empty, ErrorState, Skeleton } from "../../ui/State";
import { Table, TableTools } from "../../ui/Table";
import { count } from "../../ui/words";
import { useListState } from "../shell/list-state";
import { type Since, useRecentEvents } from "./queries";
import { eventWords } from "./words";
import "./events.css";

const spans: readonly { value: Since; label: string }[] = [
  { value: "15m", label: "Last 15 minutes" },
  { value: "1h", label: "Last hour" },
  { value: "24h", label: "Last 24 hours" },
  { value: "7d", label: "Last 7 days" },
];

/** What happened and what happens, of one project or of all. */
export function EventList({ project }: { project?: string }) {
  const search = useSearch({ strict: false });
  const navigate = useNavigate();
  const since = search.since ?? "24h";
  const { filter, setFilter, sort, onSort } = useListState();
  const { query, rows } = useRecentEvents({ since, ...(project !== undefined && { project }) });
  const [held, setHeld] = useState<readonly CloudEvent[]>();
  const [opened, setOpened] = useState<CloudEvent>();
  const columns = useMemo(() => makeColumns(project === undefined, setOpened), [project]);
  const list = useList({ rows: held ?? rows, columns, filter, sort, onSort });
  const waiting = held === undefined ? 0 : rows.length - held.length;
  return (
    <>
      <div className="toolbar">
        <FilterField label="Filter events" value={filter} onChange={setFilter} />
        <Menu
          trigger={(wired) => (
            <Button {...wired}>
              {spans.find((span) => span.value === since)?.label} <Icon name="down" />
            </Button>
          )}
          choices={{
            all: "Last 24 hours",
            value: since === "24h" ? "" : since,
            choices: spans.filter((span) => span.value !== "24h"),
            onChange: (value) =>
              void navigate({
                to: ".",
                search: (old) => ({
                  ...old,
                  since: spans.find((span) => span.value === value)?.value,
                }),
                replace: true,
              }),
          }}
        />
        <Button
          icon={held ? "play" : "pause"}
          aria-pressed={held !== undefined}
          onClick={() => {
            setHeld(held ? undefined : rows);
          }}
        >
          {held ? `Go on${waiting > 0 ? ` (${count(waiting)} new)` : ""}` : "Pause"}
        </Button>
        <TableTools list={list} noun="event" file="events" />
      </div>
      {query.isPending && <Skeleton />}
      {query.isError && rows.length === 0 && (
        <ErrorState
          trouble={troubleOf(query.error, "load the events")}
          onRetry={() => void query.refetch()}
        />
      )}
      {query.isSuccess && list.shown.length === 0 && (
        <Empty title={filter === "" ? "Nothing happened in this time" : "No event fits"}>
          {filter === ""
            ? "Whatever changes appears here by itself: a status, a key, a document. Look further back, or leave this open."
            : `None of the ${count(rows.length)} events holds “${filter}”.`}
        </Empty>
      )}
      {list.shown.length > 0 && <Table label="Events" list={list} rowKey={(event) => event.id} />}
      <EventDialog
        event={opened}
        onClose={() => {
          setOpened(undefined);
        }}
      />
    </>
  );
}

function makeColumns(
  withProject: boolean,
  open: (event: CloudEvent) => void,
): readonly Column<CloudEvent>[] {
  const columns: Column<CloudEvent>[] = [
    {
      id: "time",
      header: "Time",
      width: "132px",
      phone: "side",
      value: (event) => event.time,
      cell: (event) => <Moment at={event.time} />,
    },
    {
      id: "what",
      header: "What happened",
      width: "minmax(200px, 3fr)",
      phone: "lead",
      value: (event) => eventWords(event),
      cell: (event) => (
        <button
          type="button"
          className="event-open cut"
          data-row-link=""
          onClick={() => {
            open(event);
          }}
        >
          {eventWords(event)}
        </button>
      ),
    },
    {
      id: "type",
      header: "Type",
      width: "minmax(140px, 1.6fr)",
      phone: "under",
      value: (event) => event.type,
      cell: (event) => <span className="mono cut muted">{event.type}</span>,
    },
    {
      id: "project",
      header: "Project",
      width: "minmax(96px, 1fr)",
      value: (event) => event.project,
      cell: (event) => <span className="cut">{event.project}</span>,
    },
    {
      id: "actor",
      header: "By",
      width: "minmax(96px, 1.2fr)",
      value: (event) => event.actor,
      cell: (event) => (
        <span className="mono cut muted" title={event.actor}>
          {event.actor}
        </span>
      ),
    },
  ];
  return columns.filter((column) => withProject || column.id !== "project");
}

function EventDialog({ event, onClose }: { event: CloudEvent | undefined; onClose: () => void }) {
  return (
    <Dialog title={event?.type ?? ""} wide open={event !== undefined} onClose={onClose}>
      <div className="dialog-fields">
        <pre className="event-json" tabIndex={0}>
          {JSON.stringify(event, null, 2)}
        </pre>
      </div>
    </Dialog>
  );
}
