import type { ReactNode } from "react";
import { Button } from "./Button";
import { Icon } from "./Icon";
import { Prose } from "./Prose";
import "./state.css";

interface EmptyProps {
  title: string;
  /** What would fill it. */
  children?: ReactNode;
  /** The first step. */
  action?: ReactNode;
}

export function Empty({ title, children, action }: EmptyProps) {
  return (
    <div className="state">
      <p className="state-title">{title}</p>
      {children !== undefined && <div className="muted">{children}</div>}
      {action}
    </div>
  );
}

/** What an error has to say: what happened, why, what to do. */
export interface Trouble {
  readonly what: string;
  readonly why?: string | undefined;
  readonly advice?: string | undefined;
  readonly requestId?: string | undefined;
}

export function ErrorState({ trouble, onRetry }: { trouble: Trouble; onRetry?: () => void }) {
  return (
    <div className="state" role="alert">
      <p className="state-title trouble">
        <Icon name="warning" /> {trouble.what}
      </p>
      {trouble.why !== undefined && (
        <p>
          <Prose text={trouble.why} />
        </p>
      )}
      {trouble.advice !== undefined && <p className="muted">{trouble.advice}</p>}
      {trouble.requestId !== undefined && (
        <p className="muted small">
          request <span className="mono">{trouble.requestId}</span>
        </p>
      )}
      {onRetry && (
        <Button icon="restart" onClick={onRetry}>
          Try again
        </Button>
      )}
    </div>
  );
}

/** The same inside a form or above a list, where there is less room. */
export function Notice({
  tone = "warning",
  children,
}: {
  tone?: "warning" | "danger" | "plain";
  children: ReactNode;
}) {
  return (
    <div className={`notice ${tone}`} role={tone === "danger" ? "alert" : "status"}>
      {tone !== "plain" && <Icon name="warning" />}
      <div className="grow">{children}</div>
    </div>
  );
}

export function TroubleNotice({ trouble }: { trouble: Trouble }) {
  return (
    <Notice tone="danger">
      <strong>{trouble.what}</strong>
      {trouble.why !== undefined && (
        <>
          {" "}
          <Prose text={trouble.why} />
        </>
      )}
      {trouble.advice !== undefined && <> {trouble.advice}</>}
      {trouble.requestId !== undefined && (
        <span className="muted small">
          {" "}
          Request <span className="mono">{trouble.requestId}</span>.
        </span>
      )}
    </Notice>
  );
}

export function Skeleton({ rows = 8 }: { rows?: number }) {
  return (
    <div className="skeleton" role="status" aria-label="Loading">
      {Array.from({ length: rows }, (_, place) => (
        <div key={place} style={{ width: `${88 - ((place * 17) % 40)}%` }} />
      ))}
    </div>
  );
}
