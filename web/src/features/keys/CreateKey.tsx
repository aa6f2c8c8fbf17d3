import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, fieldError, take, troubleOf } from "../../api/client";
import type { Permission } from "../../api/types";
import { Button } from "../../ui/Button";
import { DialogForm } from "../../ui/Dialog";
import { CheckField, SelectField, TextField } from "../../ui/Field";
import { Notice, TroubleNotice } from "../../ui/State";
import { catalogQuery } from "../projects/queries";
import { meQuery } from "../shell/me";
import "./keys.css";

const lives = [
  { days: 30, label: "In 30 days" },
  { days: 90, label: "In 90 days" },
  { days: 365, label: "In a year" },
  { days: 0, label: "Never" },
] as const;

export function CreateKey({ onDone }: { onDone: () => void }) {
  const me = useQuery(meQuery);
  const catalog = useQuery(catalogQuery);
  const [name, setName] = useState("");
  const [project, setProject] = useState("");
  const [days, setDays] = useState("90");
  const [scopes, setScopes] = useState<ReadonlySet<Permission>>(new Set());
  const queries = useQueryClient();
  const create = useMutation({
    mutationFn: () =>
      take(
        api.POST("/api/v1/keys", {
          body: {
            name,
            scopes: [...scopes],
            ...(project !== "" && { project }),
            ...(days !== "0" && { expires_at: inDays(Number(days)) }),
          },
        }),
      ),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["keys"] }),
  });
  if (create.data) return <Secret secret={create.data.secret} name={name} onDone={onDone} />;
  const toggle = (scope: Permission) => {
    const next = new Set(scopes);
    if (!next.delete(scope)) next.add(scope);
    setScopes(next);
  };
  return (
    <DialogForm
      submit="Create key"
      busy={create.isPending}
      disabled={name === "" || scopes.size === 0}
      onSubmit={() => {
        create.mutate();
      }}
    >
      {create.isError && <TroubleNotice trouble={troubleOf(create.error, "create the key")} />}
      <TextField
        label="Name"
        placeholder="ci"
        hint="What it is for."
        value={name}
        error={fieldError(create.error, "name")}
        onChange={(event) => {
          setName(event.target.value);
        }}
      />
      <fieldset className="scopes">
        <legend>Scopes</legend>
        {me.data?.permissions.map((scope) => (
          <CheckField
            key={scope}
            label={<span className="mono">{scope}</span>}
            checked={scopes.has(scope)}
            onChange={() => {
              toggle(scope);
            }}
          />
        ))}
      </fieldset>
      <div className="key-pair">
        <SelectField
          label="Only for project"
          value={project}
          onChange={(event) => {
            setProject(event.target.value);
          }}
        >
          <option value="">Any project</option>
          {catalog.data?.projects.map((one) => (
            <option key={one.slug}>{one.slug}</option>
          ))}
        </SelectField>
        <SelectField
          label="Expires"
          value={days}
          onChange={(event) => {
            setDays(event.target.value);
          }}
        >
          {lives.map((life) => (
            <option key={life.days} value={life.days}>
              {life.label}
            </option>
          ))}
        </SelectField>
      </div>
    </DialogForm>
  );
}

function inDays(days: number): string {
  return new Date(Date.now() + days * 86_400_000).toISOString();
}

/** Shown this once: afterwards only its hash exists. */
function Secret({ secret, name, onDone }: { secret: string; name: string; onDone: () => void }) {
  const [copied, setCopied] = useState(false);
  const copy = () =>
    void navigator.clipboard.writeText(secret).then(() => {
      setCopied(true);
    });
  return (
    <>
      <div className="dialog-fields">
        <Notice>
          This is the secret of <strong>{name}</strong>. It is shown this once; keep it where you
          keep passwords.
        </Notice>
        <div className="secret">
          <code>{secret}</code>
          <Button icon={copied ? "check" : "copy"} onClick={copy}>
            {copied ? "Copied" : "Copy"}
          </Button>
        </div>
      </div>
      <div className="dialog-foot">
        <Button look="primary" onClick={onDone}>
          Done
        </Button>
      </div>
    </>
  );
}
