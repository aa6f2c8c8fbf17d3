import type { Page } from "@playwright/test";

const SECONDS = 4;

/** Frames per second while `list` is scrolled by `step` pixels in each, and the slowest of them. */
export async function frames(page: Page, list: string, step: number): Promise<string> {
  const gaps = await page.locator(list).evaluate(
    (element, [seconds, step]) =>
      new Promise<number[]>((resolve) => {
        const times: number[] = [];
        const next = (now: number) => {
          times.push(now);
          element.scrollTop += step;
          if (now - (times[0] ?? now) < seconds * 1000) requestAnimationFrame(next);
          else resolve(times.slice(1).map((time, place) => time - (times[place] ?? time)));
        };
        requestAnimationFrame(next);
      }),
    [SECONDS, step] as const,
  );
  const sorted = gaps.toSorted((left, right) => left - right);
  const late = sorted[Math.floor(sorted.length * 0.99)] ?? 0;
  const rate = gaps.length / (gaps.reduce((sum, gap) => sum + gap, 0) / 1000);
  return `${rate.toFixed(0)} frames/s, 99 % within ${late.toFixed(0)} ms`;
}
