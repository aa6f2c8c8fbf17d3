import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { api, fieldError, take, troubleOf } from "../../api/client";
import type { Newcomer } from "../../api/types";
import { Age } from "../../ui/Age";
import { Button } from "../../ui/Button";
import { Dialog, DialogForm } from "../../ui/Dialog";
import { FilterField, TextField } from "../../ui/Field";
import { type Column, useList } from "../../ui/list";
import { Empty, ErrorState, Skeleton, TroubleNotice } from "../../ui/State";
import { Table, TableTools } from "../../ui/Table";
import { say } from "../../ui/toast";
import { count } from "../../ui/words";
import { catalogQuery } from "../projects/queries";
import { splitList } from "../projects/text";
import { useListState } from "../shell/list-state";
import { useMay } from "../shell/me";
import { Page } from "../shell/Page";

const newcomersQuery = {
  queryKey: ["newcomers"],
  queryFn: () => take(api.GET("/api/fed/newcomers")),
  // Their beats change nothing that would be an event.
  refetchInterval: 5000,
};

export function NewcomersPage() {
  const newcomers = useQuery(newcomersQuery);
  const mayAdmit = useMay("fed:write");
  const [admitting, setAdmitting] = useState<Newcomer>();
  const { filter, setFilter, sort, onSort } = useListState();
  const columns = useMemo(() => makeColumns(mayAdmit, setAdmitting), [mayAdmit]);
  const list = useList({ rows: newcomers.data ?? none, columns, filter, sort, onSort });
  return (
    <Page title="Newcomers">
      <div className="toolbar">
        <FilterField label="Filter newcomers" value={filter} onChange={setFilter} />
        <TableTools list={list} noun="newcomer" file="newcomers" />
      </div>
      {newcomers.isPending && <Skeleton rows={4} />}
      {newcomers.isError && newcomers.data === undefined && (
        <ErrorState
          trouble={troubleOf(newcomers.error, "load the newcomers")}
          onRetry={() => void newcomers.refetch()}
        />
      )}
      {newcomers.isSuccess && list.shown.length === 0 && (
        <Empty title={newcomers.data.length === 0 ? "Nobody new" : "No newcomer fits"}>
          {newcomers.data.length === 0
            ? "Who beats on the mesh under a slug that is in no catalog appears here, to be admitted."
            : `None of them holds “${filter}”.`}
        </Empty>
      )}
      {list.shown.length > 0 && <Table label="Newcomers" list={list} rowKey={(one) => one.slug} />}
      <Dialog
        title={`Admit ${admitting?.slug ?? ""}`}
        open={admitting !== undefined}
        onClose={() => {
          setAdmitting(undefined);
        }}
      >
        {admitting && (
          <AdmitForm
            newcomer={admitting}
            onDone={() => {
              setAdmitting(undefined);
            }}
          />
        )}
      </Dialog>
    </Page>
  );
}

const none: readonly Newcomer[] = [];

function makeColumns(
  mayAdmit: boolean,
  admit: (newcomer: Newcomer) => void,
): readonly Column<Newcomer>[] {
  const columns: Column<Newcomer>[] = [
    {
      id: "slug",
      header: "Slug",
      width: "minmax(140px, 1.5fr)",
      phone: "lead",
      value: (one) => one.slug,
      cell: (one) => <strong className="cut">{one.slug}</strong>,
    },
    {
      id: "url",
      header: "Says it is at",
      width: "minmax(140px, 2fr)",
      phone: "under",
      value: (one) => one.hub_url,
      cell: (one) => <span className="mono cut muted">{one.hub_url}</span>,
    },
    {
      id: "version",
      header: "Version",
      width: "88px",
      value: (one) => one.version,
      cell: (one) => <span className="mono cut">{one.version}</span>,
    },
    {
      id: "beats",
      header: "Beats",
      width: "72px",
      end: true,
      value: (one) => one.beats,
      cell: (one) => <span className="number">{count(one.beats)}</span>,
    },
    {
      id: "first",
      header: "First heard",
      width: "88px",
      end: true,
      value: (one) => one.first_seen_at,
      cell: (one) => <Age at={one.first_seen_at} ago />,
    },
    {
      id: "last",
      header: "Last heard",
      width: "88px",
      end: true,
      value: (one) => one.last_seen_at,
      cell: (one) => <Age at={one.last_seen_at} ago />,
    },
    {
      id: "actions",
      header: "Actions",
      width: "88px",
      end: true,
      fixed: true,
      phone: "side",
      value: () => undefined,
      cell: (one) => (
        <Button
          aria-label={`Admit ${one.slug}`}
          onClick={() => {
            admit(one);
          }}
        >
          Admit…
        </Button>
      ),
    },
  ];
  return columns.filter((column) => mayAdmit || column.id !== "actions");
}

function AdmitForm({ newcomer, onDone }: { newcomer: Newcomer; onDone: () => void }) {
  const [name, setName] = useState(newcomer.slug);
  const [url, setUrl] = useState(newcomer.hub_url ?? "");
  const [tags, setTags] = useState("");
  const queries = useQueryClient();
  const navigate = useNavigate();
  const admit = useMutation({
    mutationFn: () =>
      take(
        api.POST("/api/fed/newcomers/{slug}/admit", {
          params: { path: { slug: newcomer.slug } },
          body: { name, tags: splitList(tags), ...(url !== "" && { hub_url: url }) },
        }),
      ),
    onSuccess: async (project) => {
      onDone();
      say(`Admitted ${project.slug}`);
      await queries.invalidateQueries({ queryKey: catalogQuery.queryKey });
      await queries.invalidateQueries({ queryKey: newcomersQuery.queryKey });
      await navigate({ to: "/projects/$slug", params: { slug: project.slug } });
    },
  });
  return (
    <DialogForm
      submit="Admit"
      busy={admit.isPending}
      onSubmit={() => {
        admit.mutate();
      }}
    >
      {admit.isError && (
        <TroubleNotice trouble={troubleOf(admit.error, `admit ${newcomer.slug}`)} />
      )}
      <p>It joins the catalog with what its beats said. From then on its silence is noticed.</p>
      <TextField
        label="Name"
        value={name}
        error={fieldError(admit.error, "name")}
        onChange={(event) => {
          setName(event.target.value);
        }}
      />
      <TextField
        label="Hub URL"
        type="url"
        className="input mono"
        value={url}
        error={fieldError(admit.error, "hub_url")}
        onChange={(event) => {
          setUrl(event.target.value);
        }}
      />
      <TextField
        label="Tags"
        placeholder="web, rust"
        hint="Separated by commas; may be empty."
        value={tags}
        error={fieldError(admit.error, "tags")}
        onChange={(event) => {
          setTags(event.target.value);
        }}
      />
    </DialogForm>
  );
}
