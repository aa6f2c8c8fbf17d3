import "react";

declare module "react" {
  /** Custom properties, which React passes on as they are. */
  type CSSProperties = Record<`--${string}`, string | number | undefined>;
}
