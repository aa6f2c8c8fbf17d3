import { defineConfig } from "@playwright/test";
import base from "./playwright.config";

// What is measured, not what has to hold: `npm run bench`.
export default defineConfig({ ...base, testMatch: "*.bench.ts", timeout: 180_000 });
