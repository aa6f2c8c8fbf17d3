import type { Client } from "openapi-fetch";
import { sentence } from "../ui/Prose";
import type { Trouble } from "../ui/State";
import type { paths } from "./schema";
import type { Problem } from "./types";

/**
 * The hub's API, typed by its description. The types are openapi-fetch's; of what that does at run
 * time this page needs these thirty lines.
 */
export const api = {
  GET: caller("GET"),
  POST: caller("POST"),
  PATCH: caller("PATCH"),
  DELETE: caller("DELETE"),
} as unknown as Pick<Client<paths>, "GET" | "POST" | "PATCH" | "DELETE">;

interface Request {
  params?: { path?: object; query?: object; header?: Record<string, string> };
  body?: unknown;
}

function caller(method: string) {
  return async (path: string, { params = {}, body }: Request = {}): Promise<Answer<unknown>> => {
    const sent = body !== undefined;
    const response = await fetch(address(path, params.path, params.query), {
      method,
      headers: { ...params.header, ...(sent && { "content-type": "application/json" }) },
      ...(sent && { body: JSON.stringify(body) }),
    });
    const isJson = response.headers.get("content-type")?.includes("json") === true;
    const answer: unknown = isJson ? await response.json() : undefined;
    return response.ok ? { data: answer, response } : { error: answer, response };
  };
}

/** `/api/v1/keys/{id}` with its parameters filled in. */
export function address(path: string, places: object = {}, query: object = {}): string {
  const filled = Object.entries(places).reduce(
    (text, [name, value]) => text.replace(`{${name}}`, encodeURIComponent(String(value))),
    path,
  );
  const asked = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== null) asked.set(name, String(value));
  }
  return asked.size === 0 ? filled : `${filled}?${asked.toString()}`;
}

/** Why a call failed, as a sentence for people. */
export class Failure extends Error {
  readonly status: number;
  readonly problem: Problem | undefined;

  constructor(status: number, problem: Problem | undefined) {
    super(problem?.detail ?? problem?.title ?? `the server answered ${status}`);
    this.status = status;
    this.problem = problem;
  }
}

interface Answer<Body> {
  data?: Body;
  error?: unknown;
  response: Response;
}

type Taken<Body> = Exclude<Body, undefined>;

/** The body of an answer that succeeded. */
export async function take<Body>(call: Promise<Answer<Body>>): Promise<Taken<Body>> {
  return (await takeWhole(call)).body;
}

/** The same with what its headers say. */
export async function takeWhole<Body>(
  call: Promise<Answer<Body>>,
): Promise<{ body: Taken<Body>; headers: Headers }> {
  const { data, error, response } = await call;
  if (!response.ok) {
    throw new Failure(response.status, isProblem(error) ? error : undefined);
  }
  return { body: data as Taken<Body>, headers: response.headers };
}

/** A page of a list and the cursor of the next one. */
export interface Page<Row> {
  readonly rows: readonly Row[];
  readonly next: string | undefined;
}

export async function takePage<Row>(call: Promise<Answer<readonly Row[]>>): Promise<Page<Row>> {
  const { body, headers } = await takeWhole(call);
  return { rows: body, next: nextCursor(headers.get("link")) };
}

/** The cursor in `<…?cursor=abc>; rel="next"`. */
export function nextCursor(link: string | null): string | undefined {
  const next = /<([^>]*)>\s*;\s*rel="?next"?/.exec(link ?? "")?.[1];
  if (next === undefined) return undefined;
  return new URL(next, "http://any").searchParams.get("cursor") ?? undefined;
}

export function isProblem(value: unknown): value is Problem {
  return typeof value === "object" && value !== null && "status" in value && "title" in value;
}

const adviceFor: Partial<Record<number, string>> = {
  403: "Ask whoever runs this hub for a key with that scope, or sign in as somebody who has it.",
  404: "It may have been removed meanwhile. Go back to the list.",
  409: "Somebody else changed it meanwhile. Look at it again and repeat.",
  412: "Somebody else changed it meanwhile. Look at it again and repeat.",
  413: "Send less at once.",
  429: "Wait a moment and try again.",
  502: "The hub works, what it asked does not. Health shows which part.",
  503: "Wait a moment and try again; Health shows what is missing.",
};

/** What to tell about an error: what happened, why, what to do. */
export function troubleOf(error: unknown, doing: string): Trouble {
  if (error instanceof Failure) {
    const fields = error.problem?.errors?.map((field) => `${field.path}: ${field.message}`) ?? [];
    return {
      what: `Could not ${doing}.`,
      why: sentence([error.message, ...fields].join("; ")),
      advice: adviceFor[error.status],
      requestId: error.problem?.request_id ?? undefined,
    };
  }
  if (error instanceof TypeError) {
    return {
      what: `Could not ${doing}.`,
      why: "The hub does not answer.",
      advice: "Check that it runs and that this machine reaches it; the page goes on by itself.",
    };
  }
  return {
    what: `Could not ${doing}.`,
    why: error instanceof Error ? sentence(error.message) : undefined,
  };
}

/** What is wrong with one field, as the server found it. */
export function fieldError(error: unknown, path: string): string | undefined {
  if (!(error instanceof Failure)) return undefined;
  return error.problem?.errors?.find((field) => field.path === path)?.message;
}
