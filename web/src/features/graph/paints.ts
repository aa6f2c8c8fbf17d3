import { useSyncExternalStore } from "react";
import type { Tint } from "./legend";

/** The colours of the canvas, which CSS cannot reach, as the theme has them now. */
export interface Paints {
  readonly tint: (tint: Tint) => string;
  readonly surface: string;
  readonly text: string;
  readonly line: string;
  readonly faded: string;
  readonly accent: string;
}

function read(): Paints {
  const style = getComputedStyle(document.documentElement);
  const value = (name: string) => style.getPropertyValue(name).trim();
  return {
    tint: (tint) => value(`--graph-${tint}`),
    surface: value("--surface"),
    text: value("--text"),
    line: value("--graph-line"),
    faded: value("--graph-faded"),
    accent: value("--accent"),
  };
}

let theme: string | undefined;
let paints: Paints | undefined;

export function usePaints(): Paints {
  return useSyncExternalStore(subscribe, () => {
    const now = document.documentElement.dataset.theme;
    if (paints === undefined || theme !== now) {
      theme = now;
      paints = read();
    }
    return paints;
  });
}

function subscribe(listener: () => void): () => void {
  const observer = new MutationObserver(listener);
  observer.observe(document.documentElement, { attributeFilter: ["data-theme"] });
  return () => {
    observer.disconnect();
  };
}
