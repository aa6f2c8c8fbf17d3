import { Menu } from "@base-ui/react/menu";
import type { RefObject } from "react";
import { Icon } from "./Icon";
import type { Choices, MenuAction } from "./Menu";
import "./popup.css";

interface MenuPopupProps {
  button: RefObject<HTMLButtonElement | null>;
  align: "start" | "end";
  head: string | undefined;
  entries: { actions: readonly MenuAction[] } | { choices: Choices };
  onClose: () => void;
}

export default function MenuPopup({ button, align, head, entries, onClose }: MenuPopupProps) {
  return (
    <Menu.Root
      open
      modal={false}
      onOpenChange={(open, details) => {
        // A press on the button itself closes by the button's own click.
        const { target } = details.event;
        if (!open && !(target instanceof Node && button.current?.contains(target) === true))
          onClose();
      }}
    >
      <Menu.Portal>
        <Menu.Positioner anchor={button} sideOffset={4} align={align} className="popup-place">
          <Menu.Popup className="menu" finalFocus={button}>
            {head !== undefined && <p className="menu-head">{head}</p>}
            {"actions" in entries ? (
              <Actions actions={entries.actions} onClose={onClose} />
            ) : (
              <ChoiceEntries {...entries.choices} />
            )}
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  );
}

function Actions({ actions, onClose }: { actions: readonly MenuAction[]; onClose: () => void }) {
  return actions.map((action) => (
    <Menu.Item
      key={action.label}
      className={action.danger === true ? "menu-item danger" : "menu-item"}
      disabled={action.disabled ?? false}
      onClick={() => {
        onClose();
        action.run();
      }}
    >
      {action.icon && <Icon name={action.icon} />}
      {action.label}
    </Menu.Item>
  ));
}

/** Entries of which one holds. */
function ChoiceEntries({ value, all, choices, onChange }: Choices) {
  return (
    <Menu.RadioGroup value={value} onValueChange={onChange}>
      {[{ value: "", label: all }, ...choices].map((choice) => (
        <Menu.RadioItem key={choice.value} value={choice.value} className="menu-item" closeOnClick>
          <span className="menu-tick">
            <Menu.RadioItemIndicator>
              <Icon name="check" />
            </Menu.RadioItemIndicator>
          </span>
          <span className="cut">{choice.label}</span>
          {"count" in choice && <span className="number">{choice.count}</span>}
        </Menu.RadioItem>
      ))}
    </Menu.RadioGroup>
  );
}
