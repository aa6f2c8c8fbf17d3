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

/** The API says `function` and `done` where its description says `Function` and `Done`. */
export type Spelled<Value> = Value extends Schemas["NodeKind" | "EdgeKind"]
  ? string
  : Value extends Schemas["IndexingStage"]
    ? Lowercase<Value>
    : Value extends object
      ? { [Key in keyof Value]: Spelled<Value[Key]> }
      : Value;

export type GraphNode = Spelled<Schemas["Node"]>;
export type GraphEdge = Spelled<Schemas["Edge"]>;
export type Subgraph = Spelled<Schemas["Subgraph"]>;
export type GraphPath = Spelled<Schemas["GraphPath"]>;
export type GraphMap = Spelled<Schemas["GraphMap"]>;
export type MapNode = Spelled<Schemas["MapNode"]>;
export type MapLevel = Schemas["MapLevel"];
export type GraphStatus = Schemas["GraphStatus"];
export type Indexing = Spelled<Schemas["Indexing"]>;

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
