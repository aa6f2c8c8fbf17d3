import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api, take, troubleOf } from "../../api/client";
import type { Instance } from "../../api/types";
import { complain, say } from "../../ui/toast";
import { withInstance } from "../live/reducer";
import { instancesQuery } from "./queries";

export type Verb = "start" | "stop" | "restart";

function ask(id: string, verb: Verb): Promise<Instance> {
  const params = { params: { path: { id } } };
  switch (verb) {
    case "start":
      return take(api.POST("/api/v1/instances/{id}/start", params));
    case "stop":
      return take(api.POST("/api/v1/instances/{id}/stop", params));
    case "restart":
      return take(api.POST("/api/v1/instances/{id}/restart", params));
  }
}

const doing: Record<Verb, string> = { start: "Starting", stop: "Stopping", restart: "Restarting" };

/** Starts, stops, restarts; the stream brings what becomes of it. */
export function useInstanceVerb() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ instance, verb }: { instance: Instance; verb: Verb }) => ask(instance.id, verb),
    onSuccess: (changed, { verb }) => {
      say(`${doing[verb]} ${changed.name}`);
      queries.setQueryData(["instance", changed.id], changed);
      queries.setQueryData<readonly Instance[]>(
        instancesQuery.queryKey,
        (known) => known && withInstance(known, changed),
      );
    },
    onError: (error, { instance, verb }) => {
      const trouble = troubleOf(error, `${verb} ${instance.name}`);
      complain(trouble.what, [trouble.why, trouble.advice].filter(Boolean).join(" "));
    },
  });
}

export function useRemoveInstance(onDone: () => void) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (instance: Instance) =>
      take(api.DELETE("/api/v1/instances/{id}", { params: { path: { id: instance.id } } })),
    onSuccess: async (_, instance) => {
      say(`Removed ${instance.name}`);
      onDone();
      await queries.invalidateQueries({ queryKey: instancesQuery.queryKey });
    },
  });
}
