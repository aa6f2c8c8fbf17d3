import { useSyncExternalStore } from "react";

type Overlay = "palette" | "keys" | undefined;

let open: Overlay;
const listeners = new Set<() => void>();

export function show(overlay: Overlay): void {
  open = overlay;
  for (const listener of listeners) listener();
}

export function openPalette(): void {
  show("palette");
}

export function useOverlay(): Overlay {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => open,
  );
}
