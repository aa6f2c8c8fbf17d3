import { useMemo } from "react";
import type { Dot } from "./picture";

const DAY = 86_400;
const day = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeZone: "UTC" });

interface TimeSliderProps {
  dots: readonly Dot[];
  until: number | undefined;
  onUntil: (until: number | undefined) => void;
}

/** The graph as it grew, where commits were read: what came later is left out. */
export function TimeSlider({ dots, until, onUntil }: TimeSliderProps) {
  const range = useMemo(() => rangeOf(dots), [dots]);
  if (range === undefined) return null;
  const [first, last] = range;
  const now = Math.min(last, Math.max(first, until ?? last));
  return (
    <label className="graph-time">
      <span>
        As of <span className="number">{day.format(now * 1000)}</span>
      </span>
      <input
        type="range"
        min={first}
        max={last}
        step={DAY}
        value={now}
        onChange={(event) => {
          const chosen = Number(event.target.value);
          onUntil(chosen >= last ? undefined : chosen);
        }}
      />
    </label>
  );
}

/** The first and the last day on which something came, as ends of days; nothing for a single day. */
export function rangeOf(
  dots: readonly Pick<Dot, "firstChange">[],
): readonly [number, number] | undefined {
  let [first, last] = [Infinity, -Infinity];
  for (const { firstChange } of dots) {
    if (firstChange === undefined) continue;
    const end = (Math.floor(firstChange / DAY) + 1) * DAY - 1;
    first = Math.min(first, end);
    last = Math.max(last, end);
  }
  return first < last ? [first, last] : undefined;
}
