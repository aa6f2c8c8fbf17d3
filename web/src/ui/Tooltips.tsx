import { lazy, Suspense, useEffect, useState } from "react";

const TooltipLayer = lazy(() => import("./Tooltip"));

/** Fetches the tooltip when the pointer or the keyboard is first used: nobody waits for it. */
export function Tooltips() {
  const [used, setUsed] = useState(false);
  useEffect(() => {
    const use = () => {
      setUsed(true);
    };
    document.addEventListener("pointermove", use, { once: true });
    document.addEventListener("keydown", use, { once: true });
    return () => {
      document.removeEventListener("pointermove", use);
      document.removeEventListener("keydown", use);
    };
  }, []);
  return <Suspense>{used && <TooltipLayer />}</Suspense>;
}
