import { Link } from "@tanstack/react-router";
import { useMemo, useRef, useState } from "react";
import { Button } from "../../ui/Button";
import { Icon } from "../../ui/Icon";
import { useKey } from "../../ui/keys";
import { bestLines, markedLines } from "./highlight";
import { type FoundDocument, type FoundHit, whyDetail, whyWords } from "./results";

/** Documents with the places in them that answer; `j` and `k` walk the places, Enter opens one. */
export function Results({ documents }: { documents: readonly FoundDocument[] }) {
  const box = useRef<HTMLOListElement>(null);
  const step = (by: number) => {
    const links = [...(box.current?.querySelectorAll<HTMLElement>("[data-hit]") ?? [])];
    const now = links.findIndex((link) => link === document.activeElement);
    const next = links[Math.min(links.length - 1, Math.max(0, now + by))];
    next?.focus();
    next?.scrollIntoView({ block: "nearest" });
  };
  useKey("j", () => {
    step(1);
  });
  useKey("k", () => {
    step(-1);
  });
  return (
    <ol ref={box} className="documents">
      {documents.map((found) => (
        <DocumentHits key={found.key} found={found} />
      ))}
    </ol>
  );
}

const FIRST = 3;

function DocumentHits({ found }: { found: FoundDocument }) {
  const [all, setAll] = useState(false);
  const shown = all ? found.hits : found.hits.slice(0, FIRST);
  return (
    <li className="found">
      <div className="found-head">
        <Icon name="document" />
        <Link
          to="/projects/$slug/knowledge/$document"
          params={{ slug: found.project, document: found.document }}
          className="mono cut"
        >
          {found.path}
        </Link>
        {found.title !== undefined && found.title !== found.path && (
          <span className="muted cut">{found.title}</span>
        )}
        <span className="found-place">
          <span className="tag">{found.project}</span>
          <span className="tag">{found.collection}</span>
          {found.kind !== undefined && <span className="tag">{found.kind}</span>}
        </span>
      </div>
      {shown.map((hit) => (
        <HitLines key={hit.span.join("-")} hit={hit} />
      ))}
      {found.hits.length > shown.length && (
        <Button
          look="quiet"
          onClick={() => {
            setAll(true);
          }}
        >
          {found.hits.length - shown.length} more in this document
        </Button>
      )}
    </li>
  );
}

function HitLines({ hit }: { hit: FoundHit }) {
  const [first = 1, last = first] = hit.lines;
  const lines = useMemo(
    () => bestLines(markedLines(hit.text, hit.highlights, first)),
    [hit.text, hit.highlights, first],
  );
  return (
    <Link
      to="/projects/$slug/knowledge/$document"
      params={{ slug: hit.project, document: hit.document }}
      search={{ lines: first === last ? String(first) : `${first}-${last}` }}
      className="hit"
      data-hit=""
    >
      {hit.heading !== undefined && hit.heading !== "" && (
        <span className="hit-heading">{hit.heading}</span>
      )}
      <span className="hit-lines">
        {lines.map((line) => (
          <span key={line.number} className="hit-line">
            <span className="line-number">{line.number}</span>
            <span className="line-text">
              {line.parts.map((part, place) =>
                part.marked ? (
                  <mark key={place}>{part.text}</mark>
                ) : (
                  <span key={place}>{part.text}</span>
                ),
              )}
            </span>
          </span>
        ))}
      </span>
      <span className="hit-why" title={whyDetail(hit)}>
        {whyWords(hit)}
      </span>
    </Link>
  );
}
