import { createParser } from "eventsource-parser";
import { useEffect, useState } from "react";
import { Failure, isProblem } from "../../api/client";

export interface LogLine {
  readonly number: number;
  readonly at?: string;
  readonly stream: "stdout" | "stderr";
  readonly text: string;
}

const KEPT = 5000;
const TAIL = 500;

interface Logs {
  readonly lines: readonly LogLine[];
  readonly error: unknown;
  /** The server has begun to answer. */
  readonly opened: boolean;
  /** The server has said all it will say. */
  readonly ended: boolean;
}

const NOTHING: Logs = { lines: [], error: undefined, opened: false, ended: false };

/** The last lines of an instance's log, and with `follow` those that come. */
export function useLogs(id: string, follow: boolean): Logs {
  const [logs, setLogs] = useState<Logs>(NOTHING);
  useEffect(() => {
    const stop = new AbortController();
    let lines: LogLine[] = [];
    let number = 0;
    let waiting: ReturnType<typeof setTimeout> | undefined;
    const publish = (change: Partial<Logs>) => {
      clearTimeout(waiting);
      waiting = undefined;
      setLogs((old) => ({ ...old, ...change, lines }));
    };
    const add = (text: string) => {
      number += 1;
      lines = [
        ...lines.slice(1 - KEPT),
        { ...(JSON.parse(text) as Omit<LogLine, "number">), number },
      ];
      // A chatty instance must not cost a render per line.
      waiting ??= setTimeout(() => {
        publish({});
      }, 50);
    };
    publish(NOTHING);
    const open = () => {
      publish({ opened: true });
    };
    const url = `/api/v1/instances/${id}/logs?tail=${TAIL}&follow=${String(follow)}`;
    read(url, open, add, stop.signal)
      .then(() => {
        publish({ ended: true });
      })
      .catch((error: unknown) => {
        if (!stop.signal.aborted) publish({ error, ended: true });
      });
    return () => {
      clearTimeout(waiting);
      stop.abort();
    };
  }, [id, follow]);
  return logs;
}

async function read(
  url: string,
  onOpen: () => void,
  onLine: (text: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const response = await fetch(url, { signal });
  if (!response.ok || response.body === null) {
    const body: unknown = await response.json().catch(() => undefined);
    throw new Failure(response.status, isProblem(body) ? body : undefined);
  }
  onOpen();
  const parser = createParser({
    onEvent: (event) => {
      if (event.event === "line") onLine(event.data);
    },
  });
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  for (let part = await reader.read(); !part.done; part = await reader.read())
    parser.feed(part.value);
}
