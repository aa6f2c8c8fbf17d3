import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { api, fieldError, take, takeWhole, troubleOf } from "../../api/client";
import type { CatalogEntry, Project } from "../../api/types";
import { Button } from "../../ui/Button";
import { Confirm } from "../../ui/Dialog";
import { TextArea, TextField } from "../../ui/Field";
import { Notice, TroubleNotice } from "../../ui/State";
import { say } from "../../ui/toast";
import { Grants } from "../grants/Grants";
import { catalogQuery, projectQuery } from "../projects/queries";
import { splitList } from "../projects/text";
import { useMay } from "../shell/me";

const route = getRouteApi("/frame/projects/$slug");

export function SettingsTab() {
  const { slug } = route.useParams();
  const project = useQuery(projectQuery(slug)).data?.project;
  const mayWrite = useMay("fed:write");
  const mayGrants = useMay("grants:read");
  if (!project) return null;
  return (
    <div className="content">
      <div className="settings">
        <section aria-labelledby="entry">
          <div className="section-head">
            <h2 id="entry">In the catalog</h2>
          </div>
          {!mayWrite && (
            <Notice tone="plain">
              You may look at this, not change it: that takes the scope fed:write.
            </Notice>
          )}
          <Edit key={project.updated_at} project={project} disabled={!mayWrite} />
        </section>
        {mayGrants && <Grants project={slug} />}
        {mayWrite && <Remove project={project} />}
      </div>
    </div>
  );
}

function Edit({ project, disabled }: { project: Project; disabled: boolean }) {
  const [name, setName] = useState(project.name);
  const [url, setUrl] = useState(project.hub_url);
  const [owner, setOwner] = useState(project.owner ?? "");
  const [description, setDescription] = useState(project.description ?? "");
  const [tags, setTags] = useState(project.tags.join(", "));
  const [fanout, setFanout] = useState(project.allow_fanout.join(", "));
  const queries = useQueryClient();
  const params = { path: { slug: project.slug } };
  const change = useMutation({
    mutationFn: () =>
      take(
        api.PATCH("/api/fed/projects/{slug}", {
          params,
          body: {
            name,
            hub_url: url,
            owner: owner === "" ? null : owner,
            description: description === "" ? null : description,
            tags: splitList(tags),
            allow_fanout: splitList(fanout),
          },
        }),
      ),
    onSuccess: async (changed) => {
      say("Saved");
      queries.setQueryData<CatalogEntry>(
        ["project", changed.slug],
        (entry) => entry && { ...entry, project: changed },
      );
      await queries.invalidateQueries({ queryKey: catalogQuery.queryKey });
    },
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        change.mutate();
      }}
    >
      {change.isError && <TroubleNotice trouble={troubleOf(change.error, "save")} />}
      <TextField
        label="Name"
        disabled={disabled}
        value={name}
        error={fieldError(change.error, "name")}
        onChange={(event) => {
          setName(event.target.value);
        }}
      />
      <TextField
        label="Hub URL"
        type="url"
        className="input mono"
        disabled={disabled}
        value={url}
        error={fieldError(change.error, "hub_url")}
        onChange={(event) => {
          setUrl(event.target.value);
        }}
      />
      <TextField
        label="Owner"
        disabled={disabled}
        value={owner}
        error={fieldError(change.error, "owner")}
        onChange={(event) => {
          setOwner(event.target.value);
        }}
      />
      <TextArea
        label="Description"
        disabled={disabled}
        value={description}
        error={fieldError(change.error, "description")}
        onChange={(event) => {
          setDescription(event.target.value);
        }}
      />
      <TextField
        label="Tags"
        disabled={disabled}
        hint="Separated by commas."
        value={tags}
        error={fieldError(change.error, "tags")}
        onChange={(event) => {
          setTags(event.target.value);
        }}
      />
      <TextField
        label="May be reached by fan-out from"
        disabled={disabled}
        hint="Slugs separated by commas, or * for everybody; empty for nobody."
        value={fanout}
        error={fieldError(change.error, "allow_fanout")}
        onChange={(event) => {
          setFanout(event.target.value);
        }}
      />
      {!disabled && (
        <div>
          <Button type="submit" look="primary" busy={change.isPending}>
            Save
          </Button>
        </div>
      )}
    </form>
  );
}

/** The server wants proof that the project was seen as it is: its ETag. */
async function removeProject(slug: string): Promise<void> {
  const params = { path: { slug } };
  const { headers } = await takeWhole(api.GET("/api/fed/projects/{slug}", { params }));
  const etag = headers.get("etag") ?? "";
  await take(
    api.DELETE("/api/fed/projects/{slug}", { params: { ...params, header: { "If-Match": etag } } }),
  );
}

function Remove({ project }: { project: Project }) {
  const [asking, setAsking] = useState(false);
  const queries = useQueryClient();
  const navigate = useNavigate();
  const remove = useMutation({
    mutationFn: () => removeProject(project.slug),
    onSuccess: async () => {
      say(`Removed ${project.slug}`);
      await navigate({ to: "/" });
      await queries.invalidateQueries({ queryKey: catalogQuery.queryKey });
    },
  });
  return (
    <section aria-labelledby="remove" className="stack">
      <h2 id="remove">Remove</h2>
      <p className="muted">
        Takes the project and its history out of the catalog. Its folder and its instances are not
        touched; if it still beats it becomes a newcomer again.
      </p>
      <div>
        <Button
          look="danger"
          onClick={() => {
            setAsking(true);
          }}
        >
          Remove project…
        </Button>
      </div>
      <Confirm
        title={`Remove ${project.slug}?`}
        open={asking}
        onClose={() => {
          setAsking(false);
        }}
        consequence="Its entry and its status history are gone. This cannot be undone."
        name={project.slug}
        verb="Remove project"
        busy={remove.isPending}
        problem={remove.isError && <TroubleNotice trouble={troubleOf(remove.error, "remove it")} />}
        onConfirm={() => {
          remove.mutate();
        }}
      />
    </section>
  );
}
