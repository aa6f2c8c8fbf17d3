import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { type KeyboardEvent, useEffect, useId, useRef, useState } from "react";
import type { GraphNode } from "../../api/types";
import { Icon } from "../../ui/Icon";
import { useKey } from "../../ui/keys";
import { findQuery } from "./queries";

interface FindProps {
  project: string;
  label: string;
  onFound: (node: GraphNode) => void;
}

const PATIENCE = 120;

/** Finds anything of the graph by a part of its name. */
export function Find({ project, label, onFound }: FindProps) {
  const [draft, setDraft] = useState("");
  const asked = useLate(draft.trim());
  const [open, setOpen] = useState(false);
  const [place, setPlace] = useState(0);
  const list = useId();
  const field = useRef<HTMLInputElement>(null);
  const found = useQuery({ ...findQuery(project, asked), placeholderData: keepPreviousData });
  const nodes = asked === "" ? [] : (found.data ?? []);
  const current = Math.min(place, nodes.length - 1);
  const shown = open && asked !== "" && (found.isSuccess || found.isError);
  useKey("f", () => {
    field.current?.focus();
    field.current?.select();
  });
  const choose = (node: GraphNode) => {
    setOpen(false);
    setDraft("");
    field.current?.blur();
    onFound(node);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const node = nodes[current];
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      const by = event.key === "ArrowDown" ? 1 : -1;
      setPlace((current + by + nodes.length) % Math.max(1, nodes.length));
    } else if (event.key === "Enter" && shown && node !== undefined) {
      event.preventDefault();
      choose(node);
    } else if (event.key === "Escape") {
      event.preventDefault();
      if (draft === "") field.current?.blur();
      else setDraft("");
    }
  };
  return (
    <div className="filter graph-find">
      <Icon name="search" size={14} />
      <input
        ref={field}
        className="input"
        type="search"
        role="combobox"
        aria-label={label}
        aria-expanded={shown}
        aria-controls={list}
        aria-autocomplete="list"
        aria-activedescendant={shown && nodes.length > 0 ? `${list}-${current}` : undefined}
        placeholder={`${label}…`}
        autoComplete="off"
        spellCheck={false}
        value={draft}
        onChange={(event) => {
          setDraft(event.target.value);
          setPlace(0);
          setOpen(true);
        }}
        onFocus={() => {
          setOpen(true);
        }}
        onBlur={() => {
          setOpen(false);
        }}
        onKeyDown={onKeyDown}
      />
      {draft === "" && <kbd className="graph-find-key">f</kbd>}
      {shown && (
        <ul className="graph-found" role="listbox" id={list} aria-label="Found">
          {nodes.map((node, at) => (
            <li
              key={node.id}
              id={`${list}-${at}`}
              role="option"
              aria-selected={at === current}
              // The press must not take the focus, which would close the list before the click.
              onPointerDown={(event) => {
                event.preventDefault();
              }}
              onClick={() => {
                choose(node);
              }}
            >
              <span className="mono cut">{node.name}</span>
              <span className="muted small">{node.kind}</span>
              <span className="muted small cut graph-found-path">{node.path}</span>
            </li>
          ))}
          {nodes.length === 0 && (
            <li className="muted" role="option" aria-selected={false} aria-disabled="true">
              {found.isError ? "The search failed." : `Nothing is named like “${asked}”.`}
            </li>
          )}
        </ul>
      )}
    </div>
  );
}

/** A value once it has rested for a moment. */
function useLate(value: string): string {
  const [late, setLate] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => {
      setLate(value);
    }, PATIENCE);
    return () => {
      clearTimeout(timer);
    };
  }, [value]);
  return late;
}
