import { Page } from "../shell/Page";
import { InstanceList } from "./InstanceList";

export function InstancesPage() {
  return (
    <Page title="Instances">
      <InstanceList />
    </Page>
  );
}
