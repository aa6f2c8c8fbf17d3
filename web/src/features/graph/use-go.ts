import { useNavigate } from "@tanstack/react-router";
import { useCallback, useEffect, useMemo, useRef } from "react";
import { type Camera, formatCamera, type Search } from "./view";

const REST = 400;

/** Changes the address: `go` leaves a step to come back to, `slide` does not. */
export function useGo() {
  const navigate = useNavigate();
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(
    () => () => {
      clearTimeout(timer.current);
    },
    [],
  );
  const change = useCallback(
    (by: Search, replace: boolean) => {
      clearTimeout(timer.current);
      void navigate({ to: ".", search: (old) => ({ ...old, ...by }), replace });
    },
    [navigate],
  );
  return useMemo(
    () => ({
      go: (by: Search) => {
        change(by, false);
      },
      slide: (by: Search) => {
        change(by, true);
      },
      /** Notes where one looks, once one has stopped moving. */
      look: (camera: Camera) => {
        clearTimeout(timer.current);
        timer.current = setTimeout(() => {
          change({ at: formatCamera(camera) }, true);
        }, REST);
      },
    }),
    [change],
  );
}
