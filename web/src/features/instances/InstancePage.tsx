import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { troubleOf } from "../../api/client";
import type { Instance } from "../../api/types";
import { Age, Moment } from "../../ui/Age";
import { Button } from "../../ui/Button";
import { ErrorState, Skeleton } from "../../ui/State";
import { useMay } from "../shell/me";
import { Page } from "../shell/Page";
import { useInstanceVerb, type Verb } from "./actions";
import { InstanceMenu, InstanceStatus } from "./InstanceList";
import { Logs } from "./Logs";
import { instanceQuery } from "./queries";
import { possible } from "./states";
import "./instances.css";

const route = getRouteApi("/frame/instances/$id");

export function InstancePage() {
  const { id } = route.useParams();
  const query = useQuery(instanceQuery(id));
  const instance = query.data;
  const title = (
    <span className="line">
      <Link to="/instances" className="muted">
        Instances
      </Link>
      <span className="muted" aria-hidden="true">
        /
      </span>
      <span className="cut">{instance?.name ?? "…"}</span>
    </span>
  );
  return (
    <Page title={title} name={instance?.name ?? "Instance"}>
      {query.isPending && <Skeleton />}
      {query.isError && !instance && (
        <ErrorState
          trouble={troubleOf(query.error, "load the instance")}
          onRetry={() => void query.refetch()}
        />
      )}
      {instance && <Body instance={instance} />}
    </Page>
  );
}

function Body({ instance }: { instance: Instance }) {
  const mayWrite = useMay("instances:write");
  return (
    <>
      <div className="instance-head">
        <div className="line wrap" aria-live="polite">
          <InstanceStatus instance={instance} />
          <span className="muted">
            for <Age at={instance.since} />
          </span>
          {instance.reason != null && <span>{instance.reason}</span>}
        </div>
        {mayWrite && <Actions instance={instance} />}
      </div>
      <div className="instance-body">
        <Logs id={instance.id} name={instance.name} />
        <aside className="instance-side" aria-label="What it is">
          <Facts instance={instance} />
        </aside>
      </div>
    </>
  );
}

function Actions({ instance }: { instance: Instance }) {
  const verb = useInstanceVerb();
  const { start, stop } = possible(instance);
  const ask = (asked: Verb) => {
    verb.mutate({ instance, verb: asked });
  };
  return (
    <div className="line">
      <Button
        icon="play"
        disabled={!start || verb.isPending}
        onClick={() => {
          ask("start");
        }}
      >
        Start
      </Button>
      <Button
        icon="stop"
        disabled={!stop || verb.isPending}
        onClick={() => {
          ask("stop");
        }}
      >
        Stop
      </Button>
      <InstanceMenu instance={instance} />
    </div>
  );
}

function Facts({ instance }: { instance: Instance }) {
  const environment = Object.keys(instance.environment);
  const handle = instance.handle ?? undefined;
  const facts: readonly (readonly [string, ReactNode])[] = [
    [
      "Project",
      <Link key="project" to="/projects/$slug" params={{ slug: instance.project }}>
        {instance.project}
      </Link>,
    ],
    ["Driver", instance.driver],
    ["Wanted", instance.wanted],
    ["Health", instance.health],
    ["Address", instance.url != null && <span className="mono">{instance.url}</span>],
    [
      "Process",
      handle !== undefined && "pid" in handle && <span className="number">{handle.pid}</span>,
    ],
    ["Container", handle !== undefined && "container" in handle && handle.container],
    ["Image", instance.image],
    [
      "Command",
      instance.command != null && <span className="mono">{instance.command.join(" ")}</span>,
    ],
    [
      "Environment",
      environment.length > 0 && <span className="mono">{environment.join(", ")}</span>,
    ],
    ["Memory", instance.limits.memory_mb != null && `${instance.limits.memory_mb} MB`],
    ["Processors", instance.limits.cpus],
    ["Restart", `${instance.restart.replace("_", " ")}, ${instance.restarts} so far`],
    ["Exit code", instance.exit_code],
    ["Started", instance.started_at != null && <Moment key="started" at={instance.started_at} />],
    ["Made", <Moment key="made" at={instance.created_at} />],
  ];
  return (
    <dl className="facts">
      {facts
        .filter(([, value]) => isKnown(value))
        .map(([name, value]) => (
          <div key={name} className="pair">
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  );
}

function isKnown(value: ReactNode): boolean {
  return value !== undefined && value !== null && value !== false;
}
