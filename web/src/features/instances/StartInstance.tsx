import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { api, fieldError, take, troubleOf } from "../../api/client";
import type { NewInstance, Plan } from "../../api/types";
import { Dialog, DialogForm } from "../../ui/Dialog";
import { CheckField, SelectField, TextArea, TextField } from "../../ui/Field";
import { Notice, TroubleNotice } from "../../ui/State";
import { say } from "../../ui/toast";
import { catalogQuery } from "../projects/queries";
import { instancesQuery } from "./queries";
import { parseEnvironment, splitCommand } from "./text";
import "./instances.css";

interface StartInstanceProps {
  project?: string;
  open: boolean;
  onClose: () => void;
}

export function StartInstance({ project, open, onClose }: StartInstanceProps) {
  return (
    <Dialog title="Start an instance" wide open={open} onClose={onClose}>
      <Steps {...(project !== undefined && { project })} onDone={onClose} />
    </Dialog>
  );
}

/** First what is wanted, then the plan, then it is done. */
function Steps({ project, onDone }: { project?: string; onDone: () => void }) {
  const [wanted, setWanted] = useState<Wanted>({ ...nothing, project: project ?? "" });
  const queries = useQueryClient();
  const navigate = useNavigate();
  const plan = useMutation({
    mutationFn: () => take(api.POST("/api/v1/instances/plan", { body: toRequest(wanted) })),
  });
  const start = useMutation({
    mutationFn: () => take(api.POST("/api/v1/instances", { body: toRequest(wanted) })),
    onSuccess: async (instance) => {
      onDone();
      say(`Starting ${instance.name}`);
      await queries.invalidateQueries({ queryKey: instancesQuery.queryKey });
      await navigate({ to: "/instances/$id", params: { id: instance.id } });
    },
  });
  if (plan.data) {
    return (
      <DialogForm
        submit="Start it"
        busy={start.isPending}
        disabled={plan.data.conflicts.length > 0}
        onSubmit={() => {
          start.mutate();
        }}
      >
        {start.isError && <TroubleNotice trouble={troubleOf(start.error, "start the instance")} />}
        <PlanView plan={plan.data} />
      </DialogForm>
    );
  }
  return (
    <DialogForm
      submit="Show the plan"
      busy={plan.isPending}
      disabled={wanted.project === ""}
      onSubmit={() => {
        plan.mutate();
      }}
    >
      {plan.isError && <TroubleNotice trouble={troubleOf(plan.error, "make a plan")} />}
      <WantedFields
        wanted={wanted}
        set={(change) => {
          setWanted({ ...wanted, ...change });
        }}
        fixedProject={project !== undefined}
        error={plan.error}
      />
    </DialogForm>
  );
}

interface Wanted {
  project: string;
  driver: "process" | "docker";
  name: string;
  image: string;
  command: string;
  environment: string;
  port: string;
  memory: string;
  cpus: string;
  restart: "" | "always" | "on_failure" | "never";
  oneShot: boolean;
}

const nothing: Wanted = {
  project: "",
  driver: "process",
  name: "",
  image: "",
  command: "",
  environment: "",
  port: "",
  memory: "",
  cpus: "",
  restart: "",
  oneShot: false,
};

/** Leaves out what was left empty: the server knows the defaults. */
function toRequest(wanted: Wanted): NewInstance {
  const command = splitCommand(wanted.command);
  const environment = parseEnvironment(wanted.environment);
  const limits = {
    ...(wanted.memory !== "" && { memory_mb: Number(wanted.memory) }),
    ...(wanted.cpus !== "" && { cpus: Number(wanted.cpus) }),
  };
  return {
    project: wanted.project,
    driver: wanted.driver,
    one_shot: wanted.oneShot,
    ...(wanted.restart !== "" && { restart: wanted.restart }),
    ...(wanted.name !== "" && { name: wanted.name }),
    ...(wanted.driver === "docker" && wanted.image !== "" && { image: wanted.image }),
    ...(command.length > 0 && { command }),
    ...(Object.keys(environment).length > 0 && { environment }),
    ...(wanted.port !== "" && { port: Number(wanted.port) }),
    ...(Object.keys(limits).length > 0 && { limits }),
  };
}

interface WantedProps {
  wanted: Wanted;
  set: (change: Partial<Wanted>) => void;
  fixedProject: boolean;
  error: Error | null;
}

function WantedFields({ wanted, set, fixedProject, error }: WantedProps) {
  const catalog = useQuery(catalogQuery);
  return (
    <>
      {!fixedProject && (
        <SelectField
          label="Project"
          value={wanted.project}
          error={fieldError(error, "project")}
          onChange={(event) => {
            set({ project: event.target.value });
          }}
        >
          <option value="">Choose one</option>
          {catalog.data?.projects.map((project) => (
            <option key={project.slug}>{project.slug}</option>
          ))}
        </SelectField>
      )}
      <div className="pair-fields">
        <SelectField
          label="Driver"
          value={wanted.driver}
          onChange={(event) => {
            set({ driver: event.target.value === "docker" ? "docker" : "process" });
          }}
        >
          <option value="process">Process of this machine</option>
          <option value="docker">Docker container</option>
        </SelectField>
        <TextField
          label="Name"
          placeholder={`${wanted.project === "" ? "project" : wanted.project}-1`}
          value={wanted.name}
          error={fieldError(error, "name")}
          onChange={(event) => {
            set({ name: event.target.value });
          }}
        />
      </div>
      {wanted.driver === "docker" && (
        <TextField
          label="Image"
          className="input mono"
          value={wanted.image}
          error={fieldError(error, "image")}
          onChange={(event) => {
            set({ image: event.target.value });
          }}
        />
      )}
      <TextField
        label="Command"
        className="input mono"
        placeholder="commandcenter serve --services instance"
        hint="Empty: CommandCenter's own instance, which beats for the project."
        value={wanted.command}
        error={fieldError(error, "command")}
        onChange={(event) => {
          set({ command: event.target.value });
        }}
      />
      <div className="pair-fields">
        <TextField
          label="Port"
          inputMode="numeric"
          placeholder="a free one"
          value={wanted.port}
          error={fieldError(error, "port")}
          onChange={(event) => {
            set({ port: event.target.value });
          }}
        />
        <SelectField
          label="Restart"
          value={wanted.restart}
          onChange={(event) => {
            const value = event.target.value;
            if (value === "" || value === "always" || value === "on_failure" || value === "never")
              set({ restart: value });
          }}
        >
          <option value="">As usual: always, one-shot work never</option>
          <option value="on_failure">When it fails</option>
          <option value="always">Always</option>
          <option value="never">Never</option>
        </SelectField>
        <TextField
          label="Memory, MB"
          inputMode="numeric"
          placeholder="no limit"
          value={wanted.memory}
          error={fieldError(error, "limits.memory_mb")}
          onChange={(event) => {
            set({ memory: event.target.value });
          }}
        />
        <TextField
          label="Processors"
          inputMode="decimal"
          placeholder="no limit"
          value={wanted.cpus}
          error={fieldError(error, "limits.cpus")}
          onChange={(event) => {
            set({ cpus: event.target.value });
          }}
        />
      </div>
      <TextArea
        label="Environment"
        className="input mono"
        placeholder="NAME=value"
        hint="One per line."
        value={wanted.environment}
        error={fieldError(error, "environment")}
        onChange={(event) => {
          set({ environment: event.target.value });
        }}
      />
      <CheckField
        label="One-shot: work that ends. Exit code 0 is completed, not down."
        checked={wanted.oneShot}
        onChange={(event) => {
          set({ oneShot: event.target.checked });
        }}
      />
    </>
  );
}

function PlanView({ plan }: { plan: Plan }) {
  return (
    <>
      {plan.conflicts.map((conflict) => (
        <Notice key={conflict} tone="danger">
          {conflict}
        </Notice>
      ))}
      <p>
        Nothing has been done yet. Starting <strong>{plan.instance.name}</strong> will
      </p>
      <ol className="plan">
        {plan.steps.map((step) => (
          <li key={step}>{step}</li>
        ))}
      </ol>
    </>
  );
}
