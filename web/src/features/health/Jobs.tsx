import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useMemo } from "react";
import { api, take, takePage, troubleOf } from "../../api/client";
import type { Job } from "../../api/types";
import { Moment } from "../../ui/Age";
import { Button } from "../../ui/Button";
import { FilterField } from "../../ui/Field";
import { Icon } from "../../ui/Icon";
import { type Column, useList } from "../../ui/list";
import { Menu } from "../../ui/Menu";
import { Empty, ErrorState, Skeleton } from "../../ui/State";
import { Status, type Tone } from "../../ui/Status";
import { Table, TableTools } from "../../ui/Table";
import { complain, say } from "../../ui/toast";
import { useListState } from "../shell/list-state";
import { useMay } from "../shell/me";
import { usePages } from "../shell/use-pages";

type State = Job["state"];

const states: readonly State[] = ["queued", "running", "done", "gave_up"];
const tones: Record<State, Tone> = {
  queued: "unknown",
  running: "degraded",
  done: "online",
  gave_up: "offline",
};

function stateWord(state: State): string {
  return state.replace("_", " ");
}

/** Work in the background, and what of it was given up. */
export function Jobs() {
  const search = useSearch({ strict: false });
  const navigate = useNavigate();
  const state = states.find((known) => known === search.state);
  const { filter, setFilter, sort, onSort } = useListState();
  const { query, rows, more } = usePages({
    queryKey: ["jobs", state],
    load: (cursor) =>
      takePage(
        api.GET("/api/v1/jobs", {
          params: {
            query: { limit: 200, ...(state && { state }), ...(cursor !== undefined && { cursor }) },
          },
        }),
      ),
    refetchInterval: 5000,
  });
  const mayRetry = useMay("jobs:write");
  const columns = useMemo(() => makeColumns(mayRetry), [mayRetry]);
  const list = useList({ rows, columns, filter, sort, onSort });
  return (
    <section className="jobs" aria-labelledby="jobs">
      <div className="toolbar">
        <h2 id="jobs">Jobs</h2>
        <FilterField label="Filter jobs" value={filter} onChange={setFilter} />
        <Menu
          trigger={(wired) => (
            <Button {...wired}>
              {state ? `State: ${stateWord(state)}` : "State"} <Icon name="down" />
            </Button>
          )}
          choices={{
            all: "Any state",
            value: state ?? "",
            choices: states.map((one) => ({ value: one, label: stateWord(one) })),
            onChange: (next) =>
              void navigate({
                to: ".",
                search: (old) => ({ ...old, state: next === "" ? undefined : next }),
                replace: true,
              }),
          }}
        />
        <TableTools list={list} noun="job" file="jobs" />
      </div>
      {query.isPending && <Skeleton rows={4} />}
      {query.isError && rows.length === 0 && (
        <ErrorState
          trouble={troubleOf(query.error, "load the jobs")}
          onRetry={() => void query.refetch()}
        />
      )}
      {query.isSuccess && list.shown.length === 0 && (
        <Empty title={state === "gave_up" ? "Nothing was given up" : "No jobs"}>
          Work that takes longer than a request, as adding documents, is listed here.
        </Empty>
      )}
      {list.shown.length > 0 && (
        <Table
          label="Jobs"
          list={list}
          rowKey={(job) => job.id}
          detail={(job) => job.error}
          onEnd={more}
        />
      )}
    </section>
  );
}

function makeColumns(mayRetry: boolean): readonly Column<Job>[] {
  const columns: Column<Job>[] = [
    {
      id: "name",
      header: "Job",
      width: "minmax(140px, 2fr)",
      phone: "lead",
      value: (job) => job.name,
      cell: (job) => <span className="mono cut">{job.name}</span>,
    },
    {
      id: "state",
      header: "State",
      width: "104px",
      phone: "side",
      value: (job) => job.state,
      cell: (job) => <Status tone={tones[job.state]} word={stateWord(job.state)} />,
    },
    {
      id: "attempts",
      header: "Tries",
      width: "64px",
      end: true,
      value: (job) => job.attempts,
      cell: (job) => <span className="number">{job.attempts}</span>,
    },
    {
      id: "queued",
      header: "Queued",
      width: "132px",
      phone: "under",
      value: (job) => job.queued_at,
      cell: (job) => <Moment at={job.queued_at} />,
    },
    {
      id: "finished",
      header: "Finished",
      width: "132px",
      value: (job) => job.finished_at,
      cell: (job) => job.finished_at != null && <Moment at={job.finished_at} />,
    },
    {
      id: "actions",
      header: "Actions",
      width: "96px",
      end: true,
      fixed: true,
      value: () => undefined,
      cell: (job) => job.state === "gave_up" && <Retry job={job} />,
    },
  ];
  return columns.filter((column) => mayRetry || column.id !== "actions");
}

function Retry({ job }: { job: Job }) {
  const queries = useQueryClient();
  const retry = useMutation({
    mutationFn: () =>
      take(api.POST("/api/v1/jobs/{id}/retry", { params: { path: { id: job.id } } })),
    onSuccess: async () => {
      say(`${job.name} is tried again`);
      await queries.invalidateQueries({ queryKey: ["jobs"] });
    },
    onError: (error) => {
      const trouble = troubleOf(error, `have ${job.name} tried again`);
      complain(trouble.what, [trouble.why, trouble.advice].filter(Boolean).join(" "));
    },
  });
  return (
    <Button
      icon="restart"
      busy={retry.isPending}
      onClick={() => {
        retry.mutate();
      }}
    >
      Retry
    </Button>
  );
}
