import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { lazy, Suspense, useCallback, useMemo, useState } from "react";
import { troubleOf } from "../../api/client";
import type { Project, ProjectStatus, ProjectUptime } from "../../api/types";
import { formatSort, parseSort } from "../../search-params";
import { Button } from "../../ui/Button";
import { FilterField } from "../../ui/Field";
import { Icon } from "../../ui/Icon";
import { type Column, type Sort, useList } from "../../ui/list";
import { Menu } from "../../ui/Menu";
import { Empty, ErrorState, Skeleton } from "../../ui/State";
import { Status, StatusMark } from "../../ui/Status";
import { Table, TableTools } from "../../ui/Table";
import { UptimeStrip } from "../../ui/UptimeStrip";
import { count, percent } from "../../ui/words";
import { lastBeat } from "../live/store";
import { useCommands } from "../shell/commands";
import { useMay } from "../shell/me";
import { Page } from "../shell/Page";
import { catalogQuery, uptimeQuery } from "./queries";
import { LastSeen, Reason } from "./Reason";
import "./projects.css";

const AddProject = lazy(() => import("./AddProject"));

const statuses = ["online", "degraded", "offline", "unknown"] as const;
const route = getRouteApi("/frame/");

interface Row {
  readonly project: Project;
  readonly uptime: ProjectUptime | undefined;
}

export function ProjectsPage() {
  const catalog = useQuery(catalogQuery);
  const [adding, setAdding] = useState(false);
  const mayAdd = useMay("fed:write");
  const add = useCallback(() => {
    setAdding(true);
  }, []);
  useCommands(
    useMemo(
      () =>
        mayAdd
          ? [
              {
                id: "add project",
                label: "Add a project",
                group: "Actions",
                icon: "plus",
                run: add,
              } as const,
            ]
          : [],
      [mayAdd, add],
    ),
  );
  const addButton = mayAdd && (
    <Button icon="plus" look="primary" onClick={add}>
      Add project
    </Button>
  );
  return (
    <Page title="Projects" actions={addButton}>
      {catalog.isPending && <Skeleton />}
      {catalog.isError && catalog.data === undefined && (
        <ErrorState
          trouble={troubleOf(catalog.error, "load the projects")}
          onRetry={() => void catalog.refetch()}
        />
      )}
      {catalog.data?.projects.length === 0 && (
        <Empty title="No projects yet" action={addButton}>
          Add the first one here. A project that already sends beats waits under Newcomers to be
          admitted.
        </Empty>
      )}
      {catalog.data !== undefined && catalog.data.projects.length > 0 && (
        <Projects projects={catalog.data.projects} />
      )}
      <Suspense>
        {adding && (
          <AddProject
            onClose={() => {
              setAdding(false);
            }}
          />
        )}
      </Suspense>
    </Page>
  );
}

function Projects({ projects }: { projects: readonly Project[] }) {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const set = (change: Partial<typeof search>) =>
    void navigate({ search: (old) => ({ ...old, ...change }), replace: true });
  const uptime = useQuery(uptimeQuery);
  const bySlug = useMemo(() => new Map(uptime.data?.map((one) => [one.slug, one])), [uptime.data]);
  const rows = useMemo(
    () =>
      projects
        .filter((project) => search.status === undefined || project.status === search.status)
        .filter((project) => search.tag === undefined || project.tags.includes(search.tag))
        .map((project) => ({ project, uptime: bySlug.get(project.slug) })),
    [projects, bySlug, search.status, search.tag],
  );
  const list = useList<Row>({
    rows,
    columns,
    filter: search.q ?? "",
    sort: parseSort(search.sort),
    onSort: (sort: Sort | undefined) => {
      set({ sort: formatSort(sort) });
    },
  });
  const tags = useMemo(() => countTags(projects), [projects]);
  return (
    <>
      <Counts
        projects={projects}
        chosen={search.status}
        onChoose={(status) => {
          set({ status });
        }}
      />
      <div className="toolbar">
        <FilterField
          label="Filter"
          value={search.q ?? ""}
          onChange={(q) => {
            set({ q: q === "" ? undefined : q });
          }}
        />
        <Menu
          trigger={(wired) => (
            <Button {...wired}>
              {search.tag === undefined ? "Tag" : `Tag: ${search.tag}`} <Icon name="down" />
            </Button>
          )}
          choices={{
            all: "Any tag",
            value: search.tag ?? "",
            choices: tags,
            onChange: (tag) => {
              set({ tag: tag === "" ? undefined : tag });
            },
          }}
        />
        <Menu
          trigger={(wired) => (
            <Button {...wired}>
              {search.status === undefined ? "Status" : `Status: ${search.status}`}{" "}
              <Icon name="down" />
            </Button>
          )}
          choices={{
            all: "Any status",
            value: search.status ?? "",
            choices: statuses.map((status) => ({ value: status, label: <Status tone={status} /> })),
            onChange: (chosen) => {
              set({ status: statuses.find((status) => status === chosen) });
            },
          }}
        />
        <TableTools list={list} noun="project" file="projects" />
      </div>
      {list.shown.length === 0 ? (
        <Empty
          title="No project fits"
          action={<Button onClick={() => void navigate({ search: {} })}>Show all projects</Button>}
        >
          None of the {count(projects.length)} projects has what the filter asks for.
        </Empty>
      ) : (
        <Table
          label="Projects"
          list={list}
          rowKey={(row) => row.project.slug}
          rowLink={(row) => ({ to: "/projects/$slug", params: { slug: row.project.slug } })}
          detail={(row) =>
            row.project.status === "online" ? null : <Reason project={row.project} />
          }
        />
      )}
    </>
  );
}

const columns: readonly Column<Row>[] = [
  {
    id: "slug",
    header: "Project",
    width: "minmax(160px, 2fr)",
    phone: "lead",
    value: (row) => row.project.slug,
    cell: (row) => (
      <>
        <StatusMark tone={row.project.status} />
        <span className="cut">{row.project.slug}</span>
      </>
    ),
  },
  {
    id: "name",
    header: "Name",
    width: "minmax(120px, 2fr)",
    value: (row) => row.project.name,
    cell: (row) => <span className="cut muted">{row.project.name}</span>,
  },
  {
    id: "status",
    header: "Status",
    width: "84px",
    phone: "side",
    value: (row) => row.project.status,
    cell: (row) => <StatusWord project={row.project} />,
  },
  {
    id: "tags",
    header: "Tags",
    width: "minmax(80px, 1.4fr)",
    phone: "under",
    value: (row) => row.project.tags.join(", "),
    cell: (row) => <span className="cut muted">{row.project.tags.join(", ")}</span>,
  },
  {
    id: "seen",
    header: "Last seen",
    width: "96px",
    end: true,
    phone: "under-side",
    value: (row) => lastBeat(row.project.slug) ?? row.project.last_heartbeat_at,
    cell: (row) => <LastSeen project={row.project} />,
  },
  {
    id: "hours",
    header: "24 hours",
    width: "minmax(96px, 160px)",
    fixed: true,
    value: (row) => row.uptime?.hours.map((hour) => hour.worst.charAt(0)).join(""),
    cell: (row) =>
      row.uptime && <UptimeStrip hours={row.uptime.hours} uptime={row.uptime.uptime} />,
  },
  {
    id: "uptime",
    header: "Uptime",
    width: "72px",
    end: true,
    value: (row) => row.uptime?.uptime,
    cell: (row) => (
      <span className="number">
        {row.uptime?.uptime == null ? "–" : percent(row.uptime.uptime)}
      </span>
    ),
  },
];

function StatusWord({ project }: { project: Project }) {
  // A new key makes a new element, so that each change flashes, and only a change.
  return (
    <span className={`status ${project.status}`} key={project.status_since}>
      {project.status}
    </span>
  );
}

interface CountsProps {
  projects: readonly Project[];
  chosen: ProjectStatus | undefined;
  onChoose: (status: ProjectStatus | undefined) => void;
}

/** How many are how; each count narrows the list to its own. */
function Counts({ projects, chosen, onChoose }: CountsProps) {
  return (
    <div className="counts" aria-live="polite">
      {statuses.map((status) => (
        <button
          key={status}
          type="button"
          className="count"
          aria-pressed={chosen === status}
          onClick={() => {
            onChoose(chosen === status ? undefined : status);
          }}
        >
          <StatusMark tone={status} />
          <span className="number">
            {count(projects.filter((project) => project.status === status).length)}
          </span>{" "}
          {status}
        </button>
      ))}
    </div>
  );
}

function countTags(projects: readonly Project[]) {
  const counts = new Map<string, number>();
  for (const tag of projects.flatMap((project) => project.tags)) {
    counts.set(tag, (counts.get(tag) ?? 0) + 1);
  }
  return [...counts]
    .toSorted(([left], [right]) => left.localeCompare(right))
    .map(([value, uses]) => ({ value, label: value, count: uses }));
}
