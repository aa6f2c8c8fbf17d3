import { Autocomplete } from "@base-ui/react/autocomplete";
import { Dialog } from "@base-ui/react/dialog";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { Icon } from "../../ui/Icon";
import { StatusMark } from "../../ui/Status";
import { catalogQuery } from "../projects/queries";
import { type Command, useOffered } from "./commands";
import { meQuery } from "./me";
import { show } from "./overlays";
import { places } from "./places";
import { signOut } from "./sign-out";
import { setTheme } from "./theme";
import "../../ui/dialog.css";
import "./palette.css";

interface Entry extends Command {
  readonly mark?: "online" | "degraded" | "offline" | "unknown";
}

interface Group {
  readonly value: string;
  readonly items: readonly Entry[];
}

const SHOWN = 12;

/** Every page, project and action, a few letters away. */
export default function Palette() {
  const [typed, setTyped] = useState("");
  const entries = useEntries(typed);
  const groups = useMemo(() => findEntries(entries, typed), [entries, typed]);
  const close = () => {
    show(undefined);
  };
  return (
    <Dialog.Root
      open
      onOpenChange={(open) => {
        if (!open) close();
      }}
    >
      <Dialog.Portal>
        <Dialog.Backdrop className="backdrop" />
        <Dialog.Popup className="dialog wide palette" aria-label="Search or jump">
          <Autocomplete.Root
            open
            inline
            items={groups}
            value={typed}
            onValueChange={setTyped}
            filter={null}
            autoHighlight="always"
            keepHighlight
            itemToStringValue={(entry: Entry) => entry.label}
          >
            <div className="palette-input">
              <Icon name="search" />
              <Autocomplete.Input
                aria-label="Search or jump"
                placeholder="A page, a project, an action…"
              />
              <kbd>Esc</kbd>
            </div>
            <Autocomplete.Empty className="palette-empty">
              {typed === "" ? "" : `Nothing is called “${typed}”.`}
            </Autocomplete.Empty>
            <Autocomplete.List className="palette-list">
              {(group: Group) => (
                <Autocomplete.Group key={group.value} items={group.items}>
                  <Autocomplete.GroupLabel className="palette-group">
                    {group.value}
                  </Autocomplete.GroupLabel>
                  <Autocomplete.Collection>
                    {(entry: Entry) => (
                      <Autocomplete.Item
                        key={entry.id}
                        value={entry}
                        className="menu-item"
                        onClick={() => {
                          close();
                          entry.run();
                        }}
                      >
                        {entry.mark ? (
                          <StatusMark tone={entry.mark} />
                        ) : (
                          <Icon name={entry.icon ?? "right"} />
                        )}
                        <span className="cut">{entry.label}</span>
                        {entry.also !== undefined && (
                          <span className="muted cut">{entry.also}</span>
                        )}
                        {entry.keys !== undefined && (
                          <kbd className="palette-keys">{entry.keys}</kbd>
                        )}
                      </Autocomplete.Item>
                    )}
                  </Autocomplete.Collection>
                </Autocomplete.Group>
              )}
            </Autocomplete.List>
          </Autocomplete.Root>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function useEntries(typed: string): readonly Entry[] {
  const navigate = useNavigate();
  const offered = useOffered();
  const me = useQuery(meQuery);
  const catalog = useQuery(catalogQuery);
  return useMemo(() => {
    const permissions = me.data?.permissions ?? [];
    const pages = places
      .filter((place) => place.needs === undefined || permissions.includes(place.needs))
      .map((place) => ({
        id: place.to,
        label: place.label,
        group: "Pages",
        icon: place.icon,
        keys: `g ${place.letter}`,
        run: () => void navigate({ to: place.to }),
      }));
    const projects = (catalog.data?.projects ?? []).map((project) => ({
      id: `project ${project.slug}`,
      label: project.slug,
      also: project.name === project.slug ? project.tags.join(", ") : project.name,
      group: "Projects",
      mark: project.status,
      run: () => void navigate({ to: "/projects/$slug", params: { slug: project.slug } }),
    }));
    const query = typed.trim();
    const search: Entry[] =
      query === "" || !permissions.includes("knowledge:read")
        ? []
        : [
            {
              id: "search knowledge",
              label: `Search the documents for “${query}”`,
              group: "Search",
              icon: "search",
              run: () => void navigate({ to: "/search", search: { q: query } }),
            },
          ];
    const own: Entry[] = [
      {
        id: "light",
        label: "Light theme",
        group: "Actions",
        icon: "sun",
        run: () => {
          setTheme("light");
        },
      },
      {
        id: "dark",
        label: "Dark theme",
        group: "Actions",
        icon: "moon",
        run: () => {
          setTheme("dark");
        },
      },
      {
        id: "system",
        label: "Theme as the system",
        group: "Actions",
        icon: "system",
        run: () => {
          setTheme("system");
        },
      },
      {
        id: "keys",
        label: "Show the keys",
        group: "Actions",
        icon: "command",
        keys: "?",
        run: () => {
          show("keys");
        },
      },
      { id: "out", label: "Sign out", group: "Actions", icon: "out", run: () => void signOut() },
    ];
    return [...offered, ...pages, ...projects, ...own, ...search];
  }, [navigate, offered, me.data, catalog.data, typed]);
}

/** The entries that hold every word typed, those that begin with it first, by group. */
export function findEntries(entries: readonly Entry[], typed: string): Group[] {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
  const groups = new Map<string, Entry[]>();
  for (const entry of entries) {
    const text = `${entry.label} ${entry.also ?? ""}`.toLowerCase();
    if (entry.group !== "Search" && !words.every((word) => text.includes(word))) continue;
    groups.set(entry.group, [...(groups.get(entry.group) ?? []), entry]);
  }
  const first = words[0] ?? "";
  return [...groups].map(([value, items]) => ({
    value,
    items: items.toSorted((left, right) => rank(right, first) - rank(left, first)).slice(0, SHOWN),
  }));
}

function rank(entry: Entry, word: string): number {
  return word !== "" && entry.label.toLowerCase().startsWith(word) ? 1 : 0;
}
