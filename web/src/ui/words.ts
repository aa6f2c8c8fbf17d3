const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** How long ago, short enough for a column: `2 s`, `12 min`, `3 h`, `5 d`. */
export function age(from: string | Date, now: number): string {
  return span(Math.max(0, now - new Date(from).getTime()));
}

/** A length of time in its largest unit, rounded down as clocks do. */
export function span(milliseconds: number): string {
  if (milliseconds < SECOND) return "now";
  if (milliseconds < MINUTE) return `${Math.floor(milliseconds / SECOND)} s`;
  if (milliseconds < HOUR) return `${Math.floor(milliseconds / MINUTE)} min`;
  if (milliseconds < 2 * DAY) return `${Math.floor(milliseconds / HOUR)} h`;
  return `${Math.floor(milliseconds / DAY)} d`;
}

const time = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });
const seconds = new Intl.DateTimeFormat("en-GB", { timeStyle: "medium" });
const day = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short" });
const dayAndYear = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium" });

export function clockTime(at: string | Date): string {
  return time.format(new Date(at));
}

/** `12:04:09` today, `3 Nov, 12:04` this year, `3 Nov 2025` before that. */
export function moment(at: string | Date, now: number = Date.now()): string {
  const date = new Date(at);
  const today = new Date(now);
  if (date.toDateString() === today.toDateString()) return seconds.format(date);
  if (date.getFullYear() === today.getFullYear())
    return `${day.format(date)}, ${time.format(date)}`;
  return dayAndYear.format(date);
}

/** In full, for who hovers. */
export function fullMoment(at: string | Date): string {
  const date = new Date(at);
  return `${dayAndYear.format(date)}, ${seconds.format(date)}`;
}

const whole = new Intl.NumberFormat("en-GB");

export function count(number: number): string {
  return whole.format(number);
}

/** `1 project`, `40 projects`. */
export function counted(number: number, one: string, many = `${one}s`): string {
  return `${count(number)} ${number === 1 ? one : many}`;
}

/** A part of 1 as people compare uptimes: 100 % only when it is, two digits where they matter. */
export function percent(part: number): string {
  if (part >= 1) return "100 %";
  const cut = Math.floor(part * 10_000) / 100;
  return `${cut >= 99 ? cut.toFixed(2) : cut.toFixed(1)} %`;
}

const units = ["B", "kB", "MB", "GB", "TB"] as const;

export function bytes(number: number): string {
  let rest = number;
  let unit = 0;
  while (rest >= 1000 && unit < units.length - 1) {
    rest /= 1000;
    unit += 1;
  }
  return `${unit === 0 || rest >= 100 ? Math.round(rest) : rest.toFixed(1)} ${units[unit] ?? "B"}`;
}
