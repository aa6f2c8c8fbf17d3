import type { Attributes } from "graphology-types";
import type { NodeHoverDrawingFunction, NodeLabelDrawingFunction } from "sigma/rendering";
import type { Paints } from "./paints";

interface Label {
  readonly text: string;
  readonly x: number;
  readonly y: number;
  /** Of its dot: the larger ones are named first. */
  readonly size: number;
  readonly width: number;
}

const HEIGHT = 14;
const GAP = 4;

/** Names beside their dots, as many as find room without covering each other. */
export class Labels {
  private asked: Label[] = [];
  private edge = Infinity;
  private readonly widths = new Map<string, number>();

  /** Notes a name; `paint` draws what was noted since `clear`. */
  readonly ask: NodeLabelDrawingFunction = (
    context,
    { x, y, size, label, highlighted },
    { labelSize, labelFont, labelWeight },
  ) => {
    // What is marked carries its name on its mark.
    if (label === null || highlighted) return;
    context.font = `${labelWeight} ${labelSize}px ${labelFont}`;
    const width = this.widths.get(label) ?? context.measureText(label).width;
    this.widths.set(label, width);
    const start = beside(x, size + GAP, width, this.edge);
    this.asked.push({ text: label, x: start, y: y + labelSize / 3, size, width });
  };

  paint(context: CanvasRenderingContext2D, { text, surface }: Paints): void {
    context.lineWidth = 3;
    context.lineJoin = "round";
    context.strokeStyle = surface;
    context.fillStyle = text;
    for (const label of withRoom(this.asked)) {
      // Lines and other dots end a little before the letters.
      context.strokeText(label.text, label.x, label.y);
      context.fillText(label.text, label.x, label.y);
    }
  }

  /** `edge` is where the canvas ends at the right. */
  clear(edge: number): void {
    this.asked = [];
    this.edge = edge;
  }
}

/** Where what stands beside a dot begins: at its right, or at its left where it would be cut. */
export function beside(x: number, gap: number, width: number, edge: number): number {
  const left = x - gap - width;
  return x + gap + width > edge && left >= 0 ? left : x + gap;
}

/** Those that cover none of a larger dot. */
export function withRoom<One extends Omit<Label, "text">>(labels: readonly One[]): One[] {
  const placed: One[] = [];
  for (const label of labels.toSorted((left, right) => right.size - left.size)) {
    const covers = placed.some(
      (other) =>
        Math.abs(other.y - label.y) < HEIGHT &&
        label.x < other.x + other.width + GAP &&
        other.x < label.x + label.width + GAP,
    );
    if (!covers) placed.push(label);
  }
  return placed;
}

export function drawHover<Dot extends Attributes, Line extends Attributes>(
  paints: Paints,
  edge: number,
): NodeHoverDrawingFunction<Dot, Line> {
  return (context, { x, y, size, label, color }, { labelSize, labelFont, labelWeight }) => {
    context.beginPath();
    context.arc(x, y, size + 3, 0, 2 * Math.PI);
    context.fillStyle = paints.surface;
    context.fill();
    context.lineWidth = 2;
    context.strokeStyle = paints.accent;
    context.stroke();
    context.beginPath();
    context.arc(x, y, size, 0, 2 * Math.PI);
    context.fillStyle = color;
    context.fill();
    if (label === null) return;
    context.font = `${labelWeight} ${labelSize}px ${labelFont}`;
    const { width } = context.measureText(label);
    const start = beside(x, size + 6, width + 12, edge);
    context.beginPath();
    context.roundRect(start, y - labelSize, width + 12, labelSize * 2, 4);
    context.fillStyle = paints.surface;
    context.fill();
    context.lineWidth = 1;
    context.strokeStyle = paints.line;
    context.stroke();
    context.fillStyle = paints.text;
    context.fillText(label, start + 6, y + labelSize / 3);
  };
}
