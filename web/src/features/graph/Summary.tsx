import type { ReactNode } from "react";
import type { GraphStatus } from "../../api/types";
import { Age } from "../../ui/Age";
import { count } from "../../ui/words";

/** The graph in numbers, where nothing is selected. */
export function Summary({ status, again }: { status: GraphStatus; again: ReactNode }) {
  const facts: readonly (readonly [string, number])[] = [
    ["Files", status.files],
    ["Lines", status.lines],
    ["Symbols", status.symbols],
    ["Edges", status.edges],
    ["Not resolved", status.unresolved],
    ["Ghosts", status.ghosts],
    ["Problems", status.problems],
  ];
  return (
    <section className="graph-summary" aria-label="The graph in numbers">
      <dl className="facts">
        {facts.map(([name, number]) => (
          <div key={name} className="pair">
            <dt>{name}</dt>
            <dd className="number">{count(number)}</dd>
          </div>
        ))}
        {status.commit != null && (
          <div className="pair">
            <dt>Commit</dt>
            <dd className="mono">{status.commit.slice(0, 10)}</dd>
          </div>
        )}
        {status.indexed_at != null && (
          <div className="pair">
            <dt>Indexed</dt>
            <dd>
              <Age at={status.indexed_at} /> ago
            </dd>
          </div>
        )}
      </dl>
      {again}
    </section>
  );
}
