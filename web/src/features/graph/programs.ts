import type { Attributes } from "graphology-types";
import { EdgeLineProgram, NodePointProgram } from "sigma/rendering";
import type { EdgeProgramType, NodeProgramType } from "sigma/rendering";
import type { RenderParams } from "sigma/types";

interface Frame {
  /** Where one looks changes: the next frame follows at once, and nothing is pointed at. */
  readonly moving: boolean;
  /** More lines than a frame can draw. */
  readonly crowded: boolean;
}

/**
 * Dots as points: one call draws all of them. By default each is an instance, which a browser that
 * draws without a graphics card pays for one by one.
 */
export function dotProgram<Dot extends Attributes, Line extends Attributes>(
  frame: Frame,
): NodeProgramType<Dot, Line> {
  return class extends NodePointProgram<Dot, Line> {
    override render(params: RenderParams): void {
      // What tells which dot the pointer is on is a second drawing of all of them.
      const { pickProgram } = this;
      if (frame.moving) this.pickProgram = null;
      super.render(params);
      this.pickProgram = pickProgram;
    }
  };
}

export function lineProgram<Dot extends Attributes, Line extends Attributes>(
  frame: Frame,
): EdgeProgramType<Dot, Line> {
  return class extends EdgeLineProgram<Dot, Line> {
    override render(params: RenderParams): void {
      if (!frame.moving || !frame.crowded) super.render(params);
    }
  };
}
