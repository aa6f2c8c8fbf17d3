import { useEffect, useMemo, useRef, useState } from "react";
import { column, layOut, pinnable, type Places, rings, seeds, type Task } from "./layout";
import type { Dot, Picture } from "./picture";
import type { Mode } from "./view";

interface Done {
  readonly task: Omit<Task, "pinned">;
  readonly places: Places;
}

/** So few nodes take less time than asking another thread. */
const AT_ONCE = 60;

/**
 * Where everything stands. A walk stands on rings and a way in a column; a map begins at its seeds and
 * comes to rest in a worker. `part` names what is shown: as its graph changes, what is not touched by
 * the change stays where it was.
 */
export function useLayout(
  picture: Picture,
  part: string,
  mode: Mode | undefined,
  of: string | undefined,
): { places: Places; settled: boolean } {
  const task = useMemo(() => taskOf(picture), [picture]);
  const still = useMemo(() => {
    if (mode === "path") return column(picture.dots);
    if (mode !== undefined) return rings(picture.dots, of);
    return picture.dots.length <= AT_ONCE ? layOut({ ...task, pinned: {} }) : undefined;
  }, [picture, task, mode, of]);
  const rested = useRef(new Map<string, Done>());
  const [done, setDone] = useState<Done>();

  useEffect(() => {
    if (still !== undefined) return;
    const pinned = keep(rested.current.get(part), task);
    const worker = new Worker(new URL("./layout.worker.ts", import.meta.url), { type: "module" });
    worker.onmessage = ({ data: places }: MessageEvent<Places>) => {
      const next = { task, places };
      rested.current.set(part, next);
      setDone(next);
    };
    worker.postMessage({ ...task, pinned } satisfies Task);
    return () => {
      worker.terminate();
    };
  }, [still, task, part]);

  return useMemo(() => {
    if (still !== undefined) return { places: still, settled: true };
    if (done?.task === task) return { places: done.places, settled: true };
    return { places: seeds(task.dots, done?.places), settled: false };
  }, [still, done, task]);
}

function taskOf({ dots, lines }: Picture): Omit<Task, "pinned"> {
  return {
    dots: dots.map(({ id, path, qualifiedName }: Dot) => ({ id, path, qualifiedName })),
    lines: lines.map(({ from, to, count }) => ({ from, to, count })),
  };
}

function keep(before: Done | undefined, task: Omit<Task, "pinned">): Places {
  if (before === undefined) return {};
  const unmoved = pinnable({ ...before.task, pinned: {} }, task);
  return Object.fromEntries(
    task.dots.flatMap(({ id }) => {
      const place = before.places[id];
      return place !== undefined && unmoved.has(id) ? [[id, place] as const] : [];
    }),
  );
}
