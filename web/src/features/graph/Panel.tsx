import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type ReactElement, useMemo, useState } from "react";
import { troubleOf } from "../../api/client";
import type { GraphNode } from "../../api/types";
import { Button, IconButton } from "../../ui/Button";
import { Skeleton, TroubleNotice } from "../../ui/State";
import { count, counted } from "../../ui/words";
import { grouped } from "./near";
import { type Dot, opens } from "./picture";
import { nearQuery, nodeQuery, unresolvedQuery } from "./queries";
import { asked, opened, type Search, whereToSee } from "./view";

interface PanelProps {
  project: string;
  id: string;
  /** The same node as it is drawn, where it is. */
  dot: Dot | undefined;
  /** What is drawn now: others lead to another part of the graph. */
  drawn: ReadonlySet<string>;
  onGo: (change: Search) => void;
}

/** What is selected: what it is, where it stands, and what surrounds it. */
export function Panel({ project, id, dot, drawn, onGo }: PanelProps) {
  const node = useQuery({ ...nodeQuery(project, id), placeholderData: keepPreviousData });
  const near = useQuery(nearQuery(project, id));
  const groups = useMemo(() => near.data && grouped(Number(id), near.data), [id, near.data]);
  if (node.isError) return <TroubleNotice trouble={troubleOf(node.error, "load the node")} />;
  if (!node.data) return <Skeleton rows={4} />;
  return (
    <>
      <Head
        node={node.data}
        onClose={() => {
          onGo({ node: undefined });
        }}
      />
      <div className="graph-actions">
        <Button
          look="primary"
          onClick={() => {
            onGo(asked("impact", id));
          }}
        >
          What depends on it
        </Button>
        <Button
          onClick={() => {
            onGo(asked("near", id));
          }}
        >
          Neighbours
        </Button>
        <Button
          onClick={() => {
            onGo(asked("path", id));
          }}
        >
          Path to…
        </Button>
        {dot && opens(dot) && (
          <Button
            onClick={() => {
              onGo(opened(dot.kind, dot.path));
            }}
          >
            Open
          </Button>
        )}
      </div>
      <Facts node={node.data} dot={dot} />
      {near.isError && <TroubleNotice trouble={troubleOf(near.error, "load what surrounds it")} />}
      {near.isPending && <Skeleton rows={3} />}
      {groups?.map(({ words, nodes }) => (
        <Listing key={words} words={words}>
          {nodes.map((other) => (
            <li key={other.id}>
              <NodeLink project={project} node={other} drawn={drawn} />
            </li>
          ))}
        </Listing>
      ))}
      {near.data?.truncated === true && (
        <p className="muted small">
          The nearest {count(near.data.nodes.length)}; there are more than fit here.
        </p>
      )}
      {node.data.kind === "file" && node.data.path != null && (
        <Unresolved project={project} path={node.data.path} />
      )}
    </>
  );
}

function Head({ node, onClose }: { node: GraphNode; onClose: () => void }) {
  const name = node.name === "" ? node.qualified_name : node.name;
  return (
    <header className="graph-panel-head">
      <div className="grow">
        <p className="muted small">
          {[node.visibility, node.language, node.kind].filter(Boolean).join(" ")}
        </p>
        <h2 className="mono">{name}</h2>
      </div>
      <IconButton icon="close" label="Close" keys="Esc" onClick={onClose} />
    </header>
  );
}

function Facts({ node, dot }: { node: GraphNode; dot: Dot | undefined }) {
  const [first, last] = node.lines ?? [];
  const place = first === undefined ? "" : first === last ? `:${first}` : `:${first}-${last ?? ""}`;
  const numbers = dot && [
    opens(dot) && dot.files > 0 && counted(dot.files, "file"),
    opens(dot) && dot.symbols > 0 && counted(dot.symbols, "symbol"),
    dot.lines > 0 && counted(dot.lines, "line"),
    dot.changes > 0 && counted(dot.changes, "change"),
    dot.ghosts > 0 && counted(dot.ghosts, "ghost"),
  ];
  const said = numbers === undefined ? "" : numbers.filter((part) => part !== false).join(" · ");
  return (
    <div className="graph-facts">
      {node.signature != null && <pre className="graph-signature">{node.signature}</pre>}
      {node.doc != null && <p className="graph-doc">{node.doc}</p>}
      {node.path != null && node.path !== "" && (
        <p className="mono graph-path" data-tip={node.qualified_name}>
          {node.path}
          {place}
        </p>
      )}
      {said !== "" && <p className="muted small">{said}</p>}
      {dot?.owner !== undefined && <p className="muted small">mostly by {dot.owner}</p>}
    </div>
  );
}

const FEW = 6;

/** Some of what there is under one heading, and all of it when asked for. */
function Listing({ words, children }: { words: string; children: readonly ReactElement[] }) {
  const [whole, setWhole] = useState(false);
  return (
    <section className="graph-group">
      <h3>
        {words} <span className="muted number">{count(children.length)}</span>
      </h3>
      <ul>{whole ? children : children.slice(0, FEW)}</ul>
      {children.length > FEW && !whole && (
        <Button
          look="quiet"
          onClick={() => {
            setWhole(true);
          }}
        >
          All {count(children.length)}
        </Button>
      )}
    </section>
  );
}

/** What a file names and nothing that was read declares. */
function Unresolved({ project, path }: { project: string; path: string }) {
  const answer = useQuery(unresolvedQuery(project, path));
  if (answer.isError) {
    return <TroubleNotice trouble={troubleOf(answer.error, "load what leads to nothing")} />;
  }
  const names = answer.data?.flatMap((file) => file.names) ?? [];
  if (names.length === 0) return null;
  return (
    <Listing words="Leads to nothing here">
      {names.map(({ name, kind, line }) => (
        <li key={`${name} ${kind} ${line}`} className="graph-name">
          <span className="mono cut">{name}</span>
          <span className="muted small cut">
            {kind}, line {line}
          </span>
        </li>
      ))}
    </Listing>
  );
}

/** Selects a node, where it is drawn or else where it can be seen among its own. */
function NodeLink({
  project,
  node,
  drawn,
}: {
  project: string;
  node: GraphNode;
  drawn: ReadonlySet<string>;
}) {
  const id = String(node.id);
  const change = drawn.has(id) ? { node: id } : whereToSee(node);
  return (
    <Link
      to="/projects/$slug/graph"
      params={{ slug: project }}
      search={(old) => ({ ...old, ...change })}
      className="graph-link"
    >
      <span className="mono cut">{node.name}</span>
      {node.path != null && (
        <span className="muted small cut">
          {node.path}
          {node.lines && `:${node.lines[0]}`}
        </span>
      )}
    </Link>
  );
}
