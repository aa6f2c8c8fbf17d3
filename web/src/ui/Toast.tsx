import { Toast as Base } from "@base-ui/react/toast";
import { IconButton } from "./Button";
import "./toast.css";

const manager = Base.createToastManager();

/** Says that something was done. What went wrong is said where it was asked for. */
export function say(title: string, description?: string): void {
  manager.add({ title, ...(description !== undefined && { description }), timeout: 5000 });
}

/** For what fails where there is no place to say so: a menu entry, a key press. */
export function complain(title: string, description: string): void {
  manager.add({ title, description, type: "problem", priority: "high", timeout: 12_000 });
}

export function Toasts() {
  return (
    <Base.Provider toastManager={manager} limit={3}>
      <Base.Portal>
        <Base.Viewport className="toasts">
          <List />
        </Base.Viewport>
      </Base.Portal>
    </Base.Provider>
  );
}

function List() {
  const { toasts } = Base.useToastManager();
  return toasts.map((toast) => (
    <Base.Root key={toast.id} toast={toast} className="toast" data-type={toast.type}>
      <Base.Content className="toast-content">
        <div className="grow">
          <Base.Title className="toast-title" />
          <Base.Description className="toast-text" />
        </div>
        <Base.Close render={<IconButton icon="close" label="Dismiss" />} />
      </Base.Content>
    </Base.Root>
  ));
}
