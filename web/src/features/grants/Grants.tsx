import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, fieldError, take, troubleOf } from "../../api/client";
import type { Grant } from "../../api/types";
import { Moment } from "../../ui/Age";
import { Button } from "../../ui/Button";
import { Confirm, Dialog, DialogForm } from "../../ui/Dialog";
import { SelectField, TextField } from "../../ui/Field";
import { Skeleton, TroubleNotice } from "../../ui/State";
import { say } from "../../ui/toast";
import { catalogQuery } from "../projects/queries";
import { splitList } from "../projects/text";
import { useMay } from "../shell/me";
import { grantState } from "./state";
import "./grants.css";

async function loadGrants(project: string): Promise<readonly Grant[]> {
  const [from, to] = await Promise.all([
    take(api.GET("/api/v1/grants", { params: { query: { from: project } } })),
    take(api.GET("/api/v1/grants", { params: { query: { to: project } } })),
  ]);
  const known = new Set(from.map((grant) => grant.id));
  return [...from, ...to.filter((grant) => !known.has(grant.id))];
}

/** Who may speak to whom over the mesh, as far as one project is concerned. */
export function Grants({ project }: { project: string }) {
  const grants = useQuery({ queryKey: ["grants", project], queryFn: () => loadGrants(project) });
  const mayWrite = useMay("grants:write");
  const [adding, setAdding] = useState(false);
  const [revoking, setRevoking] = useState<Grant>();
  const standing = grants.data?.filter((grant) => grantState(grant) === "active") ?? [];
  return (
    <section aria-labelledby="grants">
      <div className="section-head">
        <h2 id="grants">Grants</h2>
        {mayWrite && (
          <Button
            icon="plus"
            onClick={() => {
              setAdding(true);
            }}
          >
            Grant…
          </Button>
        )}
      </div>
      {grants.isPending && <Skeleton rows={2} />}
      {grants.isError && <TroubleNotice trouble={troubleOf(grants.error, "load the grants")} />}
      {grants.isSuccess && standing.length === 0 && (
        <p className="muted">
          No other project may send it messages, nor it to them. A grant allows chosen subjects.
        </p>
      )}
      {standing.length > 0 && (
        <table className="grants">
          <thead>
            <tr>
              <th>From</th>
              <th>To</th>
              <th>Subjects</th>
              <th>Until</th>
              <th>
                <span className="hidden">Actions</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {standing.map((grant) => (
              <tr key={grant.id}>
                <td>{grant.from}</td>
                <td>{grant.to}</td>
                <td className="mono">{grant.subjects.join(", ")}</td>
                <td>
                  {grant.expires_at == null ? (
                    <span className="muted">it is revoked</span>
                  ) : (
                    <Moment at={grant.expires_at} />
                  )}
                </td>
                <td>
                  {mayWrite && (
                    <Button
                      look="quiet"
                      aria-label={`Revoke the grant from ${grant.from} to ${grant.to}`}
                      onClick={() => {
                        setRevoking(grant);
                      }}
                    >
                      Revoke…
                    </Button>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <Dialog
        title="Grant messages"
        open={adding}
        onClose={() => {
          setAdding(false);
        }}
      >
        <Add
          project={project}
          onDone={() => {
            setAdding(false);
          }}
        />
      </Dialog>
      <Revoke
        key={revoking?.id}
        grant={revoking}
        onClose={() => {
          setRevoking(undefined);
        }}
      />
    </section>
  );
}

function Add({ project, onDone }: { project: string; onDone: () => void }) {
  const catalog = useQuery(catalogQuery);
  const [from, setFrom] = useState("");
  const [to, setTo] = useState(project);
  const [subjects, setSubjects] = useState("");
  const [until, setUntil] = useState("");
  const queries = useQueryClient();
  const add = useMutation({
    mutationFn: () =>
      take(
        api.POST("/api/v1/grants", {
          body: {
            from,
            to,
            subjects: splitList(subjects),
            ...(until !== "" && { expires_at: new Date(`${until}T23:59:59`).toISOString() }),
          },
        }),
      ),
    onSuccess: async () => {
      say(`${from} may speak to ${to}`);
      onDone();
      await queries.invalidateQueries({ queryKey: ["grants"] });
    },
  });
  const slugs = catalog.data?.projects.map((one) => <option key={one.slug}>{one.slug}</option>);
  return (
    <DialogForm
      submit="Grant"
      busy={add.isPending}
      disabled={from === "" || to === "" || from === to || subjects.trim() === ""}
      onSubmit={() => {
        add.mutate();
      }}
    >
      {add.isError && <TroubleNotice trouble={troubleOf(add.error, "make the grant")} />}
      <SelectField
        label="From"
        value={from}
        error={fieldError(add.error, "from")}
        onChange={(event) => {
          setFrom(event.target.value);
        }}
      >
        <option value="">Choose a project</option>
        {slugs}
      </SelectField>
      <SelectField
        label="To"
        value={to}
        error={fieldError(add.error, "to")}
        onChange={(event) => {
          setTo(event.target.value);
        }}
      >
        {slugs}
      </SelectField>
      <TextField
        label="Subjects"
        className="input mono"
        placeholder="report.>"
        hint="Separated by commas; * is one part, > at the end the rest."
        value={subjects}
        error={fieldError(add.error, "subjects")}
        onChange={(event) => {
          setSubjects(event.target.value);
        }}
      />
      <TextField
        label="Until"
        type="date"
        hint="Empty: until it is revoked."
        value={until}
        error={fieldError(add.error, "expires_at")}
        onChange={(event) => {
          setUntil(event.target.value);
        }}
      />
    </DialogForm>
  );
}

function Revoke({ grant, onClose }: { grant: Grant | undefined; onClose: () => void }) {
  const queries = useQueryClient();
  const revoke = useMutation({
    mutationFn: (id: string) =>
      take(api.DELETE("/api/v1/grants/{id}", { params: { path: { id } } })),
    onSuccess: async () => {
      say("Revoked");
      onClose();
      await queries.invalidateQueries({ queryKey: ["grants"] });
    },
  });
  return (
    <Confirm
      title="Revoke the grant?"
      open={grant !== undefined}
      onClose={onClose}
      consequence={`Messages from ${grant?.from ?? ""} to ${grant?.to ?? ""} are refused from now on, at both ends.`}
      name={grant?.from ?? ""}
      verb="Revoke"
      busy={revoke.isPending}
      problem={revoke.isError && <TroubleNotice trouble={troubleOf(revoke.error, "revoke it")} />}
      onConfirm={() => {
        if (grant) revoke.mutate(grant.id);
      }}
    />
  );
}
