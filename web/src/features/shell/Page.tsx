import { useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useEffect } from "react";
import type { CatalogEntry } from "../../api/types";
import { Icon } from "../../ui/Icon";
import { keyWords } from "../../ui/keys";
import { Notice } from "../../ui/State";
import { clockTime } from "../../ui/words";
import { useLive } from "../live/store";
import { openPalette } from "./overlays";

interface PageProps {
  title: ReactNode;
  /** What the browser's tab says, where the title is more than text. */
  name?: string;
  actions?: ReactNode;
  children: ReactNode;
}

/** The frame of a page: its bar, what is stale about it, and the page itself. */
export function Page({ title, name, actions, children }: PageProps) {
  const words = name ?? (typeof title === "string" ? title : "CommandCenter");
  useEffect(() => {
    document.title = `${words} · CommandCenter`;
  }, [words]);
  return (
    <>
      <header className="bar">
        <h1 className="cut">{title}</h1>
        <div className="line bar-actions">
          {actions}
          <button type="button" className="jump" onClick={openPalette}>
            <Icon name="search" size={14} />
            <span className="jump-words">Search or jump</span>
            <kbd>{keyWords("mod+k")}</kbd>
          </button>
        </div>
      </header>
      <StaleBanner />
      {children}
    </>
  );
}

/** Says so when what is shown is a copy. The footer says the same of the stream. */
function StaleBanner() {
  const connection = useLive((live) => live.connection);
  const federation = useLive((live) => live.federation);
  const heardAt = useLive((live) => live.heardAt);
  const entry = useQueryClient().getQueryData<CatalogEntry>(["projects"]);
  const stale = federation?.stale ?? entry?.stale ?? false;
  if (connection === "reconnecting") {
    return (
      <div className="banner">
        <Notice>
          The hub does not answer. This is the last good copy, from {clockTime(new Date(heardAt))};
          the page goes on by itself.
        </Notice>
      </div>
    );
  }
  if (!stale) return null;
  const asOf = federation?.as_of ?? entry?.as_of;
  const reason = federation?.reason ?? entry?.reason;
  return (
    <div className="banner">
      <Notice>
        The federation does not answer{reason != null && `: ${reason}`}. Statuses are the last good
        copy{asOf !== undefined && `, from ${clockTime(asOf)}`}.
      </Notice>
    </div>
  );
}
