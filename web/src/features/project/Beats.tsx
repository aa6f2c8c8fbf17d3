import { Sparkline } from "../../ui/Sparkline";
import { useRhythm } from "../live/store";
import { gaps } from "./gaps";

/** The rhythm of a project's beats since the page was opened: even when all is well. */
export function Beats({ slug }: { slug: string }) {
  const seconds = gaps(useRhythm(slug));
  const longest = Math.max(0, ...seconds);
  return (
    <section aria-labelledby="beats">
      <div className="section-head">
        <h2 id="beats">Beats</h2>
        {seconds.length > 1 && (
          <span className="muted small">at most {longest.toFixed(1)} s apart since you came</span>
        )}
      </div>
      {seconds.length > 1 ? (
        <Sparkline
          values={seconds}
          label={`Seconds between the last ${seconds.length} beats, at most ${longest.toFixed(1)}`}
        />
      ) : (
        <p className="muted">Listening; the rhythm shows after three beats.</p>
      )}
    </section>
  );
}
