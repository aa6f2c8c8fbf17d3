import type { GraphMap, MapNode } from "../src/api/types";

export const NODES = 10_000;
export const LINKS = 30_000;

/** Ten thousand files in folders, each importing a few of its own folder and now and then others. */
export function largeMap(): GraphMap {
  let state = 1;
  const random = (below: number) => {
    state = (Math.imul(state, 48_271) >>> 0) % 0x7fffffff;
    return state % below;
  };
  const folders = 200;
  const numbers = { symbols: 20, lines: 300, ghosts: 0, changes: 0 };
  const nodes = Array.from({ length: NODES }, (_, id): MapNode => {
    const folder = id < folders ? id : id % folders;
    const path =
      id < folders ? `f${folder % 20}/g${folder}` : `f${folder % 20}/g${folder}/${id}.rs`;
    const name = path.split("/").at(-1) ?? path;
    const kind = id < folders ? "folder" : "file";
    const files = id < folders ? NODES / folders : 0;
    const parent = id < folders ? {} : { parent: folder };
    return {
      id,
      kind,
      name,
      qualified_name: path,
      path,
      language: "rust",
      files,
      ...parent,
      ...numbers,
    };
  });
  const links = Array.from({ length: LINKS }, () => {
    const from = folders + random(NODES - folders);
    const beside = folders + ((from + folders * random(49)) % (NODES - folders));
    const to = random(10) < 8 ? beside : folders + random(NODES - folders);
    return { from, to, kind: "imports" as const, count: 1 };
  });
  return { level: "file", version: 1, nodes, links, truncated: false };
}
