import "./status.css";

/** How sure and how well: the shapes differ, so that colour is never the only sign. */
export type Tone = "online" | "degraded" | "offline" | "unknown";

export function StatusMark({ tone }: { tone: Tone }) {
  return (
    <svg
      className={`status-mark ${tone}`}
      viewBox="0 0 12 12"
      width="12"
      height="12"
      aria-hidden="true"
    >
      {tone === "online" && <circle cx="6" cy="6" r="4.75" fill="currentColor" />}
      {tone === "degraded" && <path d="M6 1.25a4.75 4.75 0 0 0 0 9.5z" fill="currentColor" />}
      {tone !== "online" && (
        <circle
          cx="6"
          cy="6"
          r="4.1"
          fill="none"
          stroke="currentColor"
          strokeWidth="1.3"
          strokeDasharray={tone === "unknown" ? "2.1 1.58" : undefined}
        />
      )}
    </svg>
  );
}

interface StatusProps {
  tone: Tone;
  /** The word, where it is another than the tone's own. */
  word?: string;
}

export function Status({ tone, word = tone }: StatusProps) {
  return (
    <span className={`status ${tone}`}>
      <StatusMark tone={tone} />
      <span className="status-word">{word}</span>
    </span>
  );
}
