import { useSyncExternalStore } from "react";

export type Theme = "light" | "dark" | "system";

const KEY = "theme";

function read(): Theme {
  const stored = localStorage.getItem(KEY);
  return stored === "light" || stored === "dark" ? stored : "system";
}

/** Remembers the choice; `theme.js`, which also runs before the first paint, puts it into effect. */
export function setTheme(theme: Theme): void {
  if (theme === "system") localStorage.removeItem(KEY);
  else localStorage.setItem(KEY, theme);
  window.dispatchEvent(new Event("themechange"));
}

function subscribe(listener: () => void): () => void {
  window.addEventListener("themechange", listener);
  window.addEventListener("storage", listener);
  return () => {
    window.removeEventListener("themechange", listener);
    window.removeEventListener("storage", listener);
  };
}

export function useTheme(): Theme {
  return useSyncExternalStore(subscribe, read);
}
