import { expect, test } from "vitest";
import { address, Failure, fieldError, nextCursor, troubleOf } from "./client";
import type { Problem } from "./types";

const problem: Problem = {
  type: "urn:commandcenter:problem:invalid",
  title: "Invalid",
  status: 422,
  detail: "the project cannot be registered",
  request_id: "01a2",
  errors: [{ path: "slug", message: "must be of a-z, 0-9 and inner -" }],
};

test("parameters are filled in and escaped", () => {
  expect(address("/api/v1/keys/{id}", { id: "a/b" }, { limit: 5, cursor: undefined })).toBe(
    "/api/v1/keys/a%2Fb?limit=5",
  );
});

test("the next page is found in the Link header", () => {
  expect(nextCursor('</api/v1/keys?limit=2&cursor=abc%3D>; rel="next"')).toBe("abc=");
  expect(nextCursor('</api/v1/keys>; rel="first"')).toBeUndefined();
  expect(nextCursor(null)).toBeUndefined();
});

test("a problem says what, why, what to do, and which request", () => {
  expect(troubleOf(new Failure(403, { ...problem, status: 403, errors: [] }), "add it")).toEqual({
    what: "Could not add it.",
    why: "The project cannot be registered.",
    advice: expect.stringContaining("scope") as string,
    requestId: "01a2",
  });
});

test("each wrong field is named, and found by its path", () => {
  const failure = new Failure(422, problem);
  expect(troubleOf(failure, "add it").why).toContain("slug: must be of");
  expect(fieldError(failure, "slug")).toBe("must be of a-z, 0-9 and inner -");
  expect(fieldError(failure, "name")).toBeUndefined();
});

test("a hub that does not answer is told from one that refuses", () => {
  expect(troubleOf(new TypeError("fetch failed"), "load").why).toBe("The hub does not answer.");
});

test("an answer that is no problem still says its status", () => {
  expect(troubleOf(new Failure(502, undefined), "load").why).toBe("The server answered 502.");
});
