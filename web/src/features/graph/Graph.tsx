import { getRouteApi } from "@tanstack/react-router";
import { type ReactNode, useCallback, useMemo, useState } from "react";
import { troubleOf } from "../../api/client";
import type { GraphNode, GraphStatus } from "../../api/types";
import { useKey } from "../../ui/keys";
import { Empty, ErrorState, Notice, Skeleton } from "../../ui/State";
import { count } from "../../ui/words";
import { Canvas } from "./Canvas";
import { filtered, makeLegend } from "./legend";
import { LegendBox } from "./LegendBox";
import { NodeTable } from "./NodeTable";
import { usePaints } from "./paints";
import { Panel } from "./Panel";
import { type Dot, neighbours, opens } from "./picture";
import type { Look, Scene } from "./scene";
import { Summary } from "./Summary";
import { Ties } from "./Ties";
import { TimeSlider } from "./TimeSlider";
import { Question, Toolbar } from "./Toolbar";
import { useGo } from "./use-go";
import { useLayout } from "./use-layout";
import { usePicture } from "./use-picture";
import * as views from "./view";

const route = getRouteApi("/frame/projects/$slug/graph");

interface GraphProps {
  project: string;
  status: GraphStatus;
  /** What has it indexed again. */
  again: ReactNode;
}

/** A part of the graph, drawn or listed, and what is selected in it. */
export function Graph({ project, status, again }: GraphProps) {
  const search = route.useSearch();
  // Where one looks is no part of what is shown: moving about must not draw everything anew.
  const asked = route.useSearch({ select: withoutCamera, structuralSharing: true });
  const view = useMemo(() => views.viewOf(asked, status), [asked, status]);
  const { go, slide, look: noteCamera } = useGo();
  const paints = usePaints();
  const [scene, setScene] = useState<Scene>();
  const [broken, setBroken] = useState(false);
  const onBroken = useCallback(() => {
    setBroken(true);
  }, []);
  const shows = broken ? "table" : (search.view ?? (narrow.matches ? "table" : "map"));

  const picking = view.mode === "path" && view.to === undefined;
  const question = picking ? undefined : view.mode;
  const { query, picture, from, to } = usePicture(project, view);
  const { places, settled } = useLayout(picture, partOf(view), question, view.of);
  const { legend, seen, look } = useLook(view, picture, status);
  const bare = query.isSuccess && picture.dots.length === 0;
  const byId = useMemo(() => new Map(picture.dots.map((dot) => [dot.id, dot])), [picture]);

  const select = (id: string | undefined) => {
    if (picking && id !== undefined) go({ to: id });
    else slide({ node: id });
  };
  const open = (id: string) => {
    const dot = byId.get(id);
    if (dot === undefined) return;
    if (opens(dot) && dot.path !== view.under) go(views.opened(dot.kind, dot.path));
    else go(views.asked("impact", id));
  };
  const above = views.above(view);
  const up = () => {
    if (above) go(above);
  };
  const found = (node: GraphNode) => {
    go(picking ? { to: String(node.id) } : views.whereToSee(node));
  };
  useKey("Escape", above && up);
  const { node } = view;
  useKey(
    "i",
    node === undefined
      ? undefined
      : () => {
          go(views.asked("impact", node));
        },
  );

  return (
    <>
      <Toolbar
        project={project}
        view={view}
        shows={shows}
        picture={seen}
        scene={scene}
        paints={paints}
        onFound={found}
        onGo={go}
      />
      {view.mode !== undefined && (
        <Question
          mode={view.mode}
          from={from}
          to={picking ? undefined : (to ?? "…")}
          depth={view.depth}
          found={picking || !query.isSuccess ? undefined : picture.dots.length}
          truncated={picture.truncated}
          onGo={slide}
          onClose={up}
        />
      )}
      {broken && (
        <Notice>This browser draws no WebGL: the graph is listed instead of drawn.</Notice>
      )}
      {picture.truncated && question === undefined && (
        <Notice tone="plain">
          Only {count(picture.dots.length)} nodes are shown. Open a folder to see all of it.
        </Notice>
      )}
      <div className="graph-body">
        <div className="graph-main">
          {query.isError && (
            <ErrorState
              trouble={troubleOf(query.error, "load this part of the graph")}
              onRetry={() => void query.refetch()}
            />
          )}
          {query.isPending && <Skeleton />}
          {bare && (
            <Empty title={question === "path" ? "No way" : "Nothing is here"}>
              {question === "path"
                ? "No links lead from one to the other, whichever way they are followed."
                : "The graph holds nothing of that name any more. Go up to see what it holds."}
            </Empty>
          )}
          {query.isSuccess && !bare && shows === "table" && (
            <NodeTable project={project} dots={seen.dots} legend={legend} />
          )}
          {query.isSuccess && !bare && shows === "map" && (
            <Canvas
              label={`Graph of ${project}, ${count(seen.dots.length)} nodes. Arrow keys walk along links, Enter opens, Escape goes back. The table lists the same.`}
              part={partOf(view)}
              picture={picture}
              places={places}
              settled={settled}
              look={look}
              camera={views.parseCamera(search.at)}
              scene={scene}
              onScene={setScene}
              onSelect={select}
              onOpen={open}
              onUp={up}
              onCamera={noteCamera}
              onBroken={onBroken}
            />
          )}
        </div>
        <aside className="graph-side" aria-label="What is selected">
          {node === undefined ? (
            <Summary status={status} again={again} />
          ) : (
            <Panel project={project} id={node} dot={byId.get(node)} drawn={look.shown} onGo={go} />
          )}
          <LegendBox
            legend={legend}
            colour={question === "impact" ? undefined : view.colour}
            colours={useful(picture.dots, view.colour)}
            hidden={view.hidden}
            onColour={(colour) => {
              slide({ colour, hide: undefined });
            }}
            onToggle={(entry) => {
              slide({ hide: views.toggled(view.hidden, entry) });
            }}
          />
          <TimeSlider
            dots={picture.dots}
            until={view.until}
            onUntil={(until) => {
              slide({ until: until === undefined ? undefined : String(until) });
            }}
          />
          {node === undefined && <Ties key={project} project={project} />}
        </aside>
      </div>
    </>
  );
}

/** Where there is no room for a canvas beside anything. */
const narrow = matchMedia("(max-width: 720px)");

function withoutCamera(search: views.Search): views.Search {
  return { ...search, at: undefined };
}

/** Names what is shown: within it things keep their places as the graph changes. */
function partOf({ level, under, mode, of, to }: views.View): string {
  if (mode === undefined || (mode === "path" && to === undefined)) return `${level} ${under}`;
  return `${mode} ${of ?? ""} ${to ?? ""}`;
}

/** What everything looks like under a view. */
function useLook(
  view: views.View,
  picture: ReturnType<typeof usePicture>["picture"],
  status: GraphStatus,
) {
  const paints = usePaints();
  const asks = view.mode !== undefined && (view.mode !== "path" || view.to !== undefined);
  const { languages } = status;
  const legend = useMemo(() => {
    const colour = view.mode === "impact" ? "distance" : view.colour;
    return makeLegend(
      picture,
      colour,
      languages.map((share) => share.language),
    );
  }, [picture, view.mode, view.colour, languages]);
  const seen = useMemo(() => filtered(picture, legend, view), [picture, legend, view]);
  const look = useMemo<Look>(() => {
    // An answer is about the one that was asked of: nothing of it stands back.
    const chosen = asks && view.node === view.of ? undefined : view.node;
    const near = chosen === undefined ? undefined : neighbours(seen.lines).get(chosen);
    return {
      paints,
      legend,
      shown: new Set(seen.dots.map((dot) => dot.id)),
      hidden: view.hidden,
      selected: view.node,
      near: chosen === undefined ? undefined : (near ?? new Set()),
      arrows: asks,
    };
  }, [paints, legend, seen, view, asks]);
  return { legend, seen, look };
}

/** The colours that would tell something about these dots. */
function useful(dots: readonly Dot[], chosen: views.Colour): readonly views.Colour[] {
  const tells: Record<views.Colour, (dot: Dot) => boolean> = {
    kind: () => true,
    language: (dot) => dot.language !== undefined,
    changes: (dot) => dot.changes > 0,
    owner: (dot) => dot.owner !== undefined,
    ghosts: (dot) => dot.ghosts > 0,
  };
  const all: readonly views.Colour[] = ["kind", "language", "changes", "owner", "ghosts"];
  return all.filter((colour) => colour === chosen || dots.some(tells[colour]));
}
