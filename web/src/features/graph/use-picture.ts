import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import type { GraphMap, GraphPath, Subgraph } from "../../api/types";
import { nothing, type Picture, pictureOfMap, pictureOfPath, pictureOfWalk } from "./picture";
import { impactQuery, mapQuery, nearQuery, nodeQuery, pathQuery } from "./queries";
import type { View } from "./view";

/** What the address asks to see, and the names of the nodes a question is about. */
export function usePicture(project: string, view: View) {
  const { mode, of = "", to } = view;
  const asks = mode === "path" && to === undefined ? undefined : mode;
  const map = useQuery({
    ...mapQuery(project, view.level, view.under),
    enabled: asks === undefined,
  });
  const impact = useQuery({
    ...impactQuery(project, of, view.depth),
    enabled: asks === "impact",
    // A step more or less of the same question.
    placeholderData: keepPreviousData,
  });
  const near = useQuery({ ...nearQuery(project, of), enabled: asks === "near" });
  const path = useQuery({ ...pathQuery(project, of, to ?? ""), enabled: asks === "path" });
  const query = { impact, near, path, none: map }[asks ?? "none"];
  const { data } = query;
  const picture = useMemo(() => (data === undefined ? nothing : pictureOf(data)), [data]);
  const from = useQuery({ ...nodeQuery(project, of), enabled: mode !== undefined });
  const end = useQuery({ ...nodeQuery(project, to ?? ""), enabled: to !== undefined });
  return { query, picture, from: from.data?.name, to: end.data?.name };
}

function pictureOf(answer: GraphMap | Subgraph | GraphPath): Picture {
  if ("links" in answer) return pictureOfMap(answer);
  return "truncated" in answer ? pictureOfWalk(answer) : pictureOfPath(answer);
}
