import { Tooltip } from "@base-ui/react/tooltip";
import { useEffect, useState } from "react";
import "./popup.css";

const DELAY = 350;

interface Shown {
  readonly anchor: Element;
  readonly text: string;
  readonly keys: string | undefined;
}

/**
 * One tooltip for the page: it tells about whatever is hovered or focused and carries `data-tip`.
 * Loaded with the first of them, see `Tooltips`.
 */
export default function TooltipLayer() {
  const [shown, setShown] = useState<Shown>();
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const over = (event: Event) => {
      const anchor = event.target instanceof Element ? event.target.closest("[data-tip]") : null;
      clearTimeout(timer);
      if (anchor === null) setShown(undefined);
      else
        timer = setTimeout(() => {
          setShown(read(anchor));
        }, DELAY);
    };
    const away = () => {
      clearTimeout(timer);
      setShown(undefined);
    };
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== "Tab") away();
    };
    document.addEventListener("pointerover", over);
    document.addEventListener("focusin", over);
    document.addEventListener("pointerdown", away);
    document.addEventListener("keydown", onKey);
    document.addEventListener("scroll", away, true);
    return () => {
      clearTimeout(timer);
      document.removeEventListener("pointerover", over);
      document.removeEventListener("focusin", over);
      document.removeEventListener("pointerdown", away);
      document.removeEventListener("keydown", onKey);
      document.removeEventListener("scroll", away, true);
    };
  }, []);
  return (
    <Tooltip.Root open={shown !== undefined}>
      <Tooltip.Portal>
        <Tooltip.Positioner
          sideOffset={6}
          anchor={shown?.anchor ?? null}
          className="popup-place tip-place"
        >
          <Tooltip.Popup className="tooltip">
            {shown?.text}
            {shown?.keys !== undefined && <kbd>{shown.keys}</kbd>}
          </Tooltip.Popup>
        </Tooltip.Positioner>
      </Tooltip.Portal>
    </Tooltip.Root>
  );
}

function read(anchor: Element): Shown | undefined {
  const text = anchor.getAttribute("data-tip");
  if (text === null || !anchor.isConnected) return undefined;
  return { anchor, text, keys: anchor.getAttribute("data-keys") ?? undefined };
}
