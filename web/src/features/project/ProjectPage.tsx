import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link, Outlet } from "@tanstack/react-router";
import { Failure, troubleOf } from "../../api/client";
import type { Project } from "../../api/types";
import { Icon } from "../../ui/Icon";
import { Empty, ErrorState, Skeleton } from "../../ui/State";
import { Status } from "../../ui/Status";
import { Tabs } from "../../ui/Tabs";
import { Age } from "../../ui/Age";
import { projectQuery } from "../projects/queries";
import { LastSeen, Reason } from "../projects/Reason";
import { useMay } from "../shell/me";
import { Page } from "../shell/Page";
import "./project.css";

const route = getRouteApi("/frame/projects/$slug");

export function ProjectPage() {
  const { slug } = route.useParams();
  const entry = useQuery(projectQuery(slug));
  const title = (
    <span className="line">
      <Link to="/" className="muted">
        Projects
      </Link>
      <span className="muted" aria-hidden="true">
        /
      </span>
      <span className="cut">{slug}</span>
    </span>
  );
  const missing = entry.error instanceof Failure && entry.error.status === 404;
  return (
    <Page title={title} name={slug}>
      {entry.isPending && <Skeleton rows={6} />}
      {missing && (
        <Empty
          title={`There is no project ${slug}`}
          action={
            <Link to="/newcomers" className="button">
              Look among the newcomers
            </Link>
          }
        >
          It may have been removed. If it still beats, it waits to be admitted.
        </Empty>
      )}
      {entry.isError && !missing && (
        <ErrorState
          trouble={troubleOf(entry.error, `load ${slug}`)}
          onRetry={() => void entry.refetch()}
        />
      )}
      {entry.data && (
        <>
          <Head project={entry.data.project} />
          <ProjectTabs slug={slug} />
          <Outlet />
        </>
      )}
    </Page>
  );
}

function Head({ project }: { project: Project }) {
  return (
    <div className="project-head">
      <div className="line wrap project-status" aria-live="polite">
        <span className="line">
          <Status tone={project.status} key={project.status_since} />
          <span className="muted">
            for <Age at={project.status_since} />
          </span>
        </span>
        {project.status !== "online" && (
          <span className="project-reason">
            <Reason project={project} />
          </span>
        )}
        {project.orphaned && <span className="tag">no longer in its file</span>}
      </div>
      <div className="line wrap muted project-facts">
        {project.name !== project.slug && <span>{project.name}</span>}
        <a href={project.hub_url} target="_blank" rel="noreferrer" className="line">
          {project.hub_url} <Icon name="external" size={12} />
        </a>
        <span>
          heard <LastSeen project={project} />
        </span>
        {project.tags.map((tag) => (
          <Link key={tag} to="/" search={{ tag }} className="tag">
            {tag}
          </Link>
        ))}
      </div>
    </div>
  );
}

function ProjectTabs({ slug }: { slug: string }) {
  const params = { slug };
  const knowledge = useMay("knowledge:read");
  const graph = useMay("graph:read");
  const instances = useMay("instances:read");
  const events = useMay("events:read");
  return (
    <Tabs
      label="Parts of the project"
      tabs={[
        { label: "Overview", link: { to: "/projects/$slug", params }, exact: true },
        ...(knowledge
          ? [{ label: "Knowledge", link: { to: "/projects/$slug/knowledge", params } } as const]
          : []),
        ...(graph
          ? [{ label: "Graph", link: { to: "/projects/$slug/graph", params } } as const]
          : []),
        ...(instances
          ? [{ label: "Instances", link: { to: "/projects/$slug/instances", params } } as const]
          : []),
        ...(events
          ? [{ label: "Events", link: { to: "/projects/$slug/events", params } } as const]
          : []),
        { label: "Settings", link: { to: "/projects/$slug/settings", params } },
      ]}
    />
  );
}
