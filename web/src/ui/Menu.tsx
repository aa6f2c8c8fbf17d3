import { type ComponentProps, lazy, type ReactNode, Suspense, useRef, useState } from "react";
import type { IconName } from "./Icon";

const loadPopup = () => import("./MenuPopup");
const MenuPopup = lazy(loadPopup);

export interface MenuAction {
  label: string;
  icon?: IconName;
  danger?: boolean;
  disabled?: boolean;
  run: () => void;
}

export interface MenuChoice {
  value: string;
  label: ReactNode;
  count?: number;
}

type Wired = Pick<
  ComponentProps<"button">,
  "ref" | "aria-haspopup" | "aria-expanded" | "onClick" | "onKeyDown" | "onPointerEnter" | "onFocus"
>;

interface MenuFrame {
  /** The button that opens it; what it is given makes it one. */
  trigger: (wired: Wired) => ReactNode;
  align?: "start" | "end";
  /** A line above the entries. */
  head?: string;
}

type MenuProps = MenuFrame & ({ actions: readonly MenuAction[] } | { choices: Choices });

export interface Choices {
  value: string;
  /** The entry that chooses nothing in particular; its value is empty. */
  all: string;
  choices: readonly MenuChoice[];
  onChange: (value: string) => void;
}

/** A button with a menu. The menu itself is fetched when somebody reaches for it. */
export function Menu({ trigger, align = "start", head, ...entries }: MenuProps) {
  const [open, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const prepare = () => void loadPopup();
  const wired: Wired = {
    ref: button,
    "aria-haspopup": "menu",
    "aria-expanded": open,
    onClick: () => {
      setOpen(!open);
    },
    onKeyDown: (event) => {
      if (event.key !== "ArrowDown") return;
      event.preventDefault();
      setOpen(true);
    },
    onPointerEnter: prepare,
    onFocus: prepare,
  };
  return (
    <>
      {trigger(wired)}
      <Suspense>
        {open && (
          <MenuPopup
            button={button}
            align={align}
            head={head}
            entries={entries}
            onClose={() => {
              setOpen(false);
            }}
          />
        )}
      </Suspense>
    </>
  );
}
