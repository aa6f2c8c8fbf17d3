import { useSyncExternalStore } from "react";

/** What is to be said, waiting for the widget that says it. */
export interface Saying {
  readonly title: string;
  readonly description?: string;
  readonly problem?: true;
}

const nothing: readonly Saying[] = [];
let waiting = nothing;
const listeners = new Set<() => void>();

function add(saying: Saying): void {
  waiting = [...waiting, saying];
  for (const listener of listeners) listener();
}

/** Says that something was done. What went wrong is said where it was asked for. */
export function say(title: string, description?: string): void {
  add({ title, ...(description !== undefined && { description }) });
}

/** For what fails where there is no place to say so: a menu entry, a key press. */
export function complain(title: string, description: string): void {
  add({ title, description, problem: true });
}

export function takeSayings(): readonly Saying[] {
  const taken = waiting;
  waiting = nothing;
  return taken;
}

export function useSayings(): readonly Saying[] {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => waiting,
  );
}
