import { count } from "../../ui/words";
import type { Legend } from "./legend";
import type { Colour } from "./view";
import { kindWords } from "./words";

interface LegendBoxProps {
  legend: Legend;
  /** Absent where the colours cannot be chosen: they tell the distance. */
  colour: Colour | undefined;
  colours: readonly Colour[];
  hidden: ReadonlySet<string>;
  onColour: (colour: Colour) => void;
  onToggle: (entry: string) => void;
}

const words: Record<Colour, string> = {
  kind: "Kind",
  language: "Language",
  changes: "Changes",
  owner: "Owner",
  ghosts: "Ghosts",
};

const MOST = 12;

/** What the colours mean; what is switched off here is not drawn and not listed. */
export function LegendBox({ legend, colour, colours, hidden, onColour, onToggle }: LegendBoxProps) {
  return (
    <section className="graph-legend" aria-label="Legend">
      {colour === undefined ? (
        <h3>Distance</h3>
      ) : (
        <label className="graph-colour">
          <span>Colour by</span>
          <select
            className="input"
            value={colour}
            onChange={(event) => {
              const chosen = colours.find((one) => one === event.target.value);
              if (chosen) onColour(chosen);
            }}
          >
            {colours.map((one) => (
              <option key={one} value={one}>
                {words[one]}
              </option>
            ))}
          </select>
        </label>
      )}
      <ul>
        {legend.entries.slice(0, MOST).map((entry) => (
          <li key={entry.id}>
            <Toggle
              id={entry.id}
              label={kindWords(entry.label)}
              count={entry.count}
              mark={<span className={`graph-mark ${entry.tint}`} aria-hidden="true" />}
              hidden={hidden}
              onToggle={onToggle}
            />
          </li>
        ))}
      </ul>
      {legend.entries.length > MOST && (
        <p className="muted small">and {count(legend.entries.length - MOST)} more</p>
      )}
      {legend.links.length > 0 && <h3>Links</h3>}
      <ul>
        {legend.links.map((link) => (
          <li key={link.id}>
            <Toggle
              id={link.id}
              label={kindWords(link.kind)}
              count={link.count}
              mark={<span className="graph-mark link" aria-hidden="true" />}
              hidden={hidden}
              onToggle={onToggle}
            />
          </li>
        ))}
      </ul>
    </section>
  );
}

interface ToggleProps {
  id: string;
  label: string;
  count: number;
  mark: React.ReactNode;
  hidden: ReadonlySet<string>;
  onToggle: (entry: string) => void;
}

function Toggle({ id, label, count: number, mark, hidden, onToggle }: ToggleProps) {
  return (
    <button
      type="button"
      className="graph-toggle"
      aria-pressed={!hidden.has(id)}
      onClick={() => {
        onToggle(id);
      }}
    >
      {mark}
      <span className="cut grow">{label}</span>
      <span className="number muted">{count(number)}</span>
    </button>
  );
}
