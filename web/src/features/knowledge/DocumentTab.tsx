import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useMemo, useRef, useState } from "react";
import { api, take, troubleOf } from "../../api/client";
import type { DocumentText } from "../../api/types";
import { Moment } from "../../ui/Age";
import { Button } from "../../ui/Button";
import { Confirm } from "../../ui/Dialog";
import { ErrorState, Notice, Skeleton, TroubleNotice } from "../../ui/State";
import { say } from "../../ui/toast";
import { bytes, counted } from "../../ui/words";
import { useMay } from "../shell/me";
import { parseLines } from "./lines";
import { documentQuery } from "./queries";
import "./knowledge.css";

const route = getRouteApi("/frame/projects/$slug/knowledge/$document");

export function DocumentTab() {
  const { slug, document: id } = route.useParams();
  const { lines } = route.useSearch();
  const document = useQuery(documentQuery(slug, id));
  return (
    <>
      {document.isPending && <Skeleton />}
      {document.isError && (
        <ErrorState
          trouble={troubleOf(document.error, "load the document")}
          onRetry={() => void document.refetch()}
        />
      )}
      {document.data && (
        <>
          <Head project={slug} document={document.data} />
          {document.data.failure != null && <Notice>{document.data.failure}</Notice>}
          <Text text={document.data.text} chosen={lines} />
        </>
      )}
    </>
  );
}

function Head({ project, document }: { project: string; document: DocumentText }) {
  const navigate = route.useNavigate();
  const queries = useQueryClient();
  const mayWrite = useMay("knowledge:write");
  const [asking, setAsking] = useState(false);
  const remove = useMutation({
    mutationFn: () =>
      take(
        api.DELETE("/api/v1/projects/{project}/knowledge/documents/{id}", {
          params: { path: { project, id: document.id } },
        }),
      ),
    onSuccess: async () => {
      say(`Removed ${document.path}`);
      await navigate({ to: "/projects/$slug/knowledge", params: { slug: project } });
      await queries.invalidateQueries({ queryKey: ["knowledge", project] });
    },
  });
  return (
    <div className="document-head">
      <Link
        to="/projects/$slug/knowledge"
        params={{ slug: project }}
        search={{ collection: document.collection }}
      >
        {document.collection}
      </Link>
      <strong className="mono">{document.path}</strong>
      <span className="muted grow">
        {document.language ?? document.kind} · {bytes(document.bytes)} ·{" "}
        {counted(document.chunks, "chunk")} · added <Moment at={document.added_at} />
      </span>
      {mayWrite && (
        <Button
          look="quiet"
          onClick={() => {
            setAsking(true);
          }}
        >
          Remove…
        </Button>
      )}
      <Confirm
        title="Remove the document?"
        open={asking}
        onClose={() => {
          setAsking(false);
        }}
        consequence={`${document.path} is no longer found. The file it came from is not touched.`}
        name={document.path}
        verb="Remove document"
        busy={remove.isPending}
        problem={remove.isError && <TroubleNotice trouble={troubleOf(remove.error, "remove it")} />}
        onConfirm={() => {
          remove.mutate();
        }}
      />
    </div>
  );
}

function Text({ text, chosen }: { text: string; chosen: string | undefined }) {
  const lines = useMemo(() => text.split("\n"), [text]);
  const range = useMemo(() => parseLines(chosen), [chosen]);
  const box = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: lines.length,
    getScrollElement: () => box.current,
    estimateSize: () => 20,
    overscan: 40,
  });
  const first = range?.first;
  useEffect(() => {
    if (first !== undefined) virtual.scrollToIndex(Math.max(0, first - 4), { align: "start" });
  }, [first, virtual]);
  return (
    <div className="document-text" ref={box} tabIndex={0} role="region" aria-label="Text">
      <div style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map((item) => {
          const number = item.index + 1;
          const inside = range !== undefined && number >= range.first && number <= range.last;
          return (
            <div
              key={item.key}
              ref={virtual.measureElement}
              data-index={item.index}
              className={inside ? "document-line chosen" : "document-line"}
              style={{ transform: `translateY(${item.start}px)` }}
            >
              <span className="line-number">{number}</span>
              <span className="line-text">
                {lines[item.index] === "" ? " " : lines[item.index]}
              </span>
            </div>
          );
        })}
      </div>
    </div>
  );
}
