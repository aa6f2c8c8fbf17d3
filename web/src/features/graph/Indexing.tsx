import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { fieldError, troubleOf } from "../../api/client";
import type { Indexing } from "../../api/types";
import { Button, IconButton } from "../../ui/Button";
import { TextField } from "../../ui/Field";
import { Meter } from "../../ui/Sparkline";
import { Notice, TroubleNotice } from "../../ui/State";
import { count, counted } from "../../ui/words";
import { indexFolder, indexingQuery } from "./queries";

/** Names a folder and has it read into the graph. */
export function IndexForm({
  project,
  onStarted,
}: {
  project: string;
  onStarted: (indexing: string) => void;
}) {
  const [path, setPath] = useState("");
  const index = useMutation({
    mutationFn: () => indexFolder(project, path.trim()),
    onSuccess: ({ id }) => {
      onStarted(id);
    },
  });
  const wrong = fieldError(index.error, "path");
  return (
    <form
      className="graph-index"
      onSubmit={(event) => {
        event.preventDefault();
        index.mutate();
      }}
    >
      <TextField
        label="Folder of the server's machine"
        placeholder="/home/me/src/atlas"
        required
        value={path}
        error={wrong}
        onChange={(event) => {
          setPath(event.target.value);
        }}
      />
      {index.isError && wrong === undefined && (
        <TroubleNotice trouble={troubleOf(index.error, "index the folder")} />
      )}
      <Button type="submit" look="primary" busy={index.isPending} disabled={path.trim() === ""}>
        Index the folder
      </Button>
    </form>
  );
}

/** A folder on its way into the graph, until it is there. */
export function IndexingProgress({
  project,
  id,
  onClose,
}: {
  project: string;
  id: string;
  onClose: () => void;
}) {
  const indexing = useQuery(indexingQuery(project, id));
  const queries = useQueryClient();
  const done = indexing.data?.stage === "done";
  useEffect(() => {
    if (done) void queries.invalidateQueries({ queryKey: ["graph", project] });
  }, [done, queries, project]);
  if (indexing.isError) {
    return <TroubleNotice trouble={troubleOf(indexing.error, "follow the indexing")} />;
  }
  if (!indexing.data) return null;
  const { stage, total, done: finished } = indexing.data;
  const ended = done || stage === "failed";
  const dismiss = <IconButton icon="close" label="Dismiss" onClick={onClose} />;
  return (
    <div className="graph-indexing" role="status">
      {stage === "failed" ? (
        <Notice tone="danger">
          <strong>{indexing.data.path} was not indexed.</strong> {indexing.data.failure}
        </Notice>
      ) : (
        <span className="grow">{progressWords(indexing.data)}</span>
      )}
      {ended ? dismiss : <Meter part={total === 0 ? 0 : finished / total} label={stage} />}
    </div>
  );
}

export function progressWords({ stage, path, total, done, outcome }: Indexing): string {
  switch (stage) {
    case "queued":
      return `${path} waits for its turn`;
    case "reading":
      return `Reading ${count(done)} of ${counted(total, "file")}`;
    case "resolving":
      return "Following names to what they name";
    case "writing":
      return `Writing ${count(done)} of ${count(total)}`;
    case "failed":
      return "Failed";
    case "done":
      return outcome == null ? "Indexed" : outcomeWords(outcome);
  }
}

function outcomeWords(outcome: NonNullable<Indexing["outcome"]>): string {
  const { files, nodes, edges, changes, problems, milliseconds } = outcome;
  const took = `${(milliseconds / 1000).toFixed(1)} s`;
  if (changes === 0) return `Nothing has changed in ${counted(files, "file")} (${took})`;
  const failed = problems === 0 ? "" : `, ${counted(problems, "problem")}`;
  return `Indexed ${counted(files, "file")}: ${counted(nodes, "node")}, ${counted(edges, "edge")}${failed}, in ${took}`;
}
