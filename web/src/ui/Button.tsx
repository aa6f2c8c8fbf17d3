import type { ComponentProps } from "react";
import { Icon, type IconName } from "./Icon";
import "./button.css";

type Look = "plain" | "primary" | "danger" | "quiet";

interface ButtonProps extends ComponentProps<"button"> {
  look?: Look;
  icon?: IconName;
  /** What was asked is on its way: the button waits and says so. */
  busy?: boolean;
}

export function Button({
  look = "plain",
  icon,
  busy = false,
  className = "",
  children,
  disabled,
  ...rest
}: ButtonProps) {
  return (
    <button
      type="button"
      className={`button ${look} ${className}`}
      aria-busy={busy || undefined}
      disabled={disabled === true || busy}
      {...rest}
    >
      {icon && <Icon name={icon} />}
      {children}
    </button>
  );
}

interface IconButtonProps extends ComponentProps<"button"> {
  icon: IconName;
  label: string;
  keys?: string;
}

export function IconButton({ icon, label, keys, className = "", ...rest }: IconButtonProps) {
  return (
    <button
      type="button"
      className={`icon-button ${className}`}
      aria-label={label}
      data-tip={label}
      data-keys={keys}
      {...rest}
    >
      <Icon name={icon} />
    </button>
  );
}
