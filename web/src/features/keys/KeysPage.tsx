import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { api, take, takePage, troubleOf } from "../../api/client";
import type { Key } from "../../api/types";
import { Age, Moment } from "../../ui/Age";
import { Button } from "../../ui/Button";
import { Confirm, Dialog } from "../../ui/Dialog";
import { FilterField } from "../../ui/Field";
import { type Column, useList } from "../../ui/list";
import { Empty, ErrorState, Skeleton, TroubleNotice } from "../../ui/State";
import { Table, TableTools } from "../../ui/Table";
import { say } from "../../ui/toast";
import { useListState } from "../shell/list-state";
import { useMay } from "../shell/me";
import { Page } from "../shell/Page";
import { usePages } from "../shell/use-pages";
import { CreateKey } from "./CreateKey";
import { keyState } from "./state";

export function KeysPage() {
  const { query, rows, more } = usePages({
    queryKey: ["keys"],
    load: (cursor) =>
      takePage(
        api.GET("/api/v1/keys", {
          params: { query: { limit: 200, ...(cursor !== undefined && { cursor }) } },
        }),
      ),
  });
  const mayWrite = useMay("keys:write");
  const [creating, setCreating] = useState(false);
  const [revoking, setRevoking] = useState<Key>();
  const { filter, setFilter, sort, onSort } = useListState();
  const columns = useMemo(() => makeColumns(mayWrite, setRevoking), [mayWrite]);
  const list = useList({ rows, columns, filter, sort, onSort });
  const create = mayWrite && (
    <Button
      icon="plus"
      look="primary"
      onClick={() => {
        setCreating(true);
      }}
    >
      Create key
    </Button>
  );
  return (
    <Page title="Keys" actions={create}>
      <div className="toolbar">
        <FilterField label="Filter keys" value={filter} onChange={setFilter} />
        <TableTools list={list} noun="key" file="keys" />
      </div>
      {query.isPending && <Skeleton rows={4} />}
      {query.isError && rows.length === 0 && (
        <ErrorState
          trouble={troubleOf(query.error, "load the keys")}
          onRetry={() => void query.refetch()}
        />
      )}
      {query.isSuccess && list.shown.length === 0 && (
        <Empty
          title={rows.length === 0 ? "No keys yet" : "No key fits"}
          action={rows.length === 0 && create}
        >
          {rows.length === 0
            ? "Programs and other machines ask with a key. Each has only the scopes it is given."
            : `None of them holds “${filter}”.`}
        </Empty>
      )}
      {list.shown.length > 0 && (
        <Table label="Keys" list={list} rowKey={(key) => key.id} onEnd={more} />
      )}
      <Dialog
        title="Create a key"
        wide
        open={creating}
        onClose={() => {
          setCreating(false);
        }}
      >
        <CreateKey
          onDone={() => {
            setCreating(false);
          }}
        />
      </Dialog>
      <Revoke
        key={revoking?.id}
        revoked={revoking}
        onClose={() => {
          setRevoking(undefined);
        }}
      />
    </Page>
  );
}

function Revoke({ revoked, onClose }: { revoked: Key | undefined; onClose: () => void }) {
  const queries = useQueryClient();
  const revoke = useMutation({
    mutationFn: (key: Key) =>
      take(api.DELETE("/api/v1/keys/{id}", { params: { path: { id: key.id } } })),
    onSuccess: async (_, key) => {
      say(`Revoked ${key.name}`);
      onClose();
      await queries.invalidateQueries({ queryKey: ["keys"] });
    },
  });
  return (
    <Confirm
      title={`Revoke ${revoked?.name ?? ""}?`}
      open={revoked !== undefined}
      onClose={onClose}
      consequence="Whoever uses this key is refused from now on, everywhere. It cannot be brought back."
      name={revoked?.name ?? ""}
      verb="Revoke key"
      busy={revoke.isPending}
      problem={
        revoke.isError && <TroubleNotice trouble={troubleOf(revoke.error, "revoke the key")} />
      }
      onConfirm={() => {
        if (revoked) revoke.mutate(revoked);
      }}
    />
  );
}

function makeColumns(mayWrite: boolean, revoke: (key: Key) => void): readonly Column<Key>[] {
  const columns: Column<Key>[] = [
    {
      id: "name",
      header: "Name",
      width: "minmax(120px, 1.5fr)",
      phone: "lead",
      value: (key) => key.name,
      cell: (key) => <strong className="cut">{key.name}</strong>,
    },
    {
      id: "state",
      header: "State",
      width: "80px",
      phone: "under-side",
      value: (key) => keyState(key),
      cell: (key) => <KeyState of={key} />,
    },
    {
      id: "owner",
      header: "Owner",
      width: "minmax(96px, 1.2fr)",
      value: (key) => key.owner,
      cell: (key) => (
        <span className="cut muted" title={key.owner}>
          {key.owner}
        </span>
      ),
    },
    {
      id: "scopes",
      header: "Scopes",
      width: "minmax(120px, 2fr)",
      phone: "under",
      value: (key) => key.scopes.join(" "),
      cell: (key) => (
        <span className="cut muted" title={key.scopes.join("\n")}>
          {key.scopes.join(", ")}
        </span>
      ),
    },
    {
      id: "project",
      header: "Project",
      width: "minmax(80px, 0.8fr)",
      value: (key) => key.project,
      cell: (key) => (
        <span className="cut">{key.project ?? <span className="muted">any</span>}</span>
      ),
    },
    {
      id: "used",
      header: "Last used",
      width: "88px",
      end: true,
      value: (key) => key.last_used_at,
      cell: (key) =>
        key.last_used_at == null ? (
          <span className="muted">never</span>
        ) : (
          <Age at={key.last_used_at} ago />
        ),
    },
    {
      id: "expires",
      header: "Expires",
      width: "112px",
      end: true,
      value: (key) => key.expires_at,
      cell: (key) =>
        key.expires_at == null ? (
          <span className="muted">never</span>
        ) : (
          <Moment at={key.expires_at} />
        ),
    },
    {
      id: "actions",
      header: "Actions",
      width: "88px",
      end: true,
      fixed: true,
      phone: "side",
      value: () => undefined,
      cell: (key) =>
        keyState(key) === "active" && (
          <Button
            look="quiet"
            aria-label={`Revoke ${key.name}`}
            onClick={() => {
              revoke(key);
            }}
          >
            Revoke…
          </Button>
        ),
    },
  ];
  return columns.filter((column) => mayWrite || column.id !== "actions");
}

function KeyState({ of: key }: { of: Key }) {
  const state = keyState(key);
  return <span className={state === "active" ? "" : "muted"}>{state}</span>;
}
