import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Outlet, useNavigate, useRouter } from "@tanstack/react-router";
import { lazy, Suspense, useCallback, useEffect, useState } from "react";
import { Failure, troubleOf } from "../../api/client";
import { listenForKeys, useKey } from "../../ui/keys";
import { ErrorState } from "../../ui/State";
import { useSayings } from "../../ui/toast";
import { Tooltips } from "../../ui/Tooltips";
import { followHub } from "../live/hub";
import { Footer } from "./Footer";
import { meQuery } from "./me";
import { openPalette, show, useOverlay } from "./overlays";
import { type Place, places } from "./places";
import { Sidebar } from "./Sidebar";
import "./shell.css";

const loadPalette = () => import("./Palette");
const Palette = lazy(loadPalette);
const KeySheet = lazy(() => import("./KeySheet"));
const Toasts = lazy(() => import("../../ui/Toasts"));

/** Around every page but the sign-in: who asks, the stream, the keys. */
export function Frame() {
  const me = useQuery({ ...meQuery, retry: retryUnlessRefused });
  const queries = useQueryClient();
  const toSignIn = useToSignIn();
  const signedIn = me.isSuccess;
  const refused = me.error instanceof Failure && me.error.status === 401;

  useEffect(() => {
    if (refused) toSignIn();
  }, [refused, toSignIn]);
  useEffect(
    () => (signedIn ? followHub(queries, toSignIn) : undefined),
    [signedIn, queries, toSignIn],
  );
  useEffect(listenForKeys, []);
  useEffect(() => {
    // Who presses Ctrl-K types on at once: it should be there by then.
    const idle = setTimeout(() => void loadPalette(), 2000);
    return () => {
      clearTimeout(idle);
    };
  }, []);

  if (me.isError && !refused) {
    return (
      <main className="alone">
        <ErrorState
          trouble={troubleOf(me.error, "load the page")}
          onRetry={() => void me.refetch()}
        />
      </main>
    );
  }
  if (!signedIn) return null;
  return (
    <div className="frame">
      <a className="skip" href="#page">
        Skip to the page
      </a>
      <Sidebar />
      <div className="page">
        <main className="page-main" id="page" tabIndex={-1}>
          <Outlet />
        </main>
        <Footer />
      </div>
      <Overlays />
      <GlobalKeys />
      <Said />
      <Tooltips />
    </div>
  );
}

function retryUnlessRefused(failures: number, error: Error): boolean {
  return !(error instanceof Failure) && failures < 3;
}

function useToSignIn(): () => void {
  const router = useRouter();
  return useCallback(() => {
    const { pathname, href } = router.state.location;
    if (pathname === "/sign-in") return;
    void router.navigate({ to: "/sign-in", search: { next: href }, replace: true });
  }, [router]);
}

function Overlays() {
  const overlay = useOverlay();
  return (
    <Suspense>
      {overlay === "palette" && <Palette />}
      {overlay === "keys" && <KeySheet />}
    </Suspense>
  );
}

/** Toasts, fetched with the first. */
function Said() {
  const sayings = useSayings();
  const [wanted, setWanted] = useState(false);
  if (sayings.length > 0 && !wanted) setWanted(true);
  return <Suspense>{wanted && <Toasts />}</Suspense>;
}

function GlobalKeys() {
  useKey("mod+k", openPalette);
  useKey("?", () => {
    show("keys");
  });
  useKey("/", () => {
    const field = document.querySelector<HTMLInputElement>("[data-filter]");
    if (field === null) openPalette();
    else field.focus();
  });
  useKey("Escape", () => {
    if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
  });
  return places.map((place) => <PlaceKey key={place.to} place={place} />);
}

function PlaceKey({ place }: { place: Place }) {
  const navigate = useNavigate();
  useKey(`g ${place.letter}`, () => void navigate({ to: place.to }));
  return null;
}
