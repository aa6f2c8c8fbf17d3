import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useState } from "react";
import { troubleOf } from "../../api/client";
import { Button } from "../../ui/Button";
import { Dialog } from "../../ui/Dialog";
import { Empty, ErrorState, Skeleton } from "../../ui/State";
import { useMay } from "../shell/me";
import { Graph } from "./Graph";
import { IndexForm, IndexingProgress } from "./Indexing";
import { statusQuery } from "./queries";
import "./graph.css";

const route = getRouteApi("/frame/projects/$slug/graph");

export function GraphTab() {
  const { slug } = route.useParams();
  const status = useQuery(statusQuery(slug));
  const mayWrite = useMay("graph:write");
  const [asking, setAsking] = useState(false);
  const [indexing, setIndexing] = useState<string>();
  const started = (id: string) => {
    setAsking(false);
    setIndexing(id);
  };
  const form = mayWrite && <IndexForm project={slug} onStarted={started} />;
  return (
    <>
      {indexing !== undefined && (
        <IndexingProgress
          key={indexing}
          project={slug}
          id={indexing}
          onClose={() => {
            setIndexing(undefined);
          }}
        />
      )}
      {status.isPending && <Skeleton />}
      {status.isError && !status.data && (
        <ErrorState
          trouble={troubleOf(status.error, "load the graph")}
          onRetry={() => void status.refetch()}
        />
      )}
      {status.data?.version === 0 && (
        <Empty title="No graph yet" action={indexing === undefined && form}>
          It shows how files and symbols hang together, and what depends on what. Name a folder with
          the project’s code, or run <code>commandcenter graph index PATH --project {slug}</code>.
        </Empty>
      )}
      {status.data !== undefined && status.data.version > 0 && (
        <Graph
          project={slug}
          status={status.data}
          again={
            mayWrite && (
              <Button
                icon="restart"
                onClick={() => {
                  setAsking(true);
                }}
              >
                Index again…
              </Button>
            )
          }
        />
      )}
      <Dialog
        title="Index a folder"
        open={asking}
        onClose={() => {
          setAsking(false);
        }}
      >
        <p className="muted">
          What has not changed is not read again; what the folder no longer holds leaves the graph.
        </p>
        {form}
      </Dialog>
    </>
  );
}
