import { useEffect, useSyncExternalStore } from "react";
import type { IconName } from "../../ui/Icon";

/** Something the palette can do. */
export interface Command {
  readonly id: string;
  readonly label: string;
  readonly group: string;
  readonly icon?: IconName;
  readonly keys?: string;
  /** More words to find it by. */
  readonly also?: string;
  readonly run: () => void;
}

let offered = new Map<object, readonly Command[]>();
const listeners = new Set<() => void>();

function set(owner: object, commands: readonly Command[] | undefined): void {
  offered = new Map(offered);
  if (commands === undefined) offered.delete(owner);
  else offered.set(owner, commands);
  for (const listener of listeners) listener();
}

/** Offers what a page can do for as long as it is shown. `commands` has to be memoised. */
export function useCommands(commands: readonly Command[]): void {
  useEffect(() => {
    set(commands, commands);
    return () => {
      set(commands, undefined);
    };
  }, [commands]);
}

export function useOffered(): readonly Command[] {
  const map = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => offered,
  );
  return [...map.values()].flat();
}
