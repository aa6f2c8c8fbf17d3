import { useClock } from "./clock";
import { age, fullMoment, moment } from "./words";

/** How long something lasts, or with `ago` how long ago it was, ticking. */
export function Age({ at, ago = false }: { at: string; ago?: boolean }) {
  const words = useClock((now) => age(at, now));
  return (
    <time className="number age" dateTime={at} title={fullMoment(at)}>
      {words === "now" ? (ago ? "now" : "0 s") : ago ? `${words} ago` : words}
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
