import { useQueries, useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useEffect, useMemo, useState } from "react";
import { api, take, troubleOf } from "../../api/client";
import type { SearchAnswer, SearchMode } from "../../api/types";
import { FilterField } from "../../ui/Field";
import { Prose } from "../../ui/Prose";
import { Empty, ErrorState, Notice, Skeleton } from "../../ui/State";
import { count, counted } from "../../ui/words";
import { catalogQuery } from "../projects/queries";
import { Page } from "../shell/Page";
import { Facets } from "./Facets";
import { Results } from "./Results";
import { byDocument, type FoundHit } from "./results";
import "./search.css";

const route = getRouteApi("/frame/search");

/** With no project chosen this many are asked; a browser opens no more than a few requests at once. */
const ASKED = 40;
const LIMIT = 50;

interface Asked {
  query: string;
  mode: SearchMode | undefined;
  collection?: string | undefined;
  kind?: string | undefined;
}

function searchQuery(project: string, { query, mode, collection, kind }: Asked) {
  const filters = {
    ...(collection !== undefined && { collection }),
    ...(kind !== undefined && { kind }),
  };
  return {
    queryKey: ["search", project, query, mode, collection, kind],
    queryFn: () =>
      take(
        api.POST("/api/v1/projects/{project}/knowledge/search", {
          params: { path: { project } },
          body: { query, limit: LIMIT, explain: true, filters, ...(mode && { mode }) },
        }),
      ),
    enabled: query !== "",
    staleTime: 60_000,
  };
}

export function SearchPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const query = search.q ?? "";
  const set = (change: Partial<typeof search>) =>
    void navigate({ search: (old) => ({ ...old, ...change }), replace: true });
  return (
    <Page title="Search">
      <div className="search-head">
        <QueryField
          query={query}
          onQuery={(q) => {
            set({ q: q === "" ? undefined : q });
          }}
        />
        <div className="choice" role="group" aria-label="How to search">
          {modes.map((mode) => (
            <button
              key={mode.label}
              type="button"
              aria-pressed={search.mode === mode.mode}
              title={mode.title}
              onClick={() => {
                set({ mode: mode.mode });
              }}
            >
              {mode.label}
            </button>
          ))}
        </div>
      </div>
      {query === "" ? (
        <Empty title="Ask anything your documents answer">
          Words are found in any form and order; <code>"a phrase"</code> as it stands,{" "}
          <code>-without</code> leaves out, <code>path:docs/**</code> narrows. The address keeps the
          question, so it can be sent to somebody.
        </Empty>
      ) : (
        <Answers query={query} />
      )}
    </Page>
  );
}

const modes: readonly { mode: SearchMode | undefined; label: string; title: string }[] = [
  { mode: undefined, label: "Best", title: "By meaning and by word" },
  { mode: "vector", label: "Meaning", title: "By vectors alone" },
  { mode: "keyword", label: "Words", title: "By keyword alone" },
  { mode: "graph", label: "Graph", title: "Best, and what the graph connects with it" },
];

/** Asks a moment after the last letter; an address that changes by itself changes the field. */
function QueryField({ query, onQuery }: { query: string; onQuery: (query: string) => void }) {
  const [draft, setDraft] = useState(query);
  const [seen, setSeen] = useState(query);
  const [sent, setSent] = useState(query);
  if (seen !== query) {
    setSeen(query);
    if (query !== sent) setDraft(query);
  }
  useEffect(() => {
    if (draft.trim() === query) return;
    const timer = setTimeout(() => {
      setSent(draft.trim());
      onQuery(draft.trim());
    }, 250);
    return () => {
      clearTimeout(timer);
    };
  }, [draft, query, onQuery]);
  return <FilterField label="Search the documents" value={draft} onChange={setDraft} />;
}

function Answers({ query }: { query: string }) {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const catalog = useQuery(catalogQuery);
  const all = useMemo(
    () => catalog.data?.projects.map((project) => project.slug) ?? [],
    [catalog.data],
  );
  const chosen = search.projects?.split(",") ?? [];
  const asked = chosen.length > 0 ? chosen : all.slice(0, ASKED);
  const { collection, kind, mode } = search;
  const whole = useAnswers(asked, { query, mode });
  const narrowed = collection !== undefined || kind !== undefined;
  const narrow = useAnswers(narrowed ? asked : [], { query, mode, collection, kind });
  const answers = narrowed ? narrow : whole;
  const documents = useMemo(() => byDocument(answers.hits), [answers.hits]);
  const set = (change: Partial<typeof search>) =>
    void navigate({ search: (old) => ({ ...old, ...change }), replace: true });
  const failedAll = answers.failed.length === asked.length && asked.length > 0;
  // Why a project answered nothing is of no interest beside the hits of others.
  const telling = answers.answered.filter((one) => one.answer.hits.length > 0);
  const noticed = telling.length > 0 ? telling : answers.answered;
  const notice = noticed.find((one) => one.answer.notice != null)?.answer.notice;
  return (
    <div className="search">
      <Facets
        hits={whole.hits}
        projects={all}
        chosen={{ projects: chosen, collection, kind }}
        onProjects={(projects) => {
          set({ projects: projects.length === 0 ? undefined : projects.join(",") });
        }}
        onCollection={(name) => {
          set({ collection: name });
        }}
        onKind={(name) => {
          set({ kind: name });
        }}
      />
      <div className="search-results">
        <p className="search-summary muted" aria-live="polite">
          {counted(answers.hits.length, "hit")} in {counted(documents.length, "document")}
          {answers.answered.length > 0 && ` · ${answers.tookMs.toFixed(0)} ms`}
          {answers.waiting.length > 0 && ` · still asking ${some(answers.waiting)}`}
          {chosen.length === 0 &&
            all.length > ASKED &&
            ` · ${count(ASKED)} of ${counted(all.length, "project")} asked; choose others at the left`}
        </p>
        {!failedAll &&
          answers.failed.map(({ project, error }) => (
            <Notice key={project}>
              <strong>{project}</strong> did not answer. {troubleOf(error, "search").why}
            </Notice>
          ))}
        {notice != null && (
          <Notice tone="plain">
            <Prose text={notice} />
          </Notice>
        )}
        {failedAll && <ErrorState trouble={troubleOf(answers.failed[0]?.error, "search")} />}
        {documents.length === 0 && answers.waiting.length > 0 && <Skeleton />}
        {documents.length === 0 && answers.waiting.length === 0 && !failedAll && (
          <Empty title="Nothing relevant">
            No document of {asked.length === 1 ? asked[0] : counted(asked.length, "project")}{" "}
            answers this. Try other words{narrowed && ", or fewer filters"}.
          </Empty>
        )}
        <Results documents={documents} />
      </div>
    </div>
  );
}

interface Answers {
  readonly hits: readonly FoundHit[];
  readonly answered: readonly { project: string; answer: SearchAnswer }[];
  readonly waiting: readonly string[];
  readonly failed: readonly { project: string; error: Error }[];
  readonly tookMs: number;
}

/** Asks every project at once; those that have answered are shown while the slow ones are named. */
function useAnswers(projects: readonly string[], asked: Asked): Answers {
  return useQueries({
    queries: projects.map((project) => searchQuery(project, asked)),
    combine: (results): Answers => {
      const rows = results.map((result, place) => ({ result, project: projects[place] ?? "" }));
      const answered = rows.flatMap(({ result, project }) =>
        result.data ? [{ project, answer: result.data }] : [],
      );
      return {
        hits: answered.flatMap(({ project, answer }) =>
          answer.hits.map((hit) => ({ ...hit, project })),
        ),
        answered,
        waiting: rows.filter(({ result }) => result.isPending).map(({ project }) => project),
        failed: rows.flatMap(({ result, project }) =>
          result.error ? [{ project, error: result.error }] : [],
        ),
        tookMs: Math.max(0, ...answered.map(({ answer }) => answer.took_ms)),
      };
    },
  });
}

function some(names: readonly string[]): string {
  return names.length > 3
    ? `${names.slice(0, 3).join(", ")} and ${count(names.length - 3)} more`
    : names.join(", ");
}
