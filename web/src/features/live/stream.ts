import { createParser } from "eventsource-parser";

export interface Message {
  readonly name: string;
  readonly data: string;
}

export type Connection = "connecting" | "live" | "reconnecting" | "refused";

export interface StreamOptions {
  url: string;
  onMessage: (message: Message) => void;
  onConnection: (connection: Connection) => void;
  /** Somebody's test may wait less, and speak instead of a server. */
  fetch?: typeof fetch;
  silence?: number;
}

/** The server sends a comment every 15 s; after this long without a byte it is gone. */
const SILENCE = 40_000;
const LONGEST_WAIT = 30_000;

/** How long to wait before try number `tries`, from 0: doubling, spread so that pages do not return all at once. */
export function backoff(tries: number, chance: number = Math.random()): number {
  const wait = Math.min(LONGEST_WAIT, 500 * 2 ** Math.min(tries, 10));
  return wait / 2 + (wait / 2) * chance;
}

/**
 * Follows a stream of server-sent events for as long as the page lives, and goes on after the last
 * event it saw. Not the browser's `EventSource`: that hides the comments by which a dead connection
 * is told from a quiet one, forgets the last id when it is made anew, and cannot tell a refusal from
 * an outage.
 */
export function follow(options: StreamOptions): () => void {
  const stop = new AbortController();
  void run(options, stop.signal);
  return () => {
    stop.abort();
  };
}

async function run(options: StreamOptions, stop: AbortSignal): Promise<void> {
  let lastId = "";
  let tries = 0;
  options.onConnection("connecting");
  while (!isOver(stop)) {
    const heard = () => {
      tries = 0;
    };
    const remember = (id: string) => {
      lastId = id;
    };
    const refused = await listen({ ...options, lastId, heard, remember }, stop).catch(() => false);
    if (isOver(stop)) return;
    if (refused) {
      options.onConnection("refused");
      return;
    }
    options.onConnection("reconnecting");
    await pause(backoff(tries), stop);
    tries += 1;
  }
}

function isOver(stop: AbortSignal): boolean {
  return stop.aborted;
}

interface Listening extends StreamOptions {
  lastId: string;
  heard: () => void;
  remember: (id: string) => void;
}

/** Reads one connection to its end; whether the server refused to have us. */
async function listen(options: Listening, stop: AbortSignal): Promise<boolean> {
  const cut = new AbortController();
  const abort = () => {
    cut.abort();
  };
  stop.addEventListener("abort", abort, { once: true });
  const silence = options.silence ?? SILENCE;
  let timer = setTimeout(abort, silence);
  try {
    const response = await (options.fetch ?? fetch)(options.url, {
      headers: {
        accept: "text/event-stream",
        ...(options.lastId !== "" && { "last-event-id": options.lastId }),
      },
      signal: cut.signal,
    });
    if (response.status === 401 || response.status === 403) return true;
    if (!response.ok || response.body === null) return false;
    options.onConnection("live");
    const parser = createParser({
      onEvent: ({ event, data, id }) => {
        if (id !== undefined) options.remember(id);
        options.onMessage({ name: event ?? "message", data });
      },
    });
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return false;
      options.heard();
      clearTimeout(timer);
      timer = setTimeout(abort, silence);
      parser.feed(value);
    }
  } finally {
    clearTimeout(timer);
    stop.removeEventListener("abort", abort);
  }
}

/** Waits, or less when the browser is back on the network or the page is looked at again. */
function pause(milliseconds: number, stop: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const awake = () => {
      if (document.visibilityState === "visible") done();
    };
    const done = () => {
      clearTimeout(timer);
      stop.removeEventListener("abort", done);
      window.removeEventListener("online", done);
      document.removeEventListener("visibilitychange", awake);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    stop.addEventListener("abort", done);
    window.addEventListener("online", done);
    document.addEventListener("visibilitychange", awake);
  });
}
