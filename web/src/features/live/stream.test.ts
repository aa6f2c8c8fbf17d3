import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { backoff, type Connection, follow, type Message } from "./stream";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** A server of which each connection is written to by hand. */
function server() {
  const connections: { write: (text: string) => void; end: () => void; lastId: string | null }[] =
    [];
  const answer = (_: unknown, request?: RequestInit) => {
    let control: ReadableStreamDefaultController<Uint8Array> | undefined;
    const body = new ReadableStream<Uint8Array>({
      start: (given) => {
        control = given;
      },
    });
    request?.signal?.addEventListener("abort", () => {
      control?.error(new Error("aborted"));
    });
    connections.push({
      write: (text) => control?.enqueue(new TextEncoder().encode(text)),
      end: () => control?.close(),
      lastId: new Headers(request?.headers).get("last-event-id"),
    });
    return Promise.resolve(new Response(body, { status: 200 }));
  };
  return { connections, fetch: answer as typeof fetch };
}

function open(fetch: typeof globalThis.fetch) {
  const messages: Message[] = [];
  const states: Connection[] = [];
  const stop = follow({
    url: "/api/v1/stream",
    fetch,
    onMessage: (message) => messages.push(message),
    onConnection: (connection) => states.push(connection),
  });
  return { messages, states, stop };
}

test("messages come with their names, across pieces of any size", async () => {
  const { connections, fetch } = server();
  const { messages, states, stop } = open(fetch);
  await vi.advanceTimersByTimeAsync(0);
  connections[0]?.write("id: 1\nevent: be");
  connections[0]?.write('ats\ndata: {"atlas":"x"}\n\n');
  await vi.advanceTimersByTimeAsync(0);
  expect(messages).toEqual([{ name: "beats", data: '{"atlas":"x"}' }]);
  expect(states).toEqual(["connecting", "live"]);
  stop();
});

test("after a cut it comes back and goes on after the last event", async () => {
  const { connections, fetch } = server();
  const { states, stop } = open(fetch);
  await vi.advanceTimersByTimeAsync(0);
  connections[0]?.write("id: 41\ndata: x\n\n");
  await vi.advanceTimersByTimeAsync(0);
  connections[0]?.end();
  await vi.advanceTimersByTimeAsync(1000);
  expect(connections).toHaveLength(2);
  expect(connections[1]?.lastId).toBe("41");
  expect(states).toEqual(["connecting", "live", "reconnecting", "live"]);
  stop();
});

test("silence of 40 s is a dead connection, a comment is a sign of life", async () => {
  const { connections, fetch } = server();
  const { stop } = open(fetch);
  await vi.advanceTimersByTimeAsync(30_000);
  connections[0]?.write(": still here\n\n");
  await vi.advanceTimersByTimeAsync(30_000);
  expect(connections).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(12_000);
  expect(connections).toHaveLength(2);
  stop();
});

test("who is refused does not ask again", async () => {
  const refuse = vi.fn(() => Promise.resolve(new Response(null, { status: 401 })));
  const { states } = open(refuse);
  await vi.advanceTimersByTimeAsync(120_000);
  expect(states).toEqual(["connecting", "refused"]);
  expect(refuse).toHaveBeenCalledTimes(1);
});

test("a page that is left asks no more", async () => {
  const away = vi.fn(() => Promise.reject(new TypeError("fetch failed")));
  const { stop } = open(away);
  await vi.advanceTimersByTimeAsync(0);
  stop();
  const calls = away.mock.calls.length;
  await vi.advanceTimersByTimeAsync(120_000);
  expect(away).toHaveBeenCalledTimes(calls);
});

test("the wait doubles up to 30 s and is spread", () => {
  expect([backoff(0, 1), backoff(1, 1), backoff(3, 1)]).toEqual([500, 1000, 4000]);
  expect(backoff(60, 1)).toBe(30_000);
  expect(backoff(0, 0)).toBe(250);
});
