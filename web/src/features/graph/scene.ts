import Graph from "graphology";
import Sigma from "sigma";
import { EdgeArrowProgram } from "sigma/rendering";
import { animateNodes } from "sigma/utils";
import { drawHover, Labels } from "./labels";
import { boxOf, type Place, type Places } from "./layout";
import type { Legend } from "./legend";
import type { Paints } from "./paints";
import { type Dot, labelOf, opens, type Picture } from "./picture";
import { dotProgram, lineProgram } from "./programs";
import type { Camera } from "./view";

interface Handlers {
  readonly onSelect: (id: string | undefined) => void;
  readonly onOpen: (id: string) => void;
  /** One zoomed out of what is shown. */
  readonly onUp: () => void;
  readonly onCamera: (camera: Camera) => void;
}

/** How everything looks, apart from where it is. */
export interface Look {
  readonly paints: Paints;
  readonly legend: Legend;
  /** The dots that the legend lets through. */
  readonly shown: ReadonlySet<string>;
  readonly hidden: ReadonlySet<string>;
  readonly selected: string | undefined;
  /** What is linked with the one that is selected; absent where nothing stands back behind it. */
  readonly near: ReadonlySet<string> | undefined;
  /** Lines have a direction that matters here. */
  readonly arrows: boolean;
}

const MOVE = 140;
/** After so long without a change the canvas stands still. */
const REST = 120;
/** Past these a turn of the wheel opens what is in the middle, or leaves what is open. */
const OPENS_AT = 0.09;
const LEAVES_AT = 2.2;
/** More lines than this are not drawn while the canvas moves. */
const MANY_LINES = 4000;
/** So many lines of an answer meet in its middle that their colour and arrows would be a blot. */
const BUNDLE = 100;
/** So wide and high a canvas shows dots as large as they are meant to be. */
const ROOM = 500;
const WHOLE = { x: 0.5, y: 0.5, ratio: 1 };

type DotAttributes = Place & { size: number; label: string; dot: Dot };
interface LineAttributes {
  kind: string;
  size: number;
}

/** The canvas: draws a picture with WebGL and says what is done to it. */
export class Scene {
  private readonly sigma: Sigma<DotAttributes, LineAttributes>;
  private look: Look | undefined;
  private picture: Picture | undefined;
  private readonly labels = new Labels();
  private wheeled = false;
  private readonly frame = { moving: false, crowded: false };
  private bundled = false;
  private rest: ReturnType<typeof setTimeout> | undefined;
  private stopMoving: (() => void) | undefined;
  private readonly observer: ResizeObserver;
  private readonly handlers: Handlers;

  /** Fails where there is no WebGL. */
  constructor(container: HTMLElement, handlers: Handlers) {
    this.handlers = handlers;
    const graph = new Graph<DotAttributes, LineAttributes>({ multi: true });
    this.sigma = new Sigma<DotAttributes, LineAttributes>(graph, container, {
      allowInvalidContainer: true,
      defaultDrawNodeLabel: this.labels.ask,
      defaultDrawNodeHover: (context, dot, settings) => {
        if (this.look) {
          const { width } = this.sigma.getDimensions();
          drawHover<DotAttributes, LineAttributes>(this.look.paints, width)(context, dot, settings);
        }
      },
      nodeProgramClasses: { circle: dotProgram(this.frame) },
      edgeProgramClasses: { line: lineProgram(this.frame), arrow: EdgeArrowProgram },
      defaultEdgeType: "line",
      labelFont: "Inter, sans-serif",
      labelSize: 12,
      labelWeight: "500",
      labelDensity: 1.5,
      labelGridCellSize: 60,
      minCameraRatio: 0.02,
      maxCameraRatio: 3,
      stagePadding: 48,
      zIndex: true,
      zoomDuration: MOVE,
      inertiaDuration: 0,
      nodeReducer: (id, dot) => this.reduceDot(id, dot),
      edgeReducer: (id, line) => this.reduceLine(id, line),
    });
    this.listen();
    this.observer = new ResizeObserver(() => {
      this.sigma.resize();
      this.fit();
      this.sigma.scheduleRender();
    });
    this.observer.observe(container);
  }

  /** On a small canvas everything is smaller. */
  private fit(): void {
    const { width, height } = this.sigma.getDimensions();
    const shrink = Math.max(1, ROOM / Math.min(width, height));
    this.sigma.setSetting("zoomToSizeRatioFunction", (ratio) => Math.sqrt(ratio) * shrink);
    this.sigma.setSetting("labelRenderedSizeThreshold", 5 / shrink);
  }

  private listen(): void {
    this.sigma.on("beforeRender", () => {
      this.labels.clear(this.sigma.getDimensions().width);
    });
    this.sigma.on("afterRender", () => {
      const context = this.sigma.getCanvases().labels?.getContext("2d");
      if (context && this.look) this.labels.paint(context, this.look.paints);
    });
    this.sigma.on("clickNode", ({ node }) => {
      this.handlers.onSelect(node);
    });
    this.sigma.on("clickStage", () => {
      this.handlers.onSelect(undefined);
    });
    this.sigma.on("doubleClickNode", (event) => {
      event.preventSigmaDefault();
      this.handlers.onOpen(event.node);
    });
    this.sigma.on("enterNode", () => {
      this.sigma.getContainer().style.cursor = "pointer";
    });
    this.sigma.on("leaveNode", () => {
      this.sigma.getContainer().style.cursor = "";
    });
    this.sigma.getMouseCaptor().on("wheel", () => {
      this.wheeled = true;
    });
    // A click right after a move has to find what it was on.
    this.sigma.getCanvases().mouse?.addEventListener("pointerup", () => {
      this.standStill();
    });
    this.sigma.getCamera().on("updated", (state) => {
      this.move();
      this.handlers.onCamera(state);
      if (this.wheeled) this.zoomed(state);
    });
  }

  private move(): void {
    clearTimeout(this.rest);
    this.rest = setTimeout(() => {
      this.standStill();
    }, REST);
    if (!this.frame.moving) this.setMoving(true);
  }

  private setMoving(moving: boolean): void {
    this.frame.moving = moving;
    const { edges, hovers, hoverNodes } = this.sigma.getCanvases();
    // An empty layer costs as much to put on the screen as a full one.
    edges?.toggleAttribute("hidden", moving && this.frame.crowded);
    const unmarked = moving && this.look?.selected === undefined;
    hovers?.toggleAttribute("hidden", unmarked);
    hoverNodes?.toggleAttribute("hidden", unmarked);
  }

  /** Draws what was left out of a move. */
  private standStill(schedule = false): void {
    clearTimeout(this.rest);
    if (!this.frame.moving) return;
    this.setMoving(false);
    this.sigma.refresh({ partialGraph: {}, skipIndexation: true, schedule });
  }

  private zoomed({ ratio }: Camera): void {
    if (ratio > LEAVES_AT) {
      this.wheeled = false;
      this.handlers.onUp();
    }
    if (ratio >= OPENS_AT) return;
    const id = this.inTheMiddle();
    if (id === undefined) return;
    this.wheeled = false;
    this.handlers.onOpen(id);
  }

  /** The cluster nearest to the middle of what is seen. */
  private inTheMiddle(): string | undefined {
    const { width, height } = this.sigma.getDimensions();
    const graph = this.sigma.getGraph();
    let best: { id: string; distance: number } | undefined;
    graph.forEachNode((id, { x, y, dot }) => {
      if (!opens(dot)) return;
      const seen = this.sigma.graphToViewport({ x, y });
      const distance = Math.hypot(seen.x - width / 2, seen.y - height / 2);
      if (distance < Math.min(width, height) / 3 && distance < (best?.distance ?? Infinity)) {
        best = { id, distance };
      }
    });
    return best?.id;
  }

  /** Draws a picture; one that is drawn already only moves. */
  show(picture: Picture, places: Places, moves: boolean): void {
    this.stopMoving?.();
    this.sigma.setCustomBBox(boxOf(places));
    if (picture === this.picture) {
      const graph = this.sigma.getGraph();
      if (moves) {
        this.stopMoving = animateNodes(graph, targetsOf(places), { duration: MOVE });
      } else {
        graph.updateEachNodeAttributes((id, old) => ({ ...old, ...places[id] }));
      }
      return;
    }
    this.picture = picture;
    const graph = new Graph<DotAttributes, LineAttributes>({ multi: true });
    for (const dot of picture.dots) {
      graph.addNode(dot.id, {
        ...(places[dot.id] ?? { x: 0, y: 0 }),
        size: sizeOf(dot, picture.dots.length),
        label: labelOf(dot),
        dot,
      });
    }
    for (const { from, to, kind, count } of picture.lines) {
      graph.addEdge(from, to, { kind, size: Math.min(4, 0.6 + Math.log2(count) / 3) });
    }
    this.frame.crowded = picture.lines.length > MANY_LINES;
    this.bundled = picture.lines.length > BUNDLE;
    this.sigma.setGraph(graph);
    this.wheeled = false;
  }

  dress(look: Look): void {
    this.look = look;
    this.sigma.scheduleRefresh();
  }

  private reduceDot(id: string, { x, y, size, label, dot }: DotAttributes) {
    const look = this.look;
    if (look === undefined) return { x, y, size, label };
    const entry = look.legend.entryOf(dot);
    const chosen = id === look.selected;
    const faded = look.near !== undefined && !chosen && !look.near.has(id);
    return {
      x,
      y,
      size: chosen ? size + 3 : size,
      label: faded ? null : label,
      hidden: !look.shown.has(id),
      color: faded || entry === undefined ? look.paints.faded : look.paints.tint(entry.tint),
      highlighted: chosen,
      zIndex: chosen ? 2 : faded ? 0 : 1,
    };
  }

  private reduceLine(id: string, { kind, size }: LineAttributes) {
    const look = this.look;
    if (look === undefined) return { size };
    const [from, to] = this.sigma.getGraph().extremities(id);
    const plain = this.bundled && look.near === undefined;
    const touches = !plain && (from === look.selected || to === look.selected);
    const contains = kind === "contains";
    return {
      size: contains ? 0.5 : touches ? size + 0.6 : size,
      type: look.arrows && !plain && !contains ? "arrow" : "line",
      color: touches && !contains ? look.paints.accent : look.paints.line,
      hidden:
        look.hidden.has(`link:${kind}`) ||
        (look.selected !== undefined && !touches && !look.arrows && !contains),
      zIndex: touches ? 1 : 0,
    };
  }

  /** Brings a place into sight, unless it is. */
  reveal(place: Place): void {
    // What was shown just now is measured only as it is drawn.
    this.sigma.refresh();
    const seen = this.sigma.graphToViewport(place);
    const { width, height } = this.sigma.getDimensions();
    const margin = 40;
    const inside =
      seen.x > margin && seen.y > margin && seen.x < width - margin && seen.y < height - margin;
    if (inside) return;
    const centre = this.sigma.viewportToFramedGraph(seen);
    this.lookAt({ ...centre, ratio: Math.min(0.6, this.sigma.getCamera().ratio) });
  }

  lookAt(camera: Camera | undefined): void {
    this.sigma.getCamera().setState({ ...WHOLE, ...camera, angle: 0 });
    this.standStill(true);
  }

  zoom(by: number): void {
    const camera = this.sigma.getCamera();
    camera.setState({ ratio: camera.getBoundedRatio(camera.ratio * by) });
    this.standStill(true);
  }

  /** Where every dot that can be seen stands on the canvas, in pixels from its upper left corner. */
  placed(): { dot: Dot; x: number; y: number; size: number; color: string }[] {
    const graph = this.sigma.getGraph();
    return graph.mapNodes((id, { x, y, dot }) => {
      const drawn = this.sigma.getNodeDisplayData(id);
      const size = this.sigma.scaleSize(drawn?.size ?? 1);
      return { dot, ...this.sigma.graphToViewport({ x, y }), size, color: drawn?.color ?? "" };
    });
  }

  size(): { width: number; height: number } {
    return this.sigma.getDimensions();
  }

  /** A picture of what is seen, on the colour of the page. */
  snapshot(background: string): HTMLCanvasElement {
    // What WebGL drew is there only until the browser has shown it.
    this.sigma.refresh();
    const layers = this.sigma.getCanvases();
    const first = layers.nodes;
    const copy = document.createElement("canvas");
    copy.width = first?.width ?? 0;
    copy.height = first?.height ?? 0;
    const context = copy.getContext("2d");
    if (context === null) return copy;
    context.fillStyle = background;
    context.fillRect(0, 0, copy.width, copy.height);
    for (const name of ["edges", "nodes", "labels", "hovers"]) {
      const layer = layers[name];
      if (layer) context.drawImage(layer, 0, 0);
    }
    return copy;
  }

  kill(): void {
    this.stopMoving?.();
    clearTimeout(this.rest);
    this.observer.disconnect();
    this.sigma.kill();
  }
}

function targetsOf(places: Places): Record<string, Record<string, number>> {
  return Object.fromEntries(Object.entries(places).map(([id, { x, y }]) => [id, { x, y }]));
}

function sizeOf(dot: Dot, among: number): number {
  const much = dot.files > 0 ? dot.files : dot.symbols > 0 ? dot.symbols : dot.lines / 8;
  const [least, step] = among > 3000 ? [0.6, 0.25] : among > 400 ? [3, 0.8] : [5, 1.4];
  return least + Math.min(16, Math.log2(1 + much) * step);
}
