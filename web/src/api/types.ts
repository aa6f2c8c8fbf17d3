import type { components, operations } from "./schema";

type Schemas = components["schemas"];

/** What an operation answers when it goes well. */
type Answered<Operation extends keyof operations, Code extends number> =
  operations[Operation]["responses"] extends Record<
    Code,
    { content: { "application/json": infer Body } }
  >
    ? Body
    : never;

export type Problem = Schemas["Problem"];
export type Project = Schemas["Project"];
export type ProjectStatus = Schemas["Status"];
export type NewProject = Schemas["NewProject"];
export type History = Schemas["History"];
export type Transition = Schemas["Transition"];
export type Newcomer = Schemas["Newcomer"];
export type Key = Schemas["Key"];
export type Permission = Schemas["Permission"];
export type CloudEvent = Schemas["Event"];
export type Job = Schemas["Job"];
export type Readiness = Schemas["Readiness"];
export type Collection = Schemas["Collection"];
export type Document = Schemas["Document"];
export type DocumentText = Schemas["DocumentText"];
export type Ingest = Schemas["Ingest"];
export type Source = Schemas["Source"];
export type Hit = Schemas["Hit"];
export type Leg = Schemas["Leg"];
export type SearchAnswer = Schemas["SearchAnswer"];
export type SearchMode = Schemas["SearchMode"];

export type GraphNode = Schemas["Node"];
export type GraphEdge = Schemas["Edge"];
export type Subgraph = Schemas["Subgraph"];
export type GraphPath = Schemas["GraphPath"];
export type GraphMap = Schemas["GraphMap"];
export type MapNode = Schemas["MapNode"];
export type MapLevel = Schemas["MapLevel"];
export type GraphStatus = Schemas["GraphStatus"];
export type Indexing = Schemas["Indexing"];
export type TieEnd = Schemas["TieEnd"];

export type Me = Answered<"get_me", 200>;
export type Catalog = Answered<"get_projects", 200>;
export type CatalogEntry = Answered<"get_projects_slug", 200>;
export type ProjectUptime = Answered<"get_fed_uptime", 200>[number];
export type Instance = Answered<"get_instances", 200>[number];
export type InstanceState = Instance["state"];
export type NewInstance =
  operations["post_instances"]["requestBody"]["content"]["application/json"];
export type Plan = Answered<"post_instances_plan", 200>;
export type Grant = Answered<"get_grants", 200>[number];
