/** The seconds between one time and the next. */
export function gaps(times: readonly string[]): number[] {
  const at = times.map((time) => Date.parse(time));
  return at.slice(1).map((time, place) => (time - (at[place] ?? time)) / 1000);
}
