import { Link } from "@tanstack/react-router";
import { address } from "../../api/client";
import type { GraphNode } from "../../api/types";
import { IconButton } from "../../ui/Button";
import { Menu } from "../../ui/Menu";
import { save, saveBlob } from "../../ui/save";
import { counted } from "../../ui/words";
import { Find } from "./Find";
import type { Paints } from "./paints";
import { labelOf, type Picture } from "./picture";
import type { Scene } from "./scene";
import { jsonOf, svgOf } from "./take-away";
import { crumbs, DEPTHS, type Level, type Mode, type Search, type View } from "./view";

interface ToolbarProps {
  project: string;
  view: View;
  shows: "map" | "table";
  picture: Picture;
  scene: Scene | undefined;
  paints: Paints;
  onFound: (node: GraphNode) => void;
  onGo: (change: Search) => void;
}

const levels: readonly (readonly [Level, string])[] = [
  ["folder", "Folders"],
  ["file", "Files"],
  ["symbol", "Symbols"],
];

export function Toolbar(props: ToolbarProps) {
  const { project, view, shows, onFound, onGo } = props;
  return (
    <div className="toolbar graph-toolbar">
      <Find project={project} label="Find a symbol or file" onFound={onFound} />
      {view.mode === undefined && (
        <>
          <div className="choice" role="group" aria-label="Level">
            {levels.map(([level, label]) => (
              <button
                key={level}
                type="button"
                aria-pressed={view.level === level}
                onClick={() => {
                  onGo({ level, at: undefined });
                }}
              >
                {label}
              </button>
            ))}
          </div>
          <Crumbs project={project} under={view.under} />
        </>
      )}
      <div className="line graph-tools">
        <div className="choice" role="group" aria-label="Show as">
          {(["map", "table"] as const).map((one) => (
            <button
              key={one}
              type="button"
              aria-pressed={shows === one}
              onClick={() => {
                onGo({ view: one });
              }}
            >
              {one === "map" ? "Map" : "Table"}
            </button>
          ))}
        </div>
        <TakeAway {...props} />
      </div>
    </div>
  );
}

function Crumbs({ project, under }: { project: string; under: string }) {
  const way = crumbs(project, under);
  if (way.length === 1) return null;
  return (
    <nav className="graph-crumbs" aria-label="What is open">
      {way.map((crumb, place) => (
        <span key={crumb.search.under ?? ""} className="line">
          {place > 0 && <span aria-hidden="true">/</span>}
          {place === way.length - 1 ? (
            <span className="cut" aria-current="location">
              {crumb.name}
            </span>
          ) : (
            <Link
              to="/projects/$slug/graph"
              params={{ slug: project }}
              search={(old) => ({ ...old, ...crumb.search })}
            >
              {crumb.name}
            </Link>
          )}
        </span>
      ))}
    </nav>
  );
}

function TakeAway({ project, shows, picture, scene, paints }: ToolbarProps) {
  const name = `${project}-graph`;
  const drawn = shows === "map";
  const whole = (format: string) => ({
    label: `Whole graph, ${format === "scip" ? "SCIP" : format === "json" ? "JSON" : "GraphML"}`,
    run: () => {
      const path = "/api/v1/projects/{project}/graph/export";
      window.location.assign(address(path, { project }, { format }));
    },
  });
  return (
    <Menu
      align="end"
      head="Export"
      trigger={(wired) => <IconButton icon="download" label="Export" {...wired} />}
      actions={[
        {
          label: "What is seen, PNG",
          disabled: !drawn,
          run: () => {
            scene?.snapshot(paints.surface).toBlob((image) => {
              if (image !== null) saveBlob(`${name}.png`, image);
            });
          },
        },
        {
          label: "What is seen, SVG",
          disabled: !drawn,
          run: () => {
            if (scene) save(`${name}.svg`, "image/svg+xml", drawing(scene, picture, paints));
          },
        },
        {
          label: "What is shown, JSON",
          run: () => {
            save(`${name}.json`, "application/json", jsonOf(picture));
          },
        },
        whole("graphml"),
        whole("json"),
        whole("scip"),
      ]}
    />
  );
}

function drawing(scene: Scene, picture: Picture, paints: Paints): string {
  const ids = new Set(picture.dots.map((dot) => dot.id));
  const dots = scene
    .placed()
    .filter(({ dot }) => ids.has(dot.id))
    .map(({ dot, ...place }) => ({ ...place, id: dot.id, label: labelOf(dot) }));
  return svgOf({ ...scene.size(), ...paints, dots, lines: picture.lines });
}

interface QuestionProps {
  mode: Mode;
  from: string | undefined;
  to: string | undefined;
  depth: number;
  found: number | undefined;
  truncated: boolean;
  onGo: (change: Search) => void;
  onClose: () => void;
}

/** What was asked of a node, and how much came of it. */
export function Question(props: QuestionProps) {
  const { mode, depth, found, truncated, onGo, onClose } = props;
  return (
    <div className="graph-question">
      <p className="grow">
        <QuestionWords {...props} />
        {found !== undefined && (
          <span className="muted" aria-live="polite">
            {" "}
            {truncated && "more than "}
            {foundWords(mode, found)}
          </span>
        )}
      </p>
      {mode === "impact" && (
        <div className="choice" role="group" aria-label="Steps">
          {DEPTHS.map((one) => (
            <button
              key={one}
              type="button"
              aria-pressed={one === depth}
              onClick={() => {
                onGo({ depth: String(one) });
              }}
            >
              {one}
            </button>
          ))}
        </div>
      )}
      <IconButton icon="close" label="Back to the map" keys="Esc" onClick={onClose} />
    </div>
  );
}

function foundWords(mode: Mode, found: number): string {
  if (mode === "path") return found === 0 ? "there is no way" : counted(found - 1, "step");
  if (mode === "near") return counted(Math.max(0, found - 1), "neighbour");
  return found <= 1 ? "nothing does" : `${counted(found - 1, "node")} do`;
}

function QuestionWords({ mode, from, to, depth }: QuestionProps) {
  const name = <strong className="mono">{from ?? "…"}</strong>;
  if (mode === "impact")
    return (
      <>
        What depends on {name} within {depth === 1 ? "a step" : `${depth} steps`}:
      </>
    );
  if (mode === "near") return <>Around {name}:</>;
  if (to === undefined)
    return <>From {name} to…: pick the other end here, in the table or by its name.</>;
  return (
    <>
      From {name} to <strong className="mono">{to}</strong>:
    </>
  );
}
