import { useMutation, useQueryClient } from "@tanstack/react-query";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { Failure, isProblem, troubleOf } from "../../api/client";
import { Button } from "../../ui/Button";
import { TextField } from "../../ui/Field";
import { TroubleNotice } from "../../ui/State";
import { safeNext } from "./next";
import "./sign-in.css";

const route = getRouteApi("/sign-in");

/** Opens a session; the answer's cookie is the browser's business. */
async function signIn(form: Record<string, string>): Promise<void> {
  const response = await fetch("/sign-in", {
    method: "POST",
    body: new URLSearchParams(form),
    redirect: "manual",
  });
  if (response.type === "opaqueredirect" || response.ok) return;
  const body: unknown = await response.json().catch(() => undefined);
  throw new Failure(response.status, isProblem(body) ? body : undefined);
}

export function SignInPage() {
  const { token, next } = route.useSearch();
  const [key, setKey] = useState("");
  const queries = useQueryClient();
  const navigate = useNavigate();
  const enter = useMutation({
    mutationFn: signIn,
    onSuccess: async () => {
      queries.clear();
      await navigate({ href: safeNext(next), replace: true });
    },
  });
  useEffect(() => {
    document.title = "Sign in · CommandCenter";
  }, []);
  return (
    <main className="sign-in">
      <p className="sign-in-brand">
        <svg viewBox="0 0 16 16" width="20" height="20" aria-hidden="true">
          <path
            fill="currentColor"
            fillRule="evenodd"
            d="M8 .8 15.2 8 8 15.2.8 8zM8 5.2 5.2 8 8 10.8 10.8 8z"
          />
        </svg>
        CommandCenter
      </p>
      <h1>Sign in</h1>
      {enter.isError && <TroubleNotice trouble={troubleOf(enter.error, "sign in")} />}
      {token !== undefined && !enter.isError ? (
        <form
          className="stack"
          onSubmit={(event) => {
            event.preventDefault();
            enter.mutate({ token });
          }}
        >
          <p className="muted">
            This link works once. After that this browser stays signed in for seven days.
          </p>
          <Button type="submit" look="primary" busy={enter.isPending} autoFocus>
            Sign in
          </Button>
        </form>
      ) : (
        <form
          className="stack"
          onSubmit={(event) => {
            event.preventDefault();
            enter.mutate({ key: key.trim() });
          }}
        >
          <TextField
            label="API key"
            type="password"
            className="input mono"
            placeholder="cck_…"
            value={key}
            autoFocus
            onChange={(event) => {
              setKey(event.target.value);
            }}
          />
          <Button type="submit" look="primary" busy={enter.isPending} disabled={key.trim() === ""}>
            Sign in
          </Button>
          <p className="muted small">
            Or open the link that <code>commandcenter up</code> prints when it starts; it works
            once. A key is made with <code>commandcenter keys create</code>.
          </p>
        </form>
      )}
    </main>
  );
}
