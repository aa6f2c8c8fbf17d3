import type { Tone } from "./Status";
import { clockTime, percent } from "./words";
import "./chart.css";

export interface Hour {
  readonly from: string;
  readonly worst: Tone;
  /** The part of the hour that was online, 0 to 1. */
  readonly online: number;
}

const LOW = 0.34;

/** How much of its place an hour fills: an outage leaves a gap one sees, an unknown hour a stub. */
export function fullness(hour: Hour): number {
  if (hour.worst === "unknown") return 0.2;
  if (hour.worst === "online") return 1;
  return LOW + (1 - LOW) * Math.min(1, Math.max(0, hour.online)) * 0.85;
}

/** What the strip shows, in words. */
export function stripWords(hours: readonly Hour[], uptime: number | null | undefined): string {
  const bad = hours.filter((hour) => hour.worst === "offline" || hour.worst === "degraded").length;
  const known = hours.filter((hour) => hour.worst !== "unknown").length;
  if (known === 0) return "nothing known of the last 24 hours";
  const share = uptime == null ? "" : `${percent(uptime)} up, `;
  if (bad === 0) return `${share}no trouble in ${known} h`;
  return `${share}trouble in ${bad} of ${known} h`;
}

/** The last 24 hours in the width of a word. */
export function UptimeStrip({
  hours,
  uptime,
}: {
  hours: readonly Hour[];
  uptime?: number | null | undefined;
}) {
  const width = 100 / Math.max(1, hours.length);
  return (
    <svg
      className="strip"
      viewBox="0 0 100 16"
      preserveAspectRatio="none"
      role="img"
      aria-label={stripWords(hours, uptime)}
    >
      {hours.map((hour, place) => {
        const height = 16 * fullness(hour);
        return (
          <rect
            key={hour.from}
            className={hour.worst}
            x={place * width}
            y={16 - height}
            width={width * 0.72}
            height={height}
          />
        );
      })}
    </svg>
  );
}

/** The same, large: each hour tells about itself. */
export function UptimeBand({ hours }: { hours: readonly Hour[] }) {
  const first = hours[0];
  return (
    <figure>
      <ol className="band">
        {hours.map((hour) => (
          <li key={hour.from} className="grow">
            <button
              type="button"
              className="band-hour"
              aria-label={hourWords(hour)}
              data-tip={hourWords(hour)}
            >
              <span
                className={`band-bar ${hour.worst}`}
                style={{ height: `${fullness(hour) * 100}%` }}
              />
            </button>
          </li>
        ))}
      </ol>
      <figcaption className="band-scale">
        <span>{first === undefined ? "24 hours ago" : clockTime(first.from)}</span>
        <span>now</span>
      </figcaption>
    </figure>
  );
}

function hourWords(hour: Hour): string {
  const from = new Date(hour.from);
  const until = new Date(from.getTime() + 3_600_000);
  const span = `${clockTime(from)} to ${clockTime(until)}`;
  if (hour.worst === "unknown") return `${span}: nothing known`;
  return `${span}: ${hour.worst === "online" ? "online" : `${hour.worst} at worst, online ${percent(hour.online)}`}`;
}
