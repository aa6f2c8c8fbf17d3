import { defineConfig } from "@playwright/test";
import journeys from "../e2e/playwright.config";

/** Measures in the browser of the journeys. Asserts no time: it prints, each number beside its baseline. */
export default defineConfig({
  ...journeys,
  testDir: ".",
  testMatch: "*.bench.ts",
  outputDir: "../e2e/results",
  timeout: 180_000,
});
