import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { Failure, isProblem, troubleOf } from "../../api/client";
import type { Readiness } from "../../api/types";
import { Age } from "../../ui/Age";
import { Prose } from "../../ui/Prose";
import { ErrorState, Skeleton } from "../../ui/State";
import { Status } from "../../ui/Status";
import { useMay } from "../shell/me";
import { Page } from "../shell/Page";
import { Jobs } from "./Jobs";
import "./health.css";

/** A hub that is not ready answers 503 with the same body: that is what is to be shown, not an error. */
async function loadReadiness(): Promise<Readiness> {
  const response = await fetch("/readyz?verbose");
  const body: unknown = await response.json().catch(() => undefined);
  if (isReadiness(body)) return body;
  throw new Failure(response.status, isProblem(body) ? body : undefined);
}

function isReadiness(body: unknown): body is Readiness {
  return typeof body === "object" && body !== null && "checks" in body;
}

export function HealthPage() {
  const readiness = useQuery({
    queryKey: ["readiness"],
    queryFn: loadReadiness,
    refetchInterval: 5000,
  });
  const mayJobs = useMay("jobs:read");
  return (
    <Page
      title="Health"
      actions={
        <a className="button quiet" href="/metrics" target="_blank" rel="noreferrer">
          Metrics
        </a>
      }
    >
      <div className="health">
        {readiness.isPending && <Skeleton rows={4} />}
        {readiness.isError && (
          <ErrorState
            trouble={troubleOf(readiness.error, "ask the hub how it is")}
            onRetry={() => void readiness.refetch()}
          />
        )}
        {readiness.data && <Checks readiness={readiness.data} />}
      </div>
      {mayJobs && <Jobs />}
    </Page>
  );
}

function Checks({ readiness }: { readiness: Readiness }) {
  const checks = useMemo(
    () => Object.entries(readiness.checks).toSorted(([left], [right]) => left.localeCompare(right)),
    [readiness],
  );
  const ready = readiness.status === "ok";
  return (
    <section aria-labelledby="checks">
      <div className="section-head">
        <h2 id="checks" className="line">
          <Status tone={ready ? "online" : "offline"} word={ready ? "ready" : "not ready"} />
        </h2>
        <span className="muted small">
          {readiness.service} {readiness.version}
        </span>
      </div>
      <table className="checks">
        <thead>
          <tr>
            <th>Stands on</th>
            <th>State</th>
            <th className="end">Answers in</th>
            <th className="end">For</th>
            <th>What else is known</th>
          </tr>
        </thead>
        <tbody>
          {checks.map(([name, check]) => (
            <tr key={name}>
              <td>
                {name.replaceAll("_", " ")}
                {!check.required && <span className="muted"> (optional)</span>}
              </td>
              <td>
                <Status
                  tone={check.status === "ok" ? "online" : check.required ? "offline" : "degraded"}
                  word={check.status === "ok" ? "ok" : "fails"}
                />
              </td>
              <td className="number end">{latency(check.latency_ms)}</td>
              <td className="end">
                <Age at={check.since} />
              </td>
              <td>
                {check.error != null && (
                  <p>
                    <Prose text={check.error} />
                  </p>
                )}
                {check.hint != null && (
                  <p className="muted">
                    <Prose text={check.hint} />
                  </p>
                )}
                {check.detail && (
                  <p className="muted">
                    {Object.entries(check.detail)
                      .map(([key, value]) => `${key.replaceAll("_", " ")} ${value}`)
                      .join(" · ")}
                  </p>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function latency(milliseconds: number): string {
  return milliseconds < 0.1 ? "< 0.1 ms" : `${milliseconds.toFixed(1)} ms`;
}
