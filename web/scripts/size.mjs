// What the first visit loads, gzipped: everything index.html names. Fails above the budget.
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const BUDGET = 150_000;

const page = readFileSync("dist/index.html", "utf8");
const names = [...page.matchAll(/(?:src|href)="\/([^"]+\.(?:js|css))"/g)].map((it) => it[1]);
const bytes = names.reduce((sum, name) => sum + gzipSync(readFileSync(`dist/${name}`)).length, 0);
console.log(`first visit: ${Math.round(bytes / 1000)} kB gzipped of ${BUDGET / 1000} kB`);
if (names.length === 0 || bytes > BUDGET) process.exit(1);
