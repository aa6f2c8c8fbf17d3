import { Dialog as Base } from "@base-ui/react/dialog";
import { type ReactNode, useState } from "react";
import { Button, IconButton } from "./Button";
import { TextField } from "./Field";
import "./dialog.css";

interface DialogProps {
  title: string;
  open: boolean;
  onClose: () => void;
  children: ReactNode;
  wide?: boolean;
}

export function Dialog({ title, open, onClose, children, wide = false }: DialogProps) {
  return (
    <Base.Root
      open={open}
      onOpenChange={(next) => {
        if (!next) onClose();
      }}
    >
      <Base.Portal>
        <Base.Backdrop className="backdrop" />
        <Base.Popup className={wide ? "dialog wide" : "dialog"}>
          <Base.Title className="dialog-title">{title}</Base.Title>
          {children}
          {/* Last, so that what is asked for is focused first. */}
          <Base.Close render={<IconButton icon="close" label="Close" className="dialog-close" />} />
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}

/** The body of a dialog that asks for something and sends it. */
export function DialogForm({
  children,
  submit,
  busy = false,
  disabled = false,
  danger = false,
  onSubmit,
}: {
  children: ReactNode;
  submit: string;
  busy?: boolean;
  disabled?: boolean;
  danger?: boolean;
  onSubmit: () => void;
}) {
  return (
    <form
      className="dialog-body"
      onSubmit={(event) => {
        event.preventDefault();
        onSubmit();
      }}
    >
      <div className="dialog-fields">{children}</div>
      <div className="dialog-foot">
        <Base.Close render={<Button look="quiet">Cancel</Button>} />
        <Button type="submit" look={danger ? "danger" : "primary"} busy={busy} disabled={disabled}>
          {submit}
        </Button>
      </div>
    </form>
  );
}

interface ConfirmProps {
  title: string;
  open: boolean;
  onClose: () => void;
  /** What will be gone, in a sentence. */
  consequence: ReactNode;
  /** What has to be typed before it can be done. */
  name: string;
  verb: string;
  busy?: boolean;
  problem?: ReactNode;
  onConfirm: () => void;
}

/** Asks for the name to be typed: a click alone destroys nothing. */
export function Confirm(props: ConfirmProps) {
  return (
    <Dialog title={props.title} open={props.open} onClose={props.onClose}>
      <ConfirmForm {...props} />
    </Dialog>
  );
}

function ConfirmForm({ consequence, name, verb, busy = false, problem, onConfirm }: ConfirmProps) {
  const [typed, setTyped] = useState("");
  return (
    <DialogForm submit={verb} danger busy={busy} disabled={typed !== name} onSubmit={onConfirm}>
      <p>{consequence}</p>
      {problem}
      <TextField
        label={`Type ${name} to go on`}
        value={typed}
        onChange={(event) => {
          setTyped(event.target.value);
        }}
      />
    </DialogForm>
  );
}
