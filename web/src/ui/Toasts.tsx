import { Toast } from "@base-ui/react/toast";
import { useEffect } from "react";
import { IconButton } from "./Button";
import { takeSayings, useSayings } from "./toast";
import "./toast.css";

export default function Toasts() {
  return (
    <Toast.Provider limit={3}>
      <Toast.Portal>
        <Toast.Viewport className="toasts">
          <List />
        </Toast.Viewport>
      </Toast.Portal>
    </Toast.Provider>
  );
}

function List() {
  const { toasts, add } = Toast.useToastManager();
  const sayings = useSayings();
  useEffect(() => {
    for (const { title, description, problem } of takeSayings()) {
      add({
        title,
        ...(description !== undefined && { description }),
        ...(problem && { type: "problem", priority: "high" as const }),
        timeout: problem ? 12_000 : 5000,
      });
    }
  }, [sayings, add]);
  return toasts.map((toast) => (
    <Toast.Root key={toast.id} toast={toast} className="toast">
      <Toast.Content className="toast-content">
        <div className="grow">
          <Toast.Title className="toast-title" />
          <Toast.Description className="toast-text" />
        </div>
        <Toast.Close render={<IconButton icon="close" label="Dismiss" />} />
      </Toast.Content>
    </Toast.Root>
  ));
}
