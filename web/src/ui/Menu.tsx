import { Menu as Base } from "@base-ui/react/menu";
import type { ReactElement, ReactNode } from "react";
import { Icon, type IconName } from "./Icon";
import "./popup.css";

export interface MenuAction {
  label: string;
  icon?: IconName;
  danger?: boolean;
  disabled?: boolean;
  run: () => void;
}

interface MenuProps {
  trigger: ReactElement;
  children: ReactNode;
  align?: "start" | "end";
}

export function Menu({ trigger, children, align = "start" }: MenuProps) {
  return (
    <Base.Root modal={false}>
      <Base.Trigger render={trigger} />
      <Base.Portal>
        <Base.Positioner sideOffset={4} align={align} className="popup-place">
          <Base.Popup className="menu">{children}</Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}

export function MenuActions({ actions }: { actions: readonly MenuAction[] }) {
  return actions.map((action) => (
    <Base.Item
      key={action.label}
      className={action.danger === true ? "menu-item danger" : "menu-item"}
      disabled={action.disabled ?? false}
      onClick={action.run}
    >
      {action.icon && <Icon name={action.icon} />}
      {action.label}
    </Base.Item>
  ));
}

interface Choice<Value extends string> {
  value: Value;
  label: ReactNode;
  count?: number;
}

interface ChoicesProps<Value extends string> {
  value: Value | "";
  /** The entry that chooses nothing in particular. */
  all: string;
  choices: readonly Choice<Value>[];
  onChange: (value: Value | "") => void;
}

/** Entries of which one holds. */
export function MenuChoices<Value extends string>({
  value,
  all,
  choices,
  onChange,
}: ChoicesProps<Value>) {
  const entries: readonly Choice<Value | "">[] = [{ value: "", label: all }, ...choices];
  return (
    <Base.RadioGroup value={value} onValueChange={onChange}>
      {entries.map((choice) => (
        <Base.RadioItem key={choice.value} value={choice.value} className="menu-item" closeOnClick>
          <span className="menu-tick">
            <Base.RadioItemIndicator>
              <Icon name="check" />
            </Base.RadioItemIndicator>
          </span>
          <span className="cut">{choice.label}</span>
          {choice.count !== undefined && <span className="number">{choice.count}</span>}
        </Base.RadioItem>
      ))}
    </Base.RadioGroup>
  );
}
