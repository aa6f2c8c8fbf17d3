import { getRouteApi } from "@tanstack/react-router";
import { EventList } from "./EventList";

const route = getRouteApi("/frame/projects/$slug");

export function EventsTab() {
  const { slug } = route.useParams();
  return <EventList project={slug} />;
}
