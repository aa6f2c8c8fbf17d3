import type { LinkProps } from "@tanstack/react-router";
import type { Permission } from "../../api/types";
import type { IconName } from "../../ui/Icon";

export interface Place {
  readonly to: NonNullable<LinkProps["to"]>;
  readonly label: string;
  readonly icon: IconName;
  /** The letter after `g`. */
  readonly letter: string;
  readonly needs?: Permission;
  /** What stands under its icon on a phone, where the label is too long. */
  readonly short?: string;
  /** Stands below the line: about the hub, not about projects. */
  readonly below?: true;
}

/** Everything the sidebar, the palette and the `g` keys lead to. */
export const places: readonly Place[] = [
  { to: "/", label: "Projects", icon: "projects", letter: "p" },
  { to: "/search", label: "Search", icon: "search", letter: "s", needs: "knowledge:read" },
  { to: "/instances", label: "Instances", icon: "instances", letter: "i", needs: "instances:read" },
  {
    to: "/newcomers",
    label: "Newcomers",
    icon: "newcomers",
    letter: "n",
    short: "New",
    needs: "fed:read",
  },
  {
    to: "/events",
    label: "Events",
    icon: "events",
    letter: "e",
    needs: "events:read",
    below: true,
  },
  { to: "/keys", label: "Keys", icon: "keys", letter: "k", needs: "keys:read", below: true },
  { to: "/system", label: "Health", icon: "health", letter: "h", below: true },
];
