import { Page } from "../shell/Page";
import { EventList } from "./EventList";

export function EventsPage() {
  return (
    <Page title="Events">
      <EventList />
    </Page>
  );
}
