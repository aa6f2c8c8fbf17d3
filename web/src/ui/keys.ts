import { useEffect, useRef } from "react";

const PATIENCE = 1000;

/** Turns key presses into names of bindings: `j`, `?`, `mod+k`, or two in a row, `g p`. */
export class KeySequences {
  private first: { key: string; at: number } | undefined;

  /** The binding that `key`, pressed at `at` milliseconds, completes. */
  feed(key: string, at: number, known: (binding: string) => boolean): string | undefined {
    const first = this.first;
    this.first = undefined;
    if (first !== undefined && at - first.at <= PATIENCE) {
      const pair = `${first.key} ${key}`;
      if (known(pair)) return pair;
    }
    if (known(key)) return key;
    this.first = { key, at };
    return undefined;
  }
}

type Handler = () => void;
const bindings = new Map<string, Handler[]>();
const sequences = new KeySequences();

/** Binds a key for as long as the component is there; of several the newest acts. */
export function useKey(binding: string, handler: Handler | undefined): void {
  const latest = useRef(handler);
  useEffect(() => {
    latest.current = handler;
  });
  const bound = handler !== undefined;
  useEffect(() => {
    if (!bound) return;
    const act = () => latest.current?.();
    bindings.set(binding, [...(bindings.get(binding) ?? []), act]);
    return () => {
      const rest = (bindings.get(binding) ?? []).filter((other) => other !== act);
      if (rest.length === 0) bindings.delete(binding);
      else bindings.set(binding, rest);
    };
  }, [binding, bound]);
}

/** The name of a key press, or nothing for one that is the browser's or the system's. */
export function keyName(event: KeyboardEvent): string | undefined {
  if (event.altKey) return undefined;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  if (event.metaKey || event.ctrlKey) return `mod+${key}`;
  return key;
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || target.matches("input, textarea, select"))
  );
}

/** By a dialog or a menu that is open: a toast has the role of a dialog and covers nothing. */
function isCovered(): boolean {
  return document.querySelector(':is([role$="dialog"], [role="menu"])[data-open]') !== null;
}

/** Listens for the whole page; called once. */
export function listenForKeys(): () => void {
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.defaultPrevented || event.isComposing) return;
    const key = keyName(event);
    if (key === undefined || key === "Shift") return;
    // A chord works everywhere; a letter is text inside a field and the dialog's own above one.
    if (!key.startsWith("mod+") && (isTyping(event.target) || isCovered())) return;
    const binding = sequences.feed(key, event.timeStamp, (name) => bindings.has(name));
    const handlers = binding === undefined ? undefined : bindings.get(binding);
    const newest = handlers?.at(-1);
    if (newest === undefined) return;
    event.preventDefault();
    newest();
  };
  window.addEventListener("keydown", onKeyDown);
  return () => {
    window.removeEventListener("keydown", onKeyDown);
  };
}

const isApple = /Mac|iPhone|iPad/.test(navigator.userAgent);

/** A binding as people know its keys. */
export function keyWords(binding: string): string {
  return binding === "mod+k" ? (isApple ? "⌘K" : "Ctrl K") : binding.replace(" ", " then ");
}
