import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { troubleOf } from "../../api/client";
import type { Instance } from "../../api/types";
import { Age } from "../../ui/Age";
import { Button, IconButton } from "../../ui/Button";
import { Confirm } from "../../ui/Dialog";
import { FilterField } from "../../ui/Field";
import { type Column, useList } from "../../ui/list";
import { Menu } from "../../ui/Menu";
import { Empty, ErrorState, Skeleton, TroubleNotice } from "../../ui/State";
import { Status, StatusMark } from "../../ui/Status";
import { Table, TableTools } from "../../ui/Table";
import { useListState } from "../shell/list-state";
import { useMay } from "../shell/me";
import { useInstanceVerb, useRemoveInstance } from "./actions";
import { instancesQuery } from "./queries";
import { StartInstance } from "./StartInstance";
import { instanceTone, possible } from "./states";

/** The instances of one project or of all, as they are. */
export function InstanceList({ project }: { project?: string }) {
  const instances = useQuery(instancesQuery);
  const { filter, setFilter, sort, onSort } = useListState();
  const [starting, setStarting] = useState(false);
  const mayWrite = useMay("instances:write");
  const rows = useMemo(
    () => (instances.data ?? []).filter((one) => project === undefined || one.project === project),
    [instances.data, project],
  );
  const columns = useMemo(() => makeColumns(project === undefined, mayWrite), [project, mayWrite]);
  const list = useList({ rows, columns, filter, sort, onSort });
  const start = mayWrite && (
    <Button
      icon="plus"
      look="primary"
      onClick={() => {
        setStarting(true);
      }}
    >
      Start instance
    </Button>
  );
  return (
    <>
      <div className="toolbar">
        <FilterField label="Filter instances" value={filter} onChange={setFilter} />
        <TableTools list={list} noun="instance" file="instances" />
        {start}
      </div>
      {instances.isPending && <Skeleton rows={4} />}
      {instances.isError && instances.data === undefined && (
        <ErrorState
          trouble={troubleOf(instances.error, "load the instances")}
          onRetry={() => void instances.refetch()}
        />
      )}
      {instances.isSuccess && list.shown.length === 0 && (
        <Empty title={rows.length === 0 ? "No instances yet" : "No instance fits"}>
          {rows.length === 0
            ? "An instance is a running copy of a project, as a process of this machine or a container. Start one: its plan is shown before anything is done."
            : `None of them holds “${filter}”.`}
        </Empty>
      )}
      {list.shown.length > 0 && (
        <Table
          label="Instances"
          list={list}
          rowKey={(one) => one.id}
          rowLink={(one) => ({ to: "/instances/$id", params: { id: one.id } })}
          detail={(one) => one.reason}
        />
      )}
      <StartInstance
        open={starting}
        onClose={() => {
          setStarting(false);
        }}
        {...(project !== undefined && { project })}
      />
    </>
  );
}

function makeColumns(withProject: boolean, mayWrite: boolean): readonly Column<Instance>[] {
  const columns: Column<Instance>[] = [
    {
      id: "name",
      header: "Instance",
      width: "minmax(140px, 2fr)",
      phone: "lead",
      value: (one) => one.name,
      cell: (one) => (
        <>
          <StatusMark tone={instanceTone(one.state)} />
          <span className="cut">{one.name}</span>
        </>
      ),
    },
    {
      id: "state",
      header: "State",
      width: "88px",
      phone: "side",
      value: (one) => one.state,
      cell: (one) => <InstanceStateWord instance={one} />,
    },
    {
      id: "since",
      header: "For",
      width: "72px",
      phone: "under-side",
      value: (one) => one.since,
      cell: (one) => <Age at={one.since} />,
    },
    {
      id: "project",
      header: "Project",
      width: "minmax(96px, 1.2fr)",
      phone: "under",
      value: (one) => one.project,
      cell: (one) => <span className="cut">{one.project}</span>,
    },
    {
      id: "driver",
      header: "Driver",
      width: "72px",
      value: (one) => one.driver,
      cell: (one) => <span className="muted">{one.driver}</span>,
    },
    {
      id: "port",
      header: "Port",
      width: "60px",
      end: true,
      value: (one) => one.port,
      cell: (one) => <span className="number">{one.port}</span>,
    },
    {
      id: "restarts",
      header: "Restarts",
      width: "68px",
      end: true,
      value: (one) => one.restarts,
      cell: (one) => <span className="number">{one.restarts}</span>,
    },
    {
      id: "actions",
      header: "Actions",
      width: "68px",
      end: true,
      fixed: true,
      value: () => undefined,
      cell: (one) => <RowActions instance={one} />,
    },
  ];
  return columns.filter(
    (column) => (withProject || column.id !== "project") && (mayWrite || column.id !== "actions"),
  );
}

export function InstanceStateWord({ instance }: { instance: Instance }) {
  return (
    <span className={`status ${instanceTone(instance.state)}`} key={instance.since}>
      {instance.state}
    </span>
  );
}

export function InstanceStatus({ instance }: { instance: Instance }) {
  return <Status tone={instanceTone(instance.state)} word={instance.state} />;
}

function RowActions({ instance }: { instance: Instance }) {
  const verb = useInstanceVerb();
  const { start, stop } = possible(instance);
  return (
    <>
      {stop ? (
        <IconButton
          icon="stop"
          label={`Stop ${instance.name}`}
          disabled={verb.isPending}
          onClick={() => {
            verb.mutate({ instance, verb: "stop" });
          }}
        />
      ) : (
        <IconButton
          icon="play"
          label={`Start ${instance.name}`}
          disabled={verb.isPending || !start}
          onClick={() => {
            verb.mutate({ instance, verb: "start" });
          }}
        />
      )}
      <InstanceMenu instance={instance} />
    </>
  );
}

/** What is asked more rarely. */
export function InstanceMenu({ instance }: { instance: Instance }) {
  const navigate = useNavigate();
  const verb = useInstanceVerb();
  const [removing, setRemoving] = useState(false);
  const remove = useRemoveInstance(() => {
    setRemoving(false);
    void navigate({ to: "/projects/$slug/instances", params: { slug: instance.project } });
  });
  const { stop, remove: removable } = possible(instance);
  return (
    <>
      <Menu
        align="end"
        trigger={(wired) => (
          <IconButton icon="more" label={`More for ${instance.name}`} {...wired} />
        )}
        actions={[
          {
            label: "Restart",
            icon: "restart",
            disabled: !stop,
            run: () => {
              verb.mutate({ instance, verb: "restart" });
            },
          },
          {
            label: removable ? "Remove…" : "Remove (stop it first)",
            icon: "close",
            danger: true,
            disabled: !removable,
            run: () => {
              setRemoving(true);
            },
          },
        ]}
      />
      <Confirm
        title={`Remove ${instance.name}?`}
        open={removing}
        onClose={() => {
          setRemoving(false);
        }}
        consequence="The instance is forgotten and its logs are gone. The project and its documents stay."
        name={instance.name}
        verb="Remove instance"
        busy={remove.isPending}
        problem={remove.isError && <TroubleNotice trouble={troubleOf(remove.error, "remove it")} />}
        onConfirm={() => {
          remove.mutate(instance);
        }}
      />
    </>
  );
}
