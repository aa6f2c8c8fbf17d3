import { type KeyboardEvent, type RefObject, useEffect, useRef } from "react";
import { type Direction, type Places, towards } from "./layout";
import { neighbours, type Picture } from "./picture";
import { type Look, Scene } from "./scene";
import type { Camera } from "./view";

interface CanvasProps {
  /** What it shows, for who cannot see it. */
  label: string;
  /** Names what is shown; another part is looked at as a whole again. */
  part: string;
  picture: Picture;
  places: Places;
  /** The layout is done: nothing will move by itself. */
  settled: boolean;
  look: Look;
  camera: Camera | undefined;
  scene: Scene | undefined;
  onScene: (scene: Scene | undefined) => void;
  onSelect: (id: string | undefined) => void;
  onOpen: (id: string) => void;
  onUp: () => void;
  onCamera: (camera: Camera) => void;
  /** There is no WebGL here. */
  onBroken: () => void;
}

const still = matchMedia("(prefers-reduced-motion: reduce)");

export function Canvas(props: CanvasProps) {
  const { label, part, picture, places, look, camera, scene, onScene, onBroken } = props;
  const box = useRef<HTMLDivElement>(null);
  const latest = useRef(props);
  useEffect(() => {
    latest.current = props;
  });
  useEffect(() => {
    if (box.current === null) return;
    const made = makeScene(box.current, latest);
    if (made === undefined) {
      onBroken();
      return;
    }
    onScene(made);
    return () => {
      onScene(undefined);
      made.kill();
    };
  }, [onScene, onBroken]);
  useEffect(() => {
    scene?.show(picture, places, !still.matches);
  }, [scene, picture, places]);
  useEffect(() => {
    scene?.dress(look);
  }, [scene, look, picture]);
  const wanted = useRef(camera);
  useEffect(() => {
    if (scene === undefined) return;
    // The address says where to look once, as the page is opened.
    scene.lookAt(wanted.current);
    wanted.current = undefined;
  }, [scene, part]);
  const { selected } = look;
  useEffect(() => {
    const place = selected === undefined ? undefined : places[selected];
    if (place !== undefined) scene?.reveal(place);
  }, [scene, selected, places]);

  return (
    <div
      className="graph-canvas"
      data-settled={props.settled}
      ref={box}
      role="application"
      aria-label={label}
      tabIndex={0}
      onKeyDown={(event) => {
        onKey(event, props);
      }}
    />
  );
}

/** Nothing where there is no WebGL. */
function makeScene(box: HTMLElement, latest: RefObject<CanvasProps>): Scene | undefined {
  try {
    return new Scene(box, {
      onSelect: (id) => {
        latest.current.onSelect(id);
      },
      onOpen: (id) => {
        latest.current.onOpen(id);
      },
      onUp: () => {
        latest.current.onUp();
      },
      onCamera: (camera) => {
        latest.current.onCamera(camera);
      },
    });
  } catch {
    return undefined;
  }
}

const directions: Partial<Record<string, Direction>> = {
  ArrowLeft: "left",
  ArrowRight: "right",
  ArrowUp: "up",
  ArrowDown: "down",
};

function onKey(event: KeyboardEvent, props: CanvasProps): void {
  const direction = directions[event.key];
  const { selected } = props.look;
  if (direction !== undefined) {
    event.preventDefault();
    const next = step(props, direction);
    if (next !== undefined) props.onSelect(next);
  } else if (event.key === "Enter" && selected !== undefined) {
    event.preventDefault();
    props.onOpen(selected);
  } else if (event.key === "+" || event.key === "-") {
    event.preventDefault();
    props.scene?.zoom(event.key === "+" ? 1 / 1.5 : 1.5);
  }
}

/** The next one that way: of those linked with the selected one, or else of all. */
function step({ picture, places, look }: CanvasProps, direction: Direction): string | undefined {
  const shown = picture.dots.filter((dot) => look.shown.has(dot.id));
  const from = look.selected === undefined ? undefined : places[look.selected];
  if (look.selected === undefined || from === undefined) return shown[0]?.id;
  const placed = (ids: Iterable<string>) =>
    [...ids].flatMap((id) => {
      const place = places[id];
      return place === undefined || !look.shown.has(id) ? [] : [[id, place] as const];
    });
  const lines = picture.lines.filter((line) => !look.hidden.has(`link:${line.kind}`));
  const linked = neighbours(lines).get(look.selected) ?? [];
  return (
    towards(from, placed(linked), direction) ??
    towards(from, placed(shown.map((dot) => dot.id)), direction)
  );
}
