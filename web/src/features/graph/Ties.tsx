import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { troubleOf } from "../../api/client";
import type { TieEnd } from "../../api/types";
import { Button } from "../../ui/Button";
import { TroubleNotice } from "../../ui/State";
import { count } from "../../ui/words";
import { tiesQuery } from "./queries";
import { whereToSee } from "./view";

const FEW = 6;

/** What the project needs of others and they of it; nothing where nothing ties them. */
export function Ties({ project }: { project: string }) {
  const answer = useQuery(tiesQuery(project));
  const [whole, setWhole] = useState(false);
  if (answer.isError) return <TroubleNotice trouble={troubleOf(answer.error, "load the ties")} />;
  const ties = answer.data?.ties ?? [];
  if (ties.length === 0) return null;
  return (
    <section className="graph-ties" aria-labelledby="graph-ties">
      <h3 id="graph-ties">
        Ties to other projects{" "}
        <span className="muted number">
          {count(ties.length)}
          {answer.data?.truncated === true && "+"}
        </span>
      </h3>
      <table aria-labelledby="graph-ties">
        <thead>
          <tr>
            <th scope="col">Needs it</th>
            <th scope="col">What</th>
            <th scope="col">Has it</th>
          </tr>
        </thead>
        <tbody>
          {(whole ? ties : ties.slice(0, FEW)).map(({ name, from, to }) => (
            <tr key={[name, ...keyOf(from), ...keyOf(to)].join(" ")}>
              <td>
                <EndLink end={from} />
              </td>
              <td className="mono">{name}</td>
              <td>
                <EndLink end={to} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {ties.length > FEW && !whole && (
        <Button
          look="quiet"
          onClick={() => {
            setWhole(true);
          }}
        >
          All {count(ties.length)}
        </Button>
      )}
    </section>
  );
}

const keyOf = ({ project, node, line }: TieEnd) => [project, node, line ?? 0];

function EndLink({ end }: { end: TieEnd }) {
  const place = end.line == null ? end.path : `${end.path ?? ""}:${end.line}`;
  return (
    <Link
      to="/projects/$slug/graph"
      params={{ slug: end.project }}
      search={whereToSee({ id: end.node, kind: end.kind, path: end.path ?? null })}
      data-tip={place ?? end.qualified_name}
    >
      {end.project}
    </Link>
  );
}
