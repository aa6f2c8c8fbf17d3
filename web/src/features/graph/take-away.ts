import type { Line, Picture } from "./picture";

interface Placed {
  readonly id: string;
  readonly x: number;
  readonly y: number;
  readonly size: number;
  readonly color: string;
  readonly label: string;
}

interface Drawing {
  readonly width: number;
  readonly height: number;
  readonly dots: readonly Placed[];
  readonly lines: readonly Line[];
  readonly surface: string;
  readonly text: string;
  readonly line: string;
}

/** More names than this cover each other. */
const MOST_LABELS = 120;

/** What is seen, as a drawing that stays sharp at any size. */
export function svgOf({ width, height, dots, lines, surface, text, line }: Drawing): string {
  const byId = new Map(dots.map((dot) => [dot.id, dot]));
  const strokes = lines.flatMap(({ from, to, count }) => {
    const [one, other] = [byId.get(from), byId.get(to)];
    if (one === undefined || other === undefined) return [];
    const wide = Math.min(4, 0.6 + Math.log2(count) / 3).toFixed(1);
    return `<line x1="${at(one.x)}" y1="${at(one.y)}" x2="${at(other.x)}" y2="${at(other.y)}" stroke-width="${wide}"/>`;
  });
  const circles = dots.map(
    ({ x, y, size, color }) =>
      `<circle cx="${at(x)}" cy="${at(y)}" r="${at(size)}" fill="${color}"/>`,
  );
  const named = dots.toSorted((left, right) => right.size - left.size).slice(0, MOST_LABELS);
  const labels = named.map(
    ({ x, y, size, label }) =>
      `<text x="${at(x + size + 4)}" y="${at(y + 4)}">${escaped(label)}</text>`,
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}">`,
    `<rect width="100%" height="100%" fill="${surface}"/>`,
    `<g stroke="${line}">${strokes.join("")}</g>`,
    `<g>${circles.join("")}</g>`,
    `<g fill="${text}" font-family="Inter, sans-serif" font-size="12">${labels.join("")}</g>`,
    "</svg>\n",
  ].join("\n");
}

function at(number: number): string {
  return number.toFixed(1);
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

/** What is shown, for other programs. */
export function jsonOf({ dots, lines }: Picture): string {
  return `${JSON.stringify({ nodes: dots, links: lines }, null, 2)}\n`;
}
