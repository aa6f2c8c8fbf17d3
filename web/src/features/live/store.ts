import { useSyncExternalStore } from "react";
import type { CloudEvent } from "../../api/types";
import { type FederationState, withEvent } from "./reducer";
import type { Connection } from "./stream";

/** What the stream brings that belongs to no query: its own state, beats, the latest events. */
interface Live {
  readonly connection: Connection;
  /** When the page last heard from the hub, in milliseconds. */
  readonly heardAt: number;
  readonly federation: FederationState | undefined;
  readonly events: readonly CloudEvent[];
}

let live: Live = {
  connection: "connecting",
  heardAt: Date.now(),
  federation: undefined,
  events: [],
};
const listeners = new Set<() => void>();

function update(change: Partial<Live>): void {
  live = { ...live, ...change };
  notify(listeners);
}

function notify(those: Iterable<() => void>): void {
  for (const listener of those) listener();
}

export function setConnection(connection: Connection): void {
  if (connection === live.connection) return;
  if (connection === "live") {
    beatsSince = Date.now();
    beatTimes = [];
  }
  update({ connection });
}

export function setFederation(federation: FederationState): void {
  update({ federation });
}

export function addEvent(event: CloudEvent): void {
  update({ events: withEvent(live.events, event) });
}

/** Called for every message; who shows `heardAt` looks when the connection breaks. */
export function heard(at: number): void {
  live = { ...live, heardAt: at };
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function useLive<Seen>(select: (live: Live) => Seen): Seen {
  return useSyncExternalStore(subscribe, () => select(live));
}

// Beats come every two seconds for hundreds of projects: only the ages on screen listen.

const beats = new Map<string, string>();
const beatListeners = new Map<string, Set<() => void>>();
const rhythms = new Map<string, readonly string[]>();
const noRhythm: readonly string[] = [];
let beatTimes: number[] = [];
let beatsSince = Date.now();

export function addBeats(changed: Readonly<Record<string, string>>, at: number): void {
  for (const [slug, last] of Object.entries(changed)) {
    beats.set(slug, last);
    rhythms.set(slug, withBeat(rhythms.get(slug) ?? noRhythm, last));
    beatTimes.push(at);
    notify(beatListeners.get(slug) ?? []);
  }
  beatTimes = beatTimes.filter((time) => at - time <= 60_000);
}

/** When a project was last heard: the later of what the catalog and the stream say. */
export function useLastBeat(slug: string, known: string | null | undefined): string | undefined {
  const streamed = useSyncExternalStore(
    (listener) => listenToBeats(slug, listener),
    () => beats.get(slug),
  );
  if (streamed === undefined || (known != null && Date.parse(known) > Date.parse(streamed))) {
    return known ?? undefined;
  }
  return streamed;
}

export function lastBeat(slug: string): string | undefined {
  return beats.get(slug);
}

const TELLING = 10_000;

/** Beats per minute over the last minute, or less; nothing before that would be a rate. */
export function beatRate(now: number): number | undefined {
  const seen = Math.min(60_000, now - beatsSince);
  if (seen < TELLING) return undefined;
  const beaten = beatTimes.filter((time) => now - time <= seen).length;
  return Math.round((beaten * 60_000) / seen);
}

const REMEMBERED = 61;

function withBeat(known: readonly string[], last: string): readonly string[] {
  return known.at(-1) === last ? known : [...known, last].slice(-REMEMBERED);
}

/** When a project beat, as far as this page has heard, oldest first. */
export function useRhythm(slug: string): readonly string[] {
  return useSyncExternalStore(
    (listener) => listenToBeats(slug, listener),
    () => rhythms.get(slug) ?? noRhythm,
  );
}

function listenToBeats(slug: string, listener: () => void): () => void {
  const those = beatListeners.get(slug) ?? new Set();
  beatListeners.set(slug, those.add(listener));
  return () => {
    those.delete(listener);
  };
}
