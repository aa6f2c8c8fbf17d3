import { useState } from "react";
import { Button } from "../../ui/Button";
import { FilterField } from "../../ui/Field";
import { Icon } from "../../ui/Icon";
import { count } from "../../ui/words";
import { facet, type FoundHit } from "./results";

interface FacetsProps {
  hits: readonly FoundHit[];
  projects: readonly string[];
  chosen: { projects: readonly string[]; collection: string | undefined; kind: string | undefined };
  onProjects: (projects: readonly string[]) => void;
  onCollection: (name: string | undefined) => void;
  onKind: (name: string | undefined) => void;
}

const SHOWN = 12;

/** What the hits are made of; each line narrows them. */
export function Facets(props: FacetsProps) {
  const { hits, chosen } = props;
  const [open, setOpen] = useState(false);
  const set =
    chosen.projects.length +
    Number(chosen.collection !== undefined) +
    Number(chosen.kind !== undefined);
  return (
    <aside className={open ? "facets open" : "facets"} aria-label="Narrow the hits">
      <Button
        className="facets-toggle"
        aria-expanded={open}
        onClick={() => {
          setOpen(!open);
        }}
      >
        Narrow{set > 0 && ` (${count(set)})`} <Icon name={open ? "up" : "down"} />
      </Button>
      <Projects {...props} />
      <One
        title="Collection"
        values={facet(hits.map((hit) => hit.collection))}
        chosen={chosen.collection}
        onChoose={props.onCollection}
      />
      <One
        title="Kind"
        values={facet(hits.map((hit) => hit.kind))}
        chosen={chosen.kind}
        onChoose={props.onKind}
      />
    </aside>
  );
}

function Projects({ hits, projects, chosen, onProjects }: FacetsProps) {
  const [filter, setFilter] = useState("");
  const counts = new Map(facet(hits.map((hit) => hit.project)));
  // Without a filter only those that answered something, or are chosen, are worth a line.
  const fitting = projects.filter((slug) =>
    filter === ""
      ? projects.length <= SHOWN || counts.has(slug) || chosen.projects.includes(slug)
      : slug.includes(filter.toLowerCase()),
  );
  const ordered = fitting.toSorted((left, right) => weight(right) - weight(left));
  function weight(slug: string): number {
    return (chosen.projects.includes(slug) ? 1e6 : 0) + (counts.get(slug) ?? 0);
  }
  return (
    <section>
      <h3>Project</h3>
      {projects.length > SHOWN && (
        <FilterField label="Find a project" value={filter} onChange={setFilter} />
      )}
      <ul>
        {ordered.slice(0, SHOWN).map((slug) => {
          const on = chosen.projects.includes(slug);
          return (
            <li key={slug}>
              <label className="facet">
                <input
                  type="checkbox"
                  checked={on}
                  onChange={() => {
                    onProjects(
                      on
                        ? chosen.projects.filter((other) => other !== slug)
                        : [...chosen.projects, slug],
                    );
                  }}
                />
                <span className="cut">{slug}</span>
                <span className="number">{counts.get(slug) ?? ""}</span>
              </label>
            </li>
          );
        })}
      </ul>
    </section>
  );
}

interface OneProps {
  title: string;
  values: readonly (readonly [string, number])[];
  chosen: string | undefined;
  onChoose: (value: string | undefined) => void;
}

/** A facet of which one value holds at most; chosen again, it no longer does. */
function One({ title, values, chosen, onChoose }: OneProps) {
  const shown =
    chosen !== undefined && !values.some(([value]) => value === chosen)
      ? [...values, [chosen, 0] as const]
      : values;
  if (shown.length === 0) return null;
  return (
    <section>
      <h3>{title}</h3>
      <ul>
        {shown.map(([value, hits]) => (
          <li key={value}>
            <label className="facet">
              <input
                type="checkbox"
                checked={chosen === value}
                onChange={() => {
                  onChoose(chosen === value ? undefined : value);
                }}
              />
              <span className="cut">{value}</span>
              <span className="number">{hits}</span>
            </label>
          </li>
        ))}
      </ul>
    </section>
  );
}
