import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { api, fieldError, take, troubleOf } from "../../api/client";
import { Dialog, DialogForm } from "../../ui/Dialog";
import { TextField } from "../../ui/Field";
import { TroubleNotice } from "../../ui/State";
import { say } from "../../ui/toast";
import { catalogQuery } from "./queries";
import { splitList, toSlug } from "./text";

export default function AddProject({ onClose }: { onClose: () => void }) {
  return (
    <Dialog title="Add a project" open onClose={onClose}>
      <Form onDone={onClose} />
    </Dialog>
  );
}

function Form({ onDone }: { onDone: () => void }) {
  const [name, setName] = useState("");
  const [slug, setSlug] = useState<string>();
  const [url, setUrl] = useState("");
  const [tags, setTags] = useState("");
  const queries = useQueryClient();
  const navigate = useNavigate();
  const wantedSlug = slug ?? toSlug(name);
  const add = useMutation({
    mutationFn: () =>
      take(
        api.POST("/api/fed/projects", {
          body: { slug: wantedSlug, name, hub_url: url, tags: splitList(tags) },
        }),
      ),
    onSuccess: async (project) => {
      onDone();
      say(`Added ${project.slug}`, "It turns online with its first beat.");
      await queries.invalidateQueries({ queryKey: catalogQuery.queryKey });
      await navigate({ to: "/projects/$slug", params: { slug: project.slug } });
    },
  });
  return (
    <DialogForm
      submit="Add project"
      busy={add.isPending}
      disabled={name === "" || wantedSlug === "" || url === ""}
      onSubmit={() => {
        add.mutate();
      }}
    >
      {add.isError && <TroubleNotice trouble={troubleOf(add.error, "add the project")} />}
      <TextField
        label="Name"
        value={name}
        error={fieldError(add.error, "name")}
        onChange={(event) => {
          setName(event.target.value);
        }}
      />
      <TextField
        label="Slug"
        className="input mono"
        value={wantedSlug}
        hint="Its name in addresses, on the mesh and on the command line: a–z, 0–9 and inner -."
        error={fieldError(add.error, "slug")}
        onChange={(event) => {
          setSlug(event.target.value);
        }}
      />
      <TextField
        label="Hub URL"
        type="url"
        className="input mono"
        placeholder="http://127.0.0.1:9001"
        value={url}
        hint="Where its hub is found; the federation asks it for /readyz."
        error={fieldError(add.error, "hub_url")}
        onChange={(event) => {
          setUrl(event.target.value);
        }}
      />
      <TextField
        label="Tags"
        placeholder="web, rust"
        value={tags}
        hint="Separated by commas; may be empty."
        error={fieldError(add.error, "tags")}
        onChange={(event) => {
          setTags(event.target.value);
        }}
      />
    </DialogForm>
  );
}
