import { getRouteApi } from "@tanstack/react-router";
import { InstanceList } from "./InstanceList";

const route = getRouteApi("/frame/projects/$slug");

export function InstancesTab() {
  const { slug } = route.useParams();
  return <InstanceList project={slug} />;
}
