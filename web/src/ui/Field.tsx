import { type ComponentProps, type ReactNode, useId } from "react";
import { Icon } from "./Icon";
import "./field.css";

interface Frame {
  label: string;
  hint?: ReactNode;
  /** What the server or a check found wrong with it. */
  error?: string | undefined;
}

interface Wired {
  id: string;
  "aria-describedby"?: string;
  "aria-invalid"?: true;
}

function Field({
  label,
  hint,
  error,
  children,
}: Frame & { children: (wired: Wired) => ReactNode }) {
  const id = useId();
  const described = [hint !== undefined && `${id}-hint`, error !== undefined && `${id}-error`];
  const ids = described.filter((part) => part !== false).join(" ");
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      {children({
        id,
        ...(ids !== "" && { "aria-describedby": ids }),
        ...(error !== undefined && { "aria-invalid": true as const }),
      })}
      {error !== undefined && (
        <p className="field-error" id={`${id}-error`}>
          {error}
        </p>
      )}
      {hint !== undefined && (
        <p className="field-hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
    </div>
  );
}

export function TextField({ label, hint, error, ...rest }: Frame & ComponentProps<"input">) {
  return (
    <Field label={label} hint={hint} error={error}>
      {(wired) => (
        <input className="input" autoComplete="off" spellCheck={false} {...rest} {...wired} />
      )}
    </Field>
  );
}

export function TextArea({ label, hint, error, ...rest }: Frame & ComponentProps<"textarea">) {
  return (
    <Field label={label} hint={hint} error={error}>
      {(wired) => <textarea className="input" spellCheck={false} {...rest} {...wired} />}
    </Field>
  );
}

export function SelectField({ label, hint, error, ...rest }: Frame & ComponentProps<"select">) {
  return (
    <Field label={label} hint={hint} error={error}>
      {(wired) => <select className="input" {...rest} {...wired} />}
    </Field>
  );
}

export function CheckField({ label, ...rest }: { label: ReactNode } & ComponentProps<"input">) {
  return (
    <label className="check">
      <input type="checkbox" {...rest} />
      <span>{label}</span>
    </label>
  );
}

interface FilterFieldProps {
  label: string;
  value: string;
  onChange: (value: string) => void;
}

/** The box over a list that narrows it as one types; `/` goes there. */
export function FilterField({ label, value, onChange }: FilterFieldProps) {
  return (
    <div className="filter">
      <Icon name="search" size={14} />
      <input
        className="input"
        type="search"
        aria-label={label}
        placeholder={`${label}…`}
        value={value}
        autoComplete="off"
        spellCheck={false}
        data-filter=""
        onChange={(event) => {
          onChange(event.target.value);
        }}
        onKeyDown={(event) => {
          if (event.key !== "Escape") return;
          if (value === "") event.currentTarget.blur();
          else onChange("");
          event.preventDefault();
        }}
      />
    </div>
  );
}
