import type { CloudEvent } from "../../api/types";
import { counted } from "../../ui/words";

/** What happened, as a sentence where the event is a common one. */
export function eventWords(event: CloudEvent): string {
  const data: Readonly<Record<string, unknown>> = event.data;
  const text = (name: string) => (typeof data[name] === "string" ? data[name] : undefined);
  switch (event.type) {
    case "federation.status_changed":
      return `${event.project ?? ""} went from ${text("from") ?? "?"} to ${text("to") ?? "?"}${reasons(data)}`;
    case "federation.reasons_changed":
      return `${event.project ?? ""} has other reasons now${reasons(data)}`;
    case "access.signed_in":
      return "somebody signed in";
    case "access.key_created":
      return `key ${text("name") ?? ""} was made`;
    case "access.key_revoked":
      return `key ${text("name") ?? ""} was revoked`;
    case "access.refused":
      return `${counted(typeof data.attempts === "number" ? data.attempts : 1, "attempt")} to get in refused`;
    case "instances.removed":
      return `instance ${text("name") ?? ""} was removed`;
    case "instances.changed":
      return `${text("name") ?? "an instance"} is ${text("state") ?? "changed"}${why(text("reason"))}`;
    case "knowledge.documents_added":
      return `documents on their way into ${text("collection") ?? "a collection"}`;
    case "knowledge.ingested":
      return `${counted(Number(data.documents ?? 0), "document")} added to ${text("collection") ?? "a collection"}`;
    case "knowledge.collection_created":
      return `collection ${text("name") ?? text("collection") ?? ""} made`;
    default:
      return `${event.type.replace(/^[^.]*\./, "").replaceAll("_", " ")}${event.project == null ? "" : `: ${event.project}`}`;
  }
}

function reasons(data: Readonly<Record<string, unknown>>): string {
  const list = data.reasons;
  if (!Array.isArray(list) || list.length === 0) return "";
  return `: ${list.map((reason) => String(reason).replaceAll("_", " ")).join(", ")}`;
}

function why(reason: string | undefined): string {
  return reason === undefined ? "" : `: ${reason}`;
}
