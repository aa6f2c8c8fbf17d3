import "./chart.css";

/** The outline of a series, scaled to its box; a flat series lies on the ground. */
export function sparkPath(values: readonly number[], width: number, height: number): string {
  const top = Math.max(...values, 0);
  const step = values.length > 1 ? width / (values.length - 1) : width;
  return values
    .map((value, place) => {
      const y = top === 0 ? height : height - (value / top) * height;
      return `${place === 0 ? "M" : "L"}${(place * step).toFixed(1)} ${y.toFixed(1)}`;
    })
    .join("");
}

interface SparklineProps {
  values: readonly number[];
  label: string;
  height?: number;
}

export function Sparkline({ values, label, height = 28 }: SparklineProps) {
  if (values.length < 2) return null;
  const outline = sparkPath(values, 100, height);
  return (
    <svg
      className="spark"
      viewBox={`0 0 100 ${height}`}
      height={height}
      preserveAspectRatio="none"
      role="img"
      aria-label={label}
    >
      <path className="fill" d={`${outline}L100 ${height}L0 ${height}Z`} />
      <path d={outline} />
    </svg>
  );
}

/** A part of a whole as a bar, with its number said by whoever shows it. */
export function Meter({ part, label }: { part: number; label: string }) {
  const width = Math.min(100, Math.max(0, part * 100));
  return (
    <div
      className="meter"
      role="meter"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round(width)}
    >
      <div style={{ width: `${width}%` }} />
    </div>
  );
}
