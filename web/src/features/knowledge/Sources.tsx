import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, fieldError, take, troubleOf } from "../../api/client";
import type { Source } from "../../api/types";
import { Age } from "../../ui/Age";
import { Button, IconButton } from "../../ui/Button";
import { SelectField, TextField } from "../../ui/Field";
import { Skeleton, TroubleNotice } from "../../ui/State";
import { complain, say } from "../../ui/toast";
import { span } from "../../ui/words";
import { sourcesQuery } from "./queries";

interface SourcesProps {
  project: string;
  collection: string;
  mayWrite: boolean;
}

/** Places that are looked at again and again. */
export function Sources({ project, collection, mayWrite }: SourcesProps) {
  const sources = useQuery(sourcesQuery(project));
  return (
    <div className="dialog-fields">
      {sources.isPending && <Skeleton rows={2} />}
      {sources.isError && <TroubleNotice trouble={troubleOf(sources.error, "load the sources")} />}
      {sources.data?.length === 0 && (
        <p className="muted">
          None yet. A folder of the server, a git repository, a feed or a site is looked at again
          and again; what changed there changes here.
        </p>
      )}
      {sources.data !== undefined && sources.data.length > 0 && (
        <ul className="sources">
          {sources.data.map((source) => (
            <Entry key={source.id} project={project} source={source} mayWrite={mayWrite} />
          ))}
        </ul>
      )}
      {mayWrite && <Add project={project} collection={collection} />}
    </div>
  );
}

function Entry({
  project,
  source,
  mayWrite,
}: {
  project: string;
  source: Source;
  mayWrite: boolean;
}) {
  const queries = useQueryClient();
  const params = { params: { path: { project, id: source.id } } };
  const again = () => queries.invalidateQueries({ queryKey: ["knowledge", project] });
  const fail = (error: Error) => {
    const trouble = troubleOf(error, "do that with the source");
    complain(trouble.what, trouble.why ?? "");
  };
  const run = useMutation({
    mutationFn: () =>
      take(api.POST("/api/v1/projects/{project}/knowledge/sources/{id}/run", params)),
    onSuccess: async () => {
      say("It is being looked at");
      await again();
    },
    onError: fail,
  });
  const remove = useMutation({
    mutationFn: () => take(api.DELETE("/api/v1/projects/{project}/knowledge/sources/{id}", params)),
    onSuccess: again,
    onError: fail,
  });
  return (
    <li>
      <div className="grow">
        <p className="cut mono" title={source.location}>
          {source.location}
        </p>
        <p className="muted small">
          {source.kind}, every {span(source.every * 1000)}
          {source.last_run_at != null && (
            <>
              , looked at <Age at={source.last_run_at} ago />
            </>
          )}
          {source.last_result != null && `: ${source.last_result}`}
        </p>
      </div>
      {mayWrite && (
        <>
          <IconButton
            icon="restart"
            label={`Look at ${source.location} now`}
            disabled={run.isPending}
            onClick={() => {
              run.mutate();
            }}
          />
          <IconButton
            icon="close"
            label={`Remove ${source.location}; its documents stay`}
            disabled={remove.isPending}
            onClick={() => {
              remove.mutate();
            }}
          />
        </>
      )}
    </li>
  );
}

const kinds = ["folder", "git", "feed", "site"] as const;

function Add({ project, collection }: { project: string; collection: string }) {
  const [kind, setKind] = useState<Source["kind"]>("git");
  const [location, setLocation] = useState("");
  const queries = useQueryClient();
  const add = useMutation({
    mutationFn: () =>
      take(
        api.POST("/api/v1/projects/{project}/knowledge/sources", {
          params: { path: { project } },
          body: { kind, location, collection },
        }),
      ),
    onSuccess: async () => {
      setLocation("");
      await queries.invalidateQueries({ queryKey: ["knowledge", project] });
    },
  });
  return (
    <form
      className="stack"
      onSubmit={(event) => {
        event.preventDefault();
        add.mutate();
      }}
    >
      {add.isError && <TroubleNotice trouble={troubleOf(add.error, "add the source")} />}
      <SelectField
        label="Kind"
        value={kind}
        onChange={(event) => {
          const chosen = kinds.find((known) => known === event.target.value);
          if (chosen) setKind(chosen);
        }}
      >
        <option value="git">Git repository</option>
        <option value="folder">Folder of the server</option>
        <option value="feed">Feed</option>
        <option value="site">Site</option>
      </SelectField>
      <TextField
        label="Location"
        className="input mono"
        placeholder={
          kind === "folder" || kind === "git" ? "/srv/atlas" : "https://example.org/feed.xml"
        }
        value={location}
        error={fieldError(add.error, "location")}
        onChange={(event) => {
          setLocation(event.target.value);
        }}
      />
      <div>
        <Button type="submit" busy={add.isPending} disabled={location.trim() === ""}>
          Add source
        </Button>
      </div>
    </form>
  );
}
