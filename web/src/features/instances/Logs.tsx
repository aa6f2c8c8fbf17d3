import { useEffect, useRef, useState } from "react";
import { troubleOf } from "../../api/client";
import { Button } from "../../ui/Button";
import { FilterField } from "../../ui/Field";
import { save } from "../../ui/save";
import { TroubleNotice } from "../../ui/State";
import { counted, moment } from "../../ui/words";
import { useLogs } from "./logs";

/** What an instance writes. It follows the end until one scrolls away from it. */
export function Logs({ id, name }: { id: string; name: string }) {
  const [follow, setFollow] = useState(true);
  const [filter, setFilter] = useState("");
  const { lines, error, opened, ended } = useLogs(id, follow);
  const shown =
    filter === ""
      ? lines
      : lines.filter((line) => line.text.toLowerCase().includes(filter.toLowerCase()));
  const box = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  const scrolled = useRef(0);
  useEffect(() => {
    if (atEnd.current) box.current?.scrollTo({ top: box.current.scrollHeight });
  }, [shown]);
  return (
    <section className="logs" aria-label="Logs">
      <div className="toolbar">
        <FilterField label="Filter lines" value={filter} onChange={setFilter} />
        <Button
          icon={follow ? "pause" : "play"}
          aria-pressed={follow}
          onClick={() => {
            setFollow(!follow);
          }}
        >
          {follow ? "Stop following" : "Follow"}
        </Button>
        <span className="muted small">
          {counted(shown.length, "line")}
          {ended && follow && error === undefined && ", ended"}
        </span>
        <Button
          look="quiet"
          icon="download"
          disabled={shown.length === 0}
          onClick={() => {
            save(`${name}.log`, "text/plain", `${shown.map((line) => line.text).join("\n")}\n`);
          }}
        >
          Save
        </Button>
      </div>
      {error !== undefined && <TroubleNotice trouble={troubleOf(error, "read the log")} />}
      <div
        className="log-lines"
        ref={box}
        role="log"
        aria-label={`Log of ${name}`}
        tabIndex={0}
        onScroll={(event) => {
          const { scrollTop, scrollHeight, clientHeight } = event.currentTarget;
          // Lines that came since a scroll to the end put it off the end; only going up leaves it.
          const up = scrollTop < scrolled.current;
          scrolled.current = scrollTop;
          const near = scrollHeight - scrollTop - clientHeight < 24;
          atEnd.current = near || (atEnd.current && !up);
        }}
      >
        {shown.length === 0 && opened && (
          <p className="log-line muted">
            {lines.length === 0 ? "Nothing written yet." : "No line fits."}
          </p>
        )}
        {shown.map((line) => (
          <div key={line.number} className={`log-line ${line.stream}`}>
            {line.at !== undefined && <time dateTime={line.at}>{moment(line.at)}</time>}
            <span className="log-text">{line.text}</span>
          </div>
        ))}
      </div>
    </section>
  );
}
