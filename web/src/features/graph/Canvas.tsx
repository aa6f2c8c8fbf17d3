import { type KeyboardEvent, type RefObject, useEffect, useRef, useState } from "react";
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
  look: Look;
  camera: Camera | undefined;
  scene: RefObject<Scene | null>;
  onSelect: (id: string | undefined) => void;
  onOpen: (id: string) => void;
  onUp: () => void;
  onCamera: (camera: Camera) => void;
  /** There is no WebGL here. */
  onBroken: () => void;
}

const still = matchMedia("(prefers-reduced-motion: reduce)");

export function Canvas(props: CanvasProps) {
  const { label, part, picture, places, look, camera, scene, onBroken } = props;
  const box = useRef<HTMLDivElement>(null);
  const latest = useRef(props);
  const [ready, setReady] = useState(false);
  useEffect(() => {
    latest.current = props;
  });
  useEffect(() => {
    if (box.current === null) return;
    try {
      scene.current = new Scene(box.current, {
        onSelect: (id) => {
          latest.current.onSelect(id);
        },
        onOpen: (id) => {
          latest.current.onOpen(id);
        },
        onUp: () => {
          latest.current.onUp();
        },
        onCamera: (state) => {
          latest.current.onCamera(state);
        },
      });
    } catch {
      onBroken();
      return;
    }
    setReady(true);
    return () => {
      scene.current?.kill();
      scene.current = null;
      setReady(false);
    };
  }, [scene, onBroken]);
  useEffect(() => {
    if (!ready) return;
    scene.current?.show(picture, places, !still.matches);
  }, [ready, scene, picture, places]);
  useEffect(() => {
    if (ready) scene.current?.dress(look);
  }, [ready, scene, look, picture]);
  const wanted = useRef(camera);
  useEffect(() => {
    if (!ready) return;
    // The address says where to look once, as the page is opened.
    scene.current?.lookAt(wanted.current);
    wanted.current = undefined;
  }, [ready, scene, part]);
  const { selected } = look;
  useEffect(() => {
    if (ready && selected !== undefined) scene.current?.reveal(selected);
  }, [ready, scene, selected, places]);

  return (
    <div
      className="graph-canvas"
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
    props.scene.current?.zoom(event.key === "+" ? 1 / 1.5 : 1.5);
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
