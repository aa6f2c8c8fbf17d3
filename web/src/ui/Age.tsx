import { useClock } from "./clock";
import { age, fullMoment, moment } from "./words";

/** How long ago something was, ticking. */
export function Age({ at, ago = false }: { at: string; ago?: boolean }) {
  const words = useClock((now) => age(at, now));
  return (
    <time className="number age" dateTime={at} title={fullMoment(at)}>
      {ago && words !== "now" ? `${words} ago` : words}
    </time>
  );
}

export function Moment({ at }: { at: string }) {
  return (
    <time className="number" dateTime={at} title={fullMoment(at)}>
      {moment(at)}
    </time>
  );
}
