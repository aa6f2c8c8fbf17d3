import { useClock } from "../../ui/clock";
import { StatusMark } from "../../ui/Status";
import { clockTime } from "../../ui/words";
import { beatRate, useLive } from "../live/store";

/** One line of truth about what the page shows. */
export function Footer() {
  const connection = useLive((live) => live.connection);
  const heardAt = useLive((live) => live.heardAt);
  const federation = useLive((live) => live.federation);
  const rate = useClock((now) => beatRate(now) ?? -1);
  return (
    <footer className="footer">
      <span className="line" role="status">
        <StatusMark tone={tones[connection]} />
        {connection === "live" && "live"}
        {connection === "connecting" && "connecting"}
        {connection === "reconnecting" &&
          `reconnecting · last good copy from ${clockTime(new Date(heardAt))}`}
        {connection === "refused" && "signed out"}
      </span>
      {connection === "live" && federation && (
        <>
          <span>
            {federation.stale
              ? `federation away · last good copy from ${clockTime(federation.as_of)}`
              : "federation ok"}
          </span>
          {rate >= 0 && <span>{rate} beats/min</span>}
        </>
      )}
    </footer>
  );
}

const tones = {
  connecting: "unknown",
  live: "online",
  reconnecting: "degraded",
  refused: "offline",
} as const;
