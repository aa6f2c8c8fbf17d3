// As `wire/src/graph.rs` has them.

export type Level = "folder" | "file" | "symbol";

export interface GraphNode {
  id: number;
  kind: string;
  name: string;
  qualified_name: string;
  path?: string;
  lines?: [number, number];
  language?: string;
  signature?: string;
  visibility?: string;
  doc?: string;
}

export interface GraphEdge {
  from: number;
  to: number;
  kind: string;
}

export interface Reached {
  node: GraphNode;
  depth: number;
}

export interface Subgraph {
  nodes: Reached[];
  edges: GraphEdge[];
  truncated: boolean;
}

export interface GraphPath {
  nodes: GraphNode[];
  edges: GraphEdge[];
}

export interface MapNode {
  id: number;
  kind: string;
  name: string;
  qualified_name: string;
  path?: string;
  parent?: number;
  language?: string;
  files: number;
  symbols: number;
  lines: number;
  ghosts: number;
  changes: number;
  owner?: string;
  first_change?: number;
}

export interface MapLink {
  from: number;
  to: number;
  kind: string;
  count: number;
}

export interface GraphMap {
  level: Level;
  version: number;
  nodes: MapNode[];
  links: MapLink[];
  truncated: boolean;
}

export interface GraphStatus {
  files: number;
  lines: number;
  symbols: number;
  nodes: number;
  edges: number;
  unresolved: number;
  ghosts: number;
  problems: number;
  languages: { language: string; files: number; lines: number }[];
  version: number;
  commit?: string;
  indexed_at?: string;
}

export interface Indexing {
  id: string;
  path: string;
  stage: "queued" | "reading" | "resolving" | "writing" | "done" | "failed";
  total: number;
  done: number;
  failure?: string;
  outcome?: {
    files: number;
    files_read: number;
    lines: number;
    nodes: number;
    edges: number;
    changes: number;
    problems: number;
    milliseconds: number;
  };
}
