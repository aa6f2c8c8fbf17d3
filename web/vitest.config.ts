import { defineConfig } from "vitest/config";

export default defineConfig({
  test: { env: { TZ: "UTC" }, environment: "happy-dom", include: ["src/**/*.test.{ts,tsx}"] },
});
