import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { type ReactNode, useEffect, useState } from "react";
import { api, takePage, troubleOf } from "../../api/client";
import type { Collection, Document } from "../../api/types";
import { Moment } from "../../ui/Age";
import { Button } from "../../ui/Button";
import { Dialog } from "../../ui/Dialog";
import { FilterField } from "../../ui/Field";
import { Icon } from "../../ui/Icon";
import { type Column, useList } from "../../ui/list";
import { Menu } from "../../ui/Menu";
import { Empty, ErrorState, Skeleton } from "../../ui/State";
import { Table, TableTools } from "../../ui/Table";
import { bytes, count, counted } from "../../ui/words";
import { useListState } from "../shell/list-state";
import { useMay } from "../shell/me";
import { usePages } from "../shell/use-pages";
import { AddDocuments } from "./AddDocuments";
import { IngestProgress } from "./IngestProgress";
import { collectionsQuery } from "./queries";
import { Sources } from "./Sources";
import "./knowledge.css";

const route = getRouteApi("/frame/projects/$slug/knowledge");

export function KnowledgeTab() {
  const { slug } = route.useParams();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const collections = useQuery(collectionsQuery(slug));
  const [open, setOpen] = useState<"add" | "sources">();
  const [ingests, setIngests] = useState<readonly string[]>([]);
  const mayWrite = useMay("knowledge:write");
  const chosen =
    collections.data?.find((one) => one.name === search.collection) ?? collections.data?.[0];
  const first = collections.data?.[0]?.name ?? "";
  const add = mayWrite && (
    <Button
      icon="plus"
      look="primary"
      onClick={() => {
        setOpen("add");
      }}
    >
      Add documents
    </Button>
  );
  const close = () => {
    setOpen(undefined);
  };
  return (
    <>
      {collections.isPending && <Skeleton />}
      {collections.isError && (
        <ErrorState
          trouble={troubleOf(collections.error, "load the collections")}
          onRetry={() => void collections.refetch()}
        />
      )}
      {ingests.map((id) => (
        <IngestProgress
          key={id}
          project={slug}
          id={id}
          onClose={() => {
            setIngests(ingests.filter((other) => other !== id));
          }}
        />
      ))}
      {collections.isSuccess && !chosen && (
        <Empty
          title="No documents yet"
          action={
            <div className="line">
              {add}
              <Button
                onClick={() => {
                  setOpen("sources");
                }}
              >
                Sources…
              </Button>
            </div>
          }
        >
          Add files or a text here, name a source that is looked at again and again, or run{" "}
          <code>commandcenter knowledge add PATH --project {slug}</code>.
        </Empty>
      )}
      {chosen && (
        <Documents
          key={chosen.name}
          collection={chosen}
          add={add}
          head={
            <>
              <Menu
                trigger={(wired) => (
                  <Button {...wired}>
                    {chosen.name} <Icon name="down" />
                  </Button>
                )}
                choices={{
                  all: first,
                  value: chosen.name === first ? "" : chosen.name,
                  choices: (collections.data ?? []).slice(1).map((one) => ({
                    value: one.name,
                    label: one.name,
                    count: one.documents,
                  })),
                  onChange: (name) =>
                    void navigate({
                      search: name === "" ? {} : { collection: name },
                      replace: true,
                    }),
                }}
              />
              <Button
                onClick={() => {
                  setOpen("sources");
                }}
              >
                Sources…
              </Button>
            </>
          }
        />
      )}
      <Dialog title="Add documents" wide open={open === "add"} onClose={close}>
        <AddDocuments
          project={slug}
          collection={chosen?.name ?? "documents"}
          onDone={(ingest) => {
            setIngests([ingest, ...ingests]);
            close();
          }}
        />
      </Dialog>
      <Dialog title="Sources" wide open={open === "sources"} onClose={close}>
        <Sources project={slug} collection={chosen?.name ?? "documents"} mayWrite={mayWrite} />
      </Dialog>
    </>
  );
}

interface DocumentsProps {
  collection: Collection;
  /** What chooses another collection. */
  head: ReactNode;
  add: ReactNode;
}

function Documents({ collection, head, add }: DocumentsProps) {
  const { project, name } = collection;
  const { filter, setFilter, sort, onSort } = useListState();
  const { query, rows, more } = usePages({
    queryKey: ["knowledge", project, "documents", name],
    load: (cursor) =>
      takePage(
        api.GET("/api/v1/projects/{project}/knowledge/documents", {
          params: {
            path: { project },
            query: { collection: name, limit: 500, ...(cursor !== undefined && { cursor }) },
          },
        }),
      ),
  });
  // A filter over half of a list would lie: the rest is fetched first.
  const incomplete = (filter !== "" || sort !== undefined) && query.hasNextPage;
  useEffect(() => {
    if (incomplete) more();
  }, [incomplete, more, rows.length]);
  const list = useList({ rows, columns, filter, sort, onSort });
  return (
    <>
      <div className="toolbar">
        <FilterField label="Filter documents" value={filter} onChange={setFilter} />
        {head}
        <TableTools list={list} noun="document" file={`${project}-${name}`} />
        {add}
      </div>
      <Statistics collection={collection} />
      {query.isPending && <Skeleton />}
      {query.isError && rows.length === 0 && (
        <ErrorState
          trouble={troubleOf(query.error, "load the documents")}
          onRetry={() => void query.refetch()}
        />
      )}
      {query.isSuccess && list.shown.length === 0 && (
        <Empty title={rows.length === 0 ? "This collection is empty" : "No document fits"}>
          {rows.length === 0
            ? "Add documents to it."
            : `None of the ${count(rows.length)} documents holds “${filter}”.`}
        </Empty>
      )}
      {list.shown.length > 0 && (
        <Table
          label="Documents"
          list={list}
          rowKey={(one) => one.id}
          rowLink={(one) => ({
            to: "/projects/$slug/knowledge/$document",
            params: { slug: project, document: one.id },
          })}
          detail={(one) => one.failure}
          onEnd={more}
        />
      )}
    </>
  );
}

function Statistics({ collection }: { collection: Collection }) {
  return (
    <p className="statistics muted">
      <span>{counted(collection.documents, "document")}</span>
      <span>{counted(collection.chunks, "chunk")}</span>
      <span>{counted(collection.words, "word")}</span>
      <span>{bytes(collection.bytes)}</span>
      {collection.failed > 0 && (
        <span className="failed">{count(collection.failed)} could not be read</span>
      )}
      <span>{collection.language}</span>
      <span>{collection.model ?? "no model: searched by keyword alone"}</span>
    </p>
  );
}

const columns: readonly Column<Document>[] = [
  {
    id: "path",
    header: "Path",
    width: "minmax(180px, 3fr)",
    phone: "lead",
    value: (one) => one.path,
    cell: (one) => (
      <>
        <Icon name={one.failure == null ? "document" : "warning"} />
        <span className="cut">{one.path}</span>
      </>
    ),
  },
  {
    id: "title",
    header: "Title",
    width: "minmax(100px, 2fr)",
    phone: "under",
    value: (one) => one.title,
    cell: (one) => <span className="cut muted">{one.title}</span>,
  },
  {
    id: "kind",
    header: "Kind",
    width: "96px",
    phone: "side",
    value: (one) => one.language ?? one.kind,
    cell: (one) => <span className="cut muted">{one.language ?? one.kind}</span>,
  },
  {
    id: "tags",
    header: "Tags",
    width: "minmax(60px, 1fr)",
    value: (one) => one.tags.join(", "),
    cell: (one) => <span className="cut muted">{one.tags.join(", ")}</span>,
  },
  {
    id: "chunks",
    header: "Chunks",
    width: "64px",
    end: true,
    value: (one) => one.chunks,
    cell: (one) => <span className="number">{count(one.chunks)}</span>,
  },
  {
    id: "bytes",
    header: "Size",
    width: "72px",
    end: true,
    phone: "under-side",
    value: (one) => one.bytes,
    cell: (one) => <span className="number">{bytes(one.bytes)}</span>,
  },
  {
    id: "added",
    header: "Added",
    width: "132px",
    end: true,
    value: (one) => one.added_at,
    cell: (one) => <Moment at={one.added_at} />,
  },
];
