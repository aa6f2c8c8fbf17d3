import { QueryClient } from "@tanstack/react-query";
import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Link,
} from "@tanstack/react-router";
import { Failure } from "./api/client";
import { Frame } from "./features/shell/Frame";
import { Page } from "./features/shell/Page";
import * as search from "./search-params";
import { Empty, ErrorState } from "./ui/State";

export const queries = new QueryClient({
  defaultOptions: {
    queries: {
      // The stream says what changed; a query is asked again only where it is told to.
      staleTime: 30_000,
      refetchOnWindowFocus: false,
      retry: (failures, error) => !(error instanceof Failure) && failures < 2,
    },
  },
});

const root = createRootRoute();

const signIn = createRoute({
  getParentRoute: () => root,
  path: "/sign-in",
  validateSearch: search.signIn,
  component: lazyRouteComponent(() => import("./features/sign-in/SignInPage"), "SignInPage"),
});

const frame = createRoute({ getParentRoute: () => root, id: "frame", component: Frame });

const projects = createRoute({
  getParentRoute: () => frame,
  path: "/",
  validateSearch: search.projects,
  component: lazyRouteComponent(() => import("./features/projects/ProjectsPage"), "ProjectsPage"),
});

const project = createRoute({
  getParentRoute: () => frame,
  path: "/projects/$slug",
  component: lazyRouteComponent(() => import("./features/project/ProjectPage"), "ProjectPage"),
});

const overview = createRoute({
  getParentRoute: () => project,
  path: "/",
  component: lazyRouteComponent(() => import("./features/project/OverviewTab"), "OverviewTab"),
});

const knowledge = createRoute({
  getParentRoute: () => project,
  path: "/knowledge",
  validateSearch: search.knowledge,
  component: lazyRouteComponent(() => import("./features/knowledge/KnowledgeTab"), "KnowledgeTab"),
});

const document = createRoute({
  getParentRoute: () => project,
  path: "/knowledge/$document",
  validateSearch: search.document,
  component: lazyRouteComponent(() => import("./features/knowledge/DocumentTab"), "DocumentTab"),
});

const graph = createRoute({
  getParentRoute: () => project,
  path: "/graph",
  validateSearch: search.graph,
  component: lazyRouteComponent(() => import("./features/graph/GraphTab"), "GraphTab"),
});

const projectInstances = createRoute({
  getParentRoute: () => project,
  path: "/instances",
  validateSearch: search.list,
  component: lazyRouteComponent(() => import("./features/instances/InstancesTab"), "InstancesTab"),
});

const projectEvents = createRoute({
  getParentRoute: () => project,
  path: "/events",
  validateSearch: search.events,
  component: lazyRouteComponent(() => import("./features/events/EventsTab"), "EventsTab"),
});

const settings = createRoute({
  getParentRoute: () => project,
  path: "/settings",
  component: lazyRouteComponent(() => import("./features/project/SettingsTab"), "SettingsTab"),
});

const searching = createRoute({
  getParentRoute: () => frame,
  path: "/search",
  validateSearch: search.knowledgeSearch,
  component: lazyRouteComponent(() => import("./features/search/SearchPage"), "SearchPage"),
});

const instances = createRoute({
  getParentRoute: () => frame,
  path: "/instances",
  validateSearch: search.list,
  component: lazyRouteComponent(
    () => import("./features/instances/InstancesPage"),
    "InstancesPage",
  ),
});

const instance = createRoute({
  getParentRoute: () => frame,
  path: "/instances/$id",
  component: lazyRouteComponent(() => import("./features/instances/InstancePage"), "InstancePage"),
});

const newcomers = createRoute({
  getParentRoute: () => frame,
  path: "/newcomers",
  validateSearch: search.list,
  component: lazyRouteComponent(
    () => import("./features/newcomers/NewcomersPage"),
    "NewcomersPage",
  ),
});

const events = createRoute({
  getParentRoute: () => frame,
  path: "/events",
  validateSearch: search.events,
  component: lazyRouteComponent(() => import("./features/events/EventsPage"), "EventsPage"),
});

const keys = createRoute({
  getParentRoute: () => frame,
  path: "/keys",
  validateSearch: search.list,
  component: lazyRouteComponent(() => import("./features/keys/KeysPage"), "KeysPage"),
});

const health = createRoute({
  getParentRoute: () => frame,
  // `/health` itself is the hub's own readiness.
  path: "/system",
  validateSearch: search.list,
  component: lazyRouteComponent(() => import("./features/health/HealthPage"), "HealthPage"),
});

/** Whatever has no page of its own, within the frame. */
const missing = createRoute({ getParentRoute: () => frame, path: "$", component: Missing });

const tree = root.addChildren([
  signIn,
  frame.addChildren([
    projects,
    project.addChildren([
      overview,
      knowledge,
      document,
      graph,
      projectInstances,
      projectEvents,
      settings,
    ]),
    searching,
    instances,
    instance,
    newcomers,
    events,
    keys,
    health,
    missing,
  ]),
]);

export const router = createRouter({
  routeTree: tree,
  defaultPreload: "intent",
  scrollRestoration: true,
  defaultErrorComponent: ({ error, reset }) => (
    <ErrorState
      trouble={{
        what: "This page broke.",
        why: error instanceof Error ? error.message : String(error),
        advice: "Load it again. If it goes on, its address and this text help whoever mends it.",
      }}
      onRetry={reset}
    />
  ),
});

function Missing() {
  return (
    <Page title="Not found">
      <Empty
        title="There is no page at this address"
        action={
          <Link to="/" className="button">
            To the projects
          </Link>
        }
      />
    </Page>
  );
}

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
