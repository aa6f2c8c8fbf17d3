import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useState } from "react";
import { api, take, troubleOf } from "../../api/client";
import type { History, Project } from "../../api/types";
import { Moment } from "../../ui/Age";
import { Button } from "../../ui/Button";
import { save, toCsv } from "../../ui/save";
import { Notice, Skeleton, TroubleNotice } from "../../ui/State";
import { Status } from "../../ui/Status";
import { UptimeBand } from "../../ui/UptimeStrip";
import { count, percent } from "../../ui/words";
import { useRecentEvents } from "../events/queries";
import { eventWords } from "../events/words";
import { instancesQuery } from "../instances/queries";
import { instanceTone } from "../instances/states";
import { projectQuery, uptimeQuery } from "../projects/queries";
import { Beats } from "./Beats";
import { Reason } from "../projects/Reason";
import { useMay } from "../shell/me";

const route = getRouteApi("/frame/projects/$slug");

function historyQuery(slug: string) {
  return {
    queryKey: ["history", slug],
    queryFn: () =>
      take(
        api.GET("/api/fed/projects/{slug}/history", {
          params: { path: { slug }, query: { limit: 50 } },
        }),
      ),
  };
}

export function OverviewTab() {
  const { slug } = route.useParams();
  const project = useQuery(projectQuery(slug)).data?.project;
  if (!project) return null;
  return (
    <div className="content">
      <div className="overview">
        <Attention project={project} />
        <Hours slug={slug} />
        <StatusHistory slug={slug} />
        <div className="side">
          <Beats slug={project.slug} />
          <Reported project={project} />
          <LatestEvents slug={slug} />
        </div>
      </div>
    </div>
  );
}

/** What somebody should look at, and nothing when there is nothing. */
function Attention({ project }: { project: Project }) {
  const mayInstances = useMay("instances:read");
  const instances = useQuery({ ...instancesQuery, enabled: mayInstances });
  const failing = (instances.data ?? []).filter(
    (instance) =>
      instance.project === project.slug &&
      ["offline", "degraded"].includes(instanceTone(instance.state)),
  );
  if (project.status === "online" && failing.length === 0 && !project.orphaned) return null;
  return (
    <section className="whole stack" aria-label="Needs attention">
      {project.status !== "online" && (
        <Notice tone={project.status === "offline" ? "danger" : "warning"}>
          <strong>{project.slug}</strong> is {project.status}: <Reason project={project} />.
        </Notice>
      )}
      {failing.map((instance) => (
        <Notice key={instance.id}>
          Instance{" "}
          <Link to="/instances/$id" params={{ id: instance.id }}>
            {instance.name}
          </Link>{" "}
          is {instance.state}
          {instance.reason != null && `: ${instance.reason}`}.
        </Notice>
      ))}
      {project.orphaned && (
        <Notice>
          The file that named this project no longer does. Remove it in its settings, or name it
          again.
        </Notice>
      )}
    </section>
  );
}

function Hours({ slug }: { slug: string }) {
  const uptime = useQuery(uptimeQuery);
  const mine = uptime.data?.find((one) => one.slug === slug);
  return (
    <section className="whole" aria-labelledby="hours">
      <div className="section-head">
        <h2 id="hours">Last 24 hours</h2>
        {mine?.uptime != null && <span className="number">{percent(mine.uptime)} up</span>}
      </div>
      {uptime.isError && (
        <TroubleNotice trouble={troubleOf(uptime.error, "load the last 24 hours")} />
      )}
      {mine && <UptimeBand hours={mine.hours} />}
      {uptime.isSuccess && !mine && <p className="muted">Nothing is known yet.</p>}
    </section>
  );
}

function StatusHistory({ slug }: { slug: string }) {
  const history = useQuery(historyQuery(slug));
  const [table, setTable] = useState(false);
  return (
    <section aria-labelledby="history">
      <div className="section-head">
        <h2 id="history">Status history</h2>
        {history.data && history.data.uptime.length > 0 && (
          <div className="line">
            <Button
              look="quiet"
              onClick={() => {
                setTable(!table);
              }}
            >
              {table ? "As bars" : "As a table"}
            </Button>
            <Button
              look="quiet"
              icon="download"
              onClick={() => {
                saveDays(slug, history.data);
              }}
            >
              CSV
            </Button>
          </div>
        )}
      </div>
      {history.isPending && <Skeleton rows={4} />}
      {history.isError && <TroubleNotice trouble={troubleOf(history.error, "load the history")} />}
      {history.data && (
        <div className="stack">
          {table ? <DayTable days={history.data.uptime} /> : <DayBars days={history.data.uptime} />}
          <Transitions history={history.data} />
        </div>
      )}
    </section>
  );
}

type Day = History["uptime"][number];

function DayBars({ days }: { days: readonly Day[] }) {
  const first = days[0];
  if (first === undefined) return null;
  return (
    <figure>
      <div className="daybars" role="img" aria-label={`Uptime of ${count(days.length)} days`}>
        {days.map((day) => (
          <div
            key={day.day}
            className={`band-bar ${dayTone(day)}`}
            style={{ height: `${day.uptime == null ? 20 : Math.max(20, day.uptime * 100)}%` }}
            title={`${day.day}: ${day.uptime == null ? "nothing known" : `${percent(day.uptime)} up`}`}
          />
        ))}
      </div>
      <figcaption className="band-scale">
        <span>{first.day}</span>
        <span>today</span>
      </figcaption>
    </figure>
  );
}

function dayTone(day: Day): "online" | "degraded" | "offline" | "unknown" {
  if (day.uptime == null) return "unknown";
  if (day.offline_seconds > 0) return "offline";
  return day.degraded_seconds > 0 ? "degraded" : "online";
}

function DayTable({ days }: { days: readonly Day[] }) {
  return (
    <table className="days">
      <thead>
        <tr>
          <th>Day (UTC)</th>
          <th>Up</th>
          <th>Degraded</th>
          <th>Offline</th>
        </tr>
      </thead>
      <tbody>
        {days.toReversed().map((day) => (
          <tr key={day.day}>
            <td className="number">{day.day}</td>
            <td className="number">{day.uptime == null ? "–" : percent(day.uptime)}</td>
            <td className="number">{minutes(day.degraded_seconds)}</td>
            <td className="number">{minutes(day.offline_seconds)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function minutes(seconds: number): string {
  if (seconds === 0) return "–";
  return seconds < 60 ? `${count(Math.ceil(seconds))} s` : `${count(Math.round(seconds / 60))} min`;
}

function saveDays(slug: string, history: History): void {
  const header = [
    "day",
    "uptime",
    "online_seconds",
    "degraded_seconds",
    "offline_seconds",
    "unknown_seconds",
  ];
  const rows = history.uptime.map((day) => [
    day.day,
    day.uptime,
    day.online_seconds,
    day.degraded_seconds,
    day.offline_seconds,
    day.unknown_seconds,
  ]);
  save(`${slug}-uptime.csv`, "text/csv", toCsv(header, rows));
}

function Transitions({ history }: { history: History }) {
  if (history.transitions.length === 0) return <p className="muted">Its status never changed.</p>;
  return (
    <ol className="rows">
      {history.transitions.slice(0, 12).map((transition) => (
        <li key={transition.at}>
          <span className="when">
            <Moment at={transition.at} />
          </span>
          <Status tone={transition.to} />
          <span className="muted cut">
            from {transition.from}
            {transition.reasons.length > 0 && `: ${transition.reasons.map(plain).join(", ")}`}
          </span>
        </li>
      ))}
    </ol>
  );
}

function plain(code: string): string {
  return code.replaceAll("_", " ");
}

/** What the last beat said beyond being there. */
function Reported({ project }: { project: Project }) {
  const report = project.report;
  const counts = Object.entries(report?.counts ?? {});
  return (
    <section aria-labelledby="reported">
      <div className="section-head">
        <h2 id="reported">Its own report</h2>
      </div>
      {report == null ? (
        <p className="muted">
          Nothing yet. An instance tells its version and services with each beat.
        </p>
      ) : (
        <dl className="facts">
          {report.version != null && (
            <>
              <dt>Version</dt>
              <dd className="mono">{report.version}</dd>
            </>
          )}
          {(report.services ?? []).length > 0 && (
            <>
              <dt>Services</dt>
              <dd>{report.services?.join(", ")}</dd>
            </>
          )}
          {report.instance_id != null && (
            <>
              <dt>Instance</dt>
              <dd className="mono">{report.instance_id}</dd>
            </>
          )}
          {counts.map(([name, value]) => (
            <div key={name} className="pair">
              <dt>{plain(name)}</dt>
              <dd className="number">{count(value)}</dd>
            </div>
          ))}
        </dl>
      )}
    </section>
  );
}

function LatestEvents({ slug }: { slug: string }) {
  const may = useMay("events:read");
  const events = useRecentEvents({ project: slug, since: "24h", enabled: may });
  if (!may) return null;
  return (
    <section aria-labelledby="latest">
      <div className="section-head">
        <h2 id="latest">Last events</h2>
        <Link to="/projects/$slug/events" params={{ slug }} className="small">
          All events
        </Link>
      </div>
      {events.rows.length === 0 && <p className="muted">Nothing happened in the last 24 hours.</p>}
      <ol className="rows">
        {events.rows.slice(0, 8).map((event) => (
          <li key={event.id}>
            <span className="when">
              <Moment at={event.time} />
            </span>
            <span className="cut">{eventWords(event)}</span>
          </li>
        ))}
      </ol>
    </section>
  );
}
