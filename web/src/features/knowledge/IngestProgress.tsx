import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { troubleOf } from "../../api/client";
import { IconButton } from "../../ui/Button";
import { Meter } from "../../ui/Sparkline";
import { TroubleNotice } from "../../ui/State";
import { count, counted } from "../../ui/words";
import { ingestQuery } from "./queries";

/** Documents on their way in, until they are there. */
export function IngestProgress({
  project,
  id,
  onClose,
}: {
  project: string;
  id: string;
  onClose: () => void;
}) {
  const ingest = useQuery(ingestQuery(project, id));
  const queries = useQueryClient();
  const done = ingest.data?.state === "done";
  useEffect(() => {
    if (done) void queries.invalidateQueries({ queryKey: ["knowledge", project] });
  }, [done, queries, project]);
  if (ingest.isError)
    return <TroubleNotice trouble={troubleOf(ingest.error, "follow the documents")} />;
  if (!ingest.data) return null;
  const { total, done: finished, failed, unchanged, chunks, failures } = ingest.data;
  return (
    <div className="ingest" role="status">
      <span>
        {done
          ? `Added ${counted(finished - failed, "document")}, ${counted(chunks, "chunk")}`
          : `Adding ${count(finished)} of ${counted(total, "document")}`}
        {unchanged > 0 && `, ${count(unchanged)} were there already`}
        {failed > 0 && `, ${count(failed)} could not be read`}
      </span>
      {done ? <IconButton icon="close" label="Dismiss" onClick={onClose} /> : <span />}
      {!done && <Meter part={total === 0 ? 1 : finished / total} label="Documents read" />}
      {failures !== undefined && failures.length > 0 && (
        <ul className="ingest-failures muted">
          {failures.slice(0, 5).map((failure) => (
            <li key={failure.path}>
              {failure.path}: {failure.reason}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
