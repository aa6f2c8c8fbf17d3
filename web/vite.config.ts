import { gzipSync } from "node:zlib";
import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin, type Rolldown } from "vite";

const FIRST_LOAD_BUDGET = 150_000;

/** Fails the build when what the first page needs outgrows its budget, gzipped. */
function firstLoadBudget(): Plugin {
  return {
    name: "first-load-budget",
    apply: "build",
    writeBundle(_, bundle) {
      const needed = new Set<string>();
      const visit = (name: string) => {
        const file = bundle[name];
        if (file?.type !== "chunk" || needed.has(name)) return;
        needed.add(name);
        file.imports.forEach(visit);
        file.viteMetadata?.importedCss.forEach((css) => needed.add(css));
      };
      const chunks = Object.values(bundle).filter((file) => file.type === "chunk");
      // The page most people open first is needed as much as the entry.
      chunks
        .filter((chunk) => chunk.isEntry || chunk.name === "ProjectsPage")
        .forEach((chunk) => {
          visit(chunk.fileName);
        });
      const bytes = [...needed].reduce((sum, name) => sum + gzipped(bundle[name]), 0);
      this.info(
        `first load: ${(bytes / 1000).toFixed(1)} kB gzipped of ${FIRST_LOAD_BUDGET / 1000}`,
      );
      if (bytes > FIRST_LOAD_BUDGET) this.error("the first load is over its budget");
    },
  };
}

function gzipped(file: Rolldown.OutputChunk | Rolldown.OutputAsset | undefined): number {
  if (file === undefined) return 0;
  return gzipSync(file.type === "chunk" ? file.code : file.source).length;
}

const server = process.env.COMMANDCENTER_SERVER ?? "http://127.0.0.1:9001";

export default defineConfig({
  plugins: [react(), firstLoadBudget()],
  build: {
    // The content security policy allows no data: fonts or styles.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: "es2023",
  },
  server: {
    proxy: {
      "/api": server,
      "/readyz": server,
      "/metrics": server,
      "/sign-out": server,
      "/sign-in": {
        target: server,
        bypass: (request) => (request.method === "GET" ? "/index.html" : undefined),
      },
    },
  },
});
