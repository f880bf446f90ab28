// How the tests run, which at once and which apart: one process for all files, Lisp sources imported as text, as the build does it.
import { readFileSync } from "node:fs";
import { defineConfig } from "vitest/config";

/** What takes long: whole processes under kills, platforms and brokers, rounds of evolution. `npm run check` runs it after the rest. */
const LONG = [
  "test/campaign/**/*.test.ts", "test/channels/**/*.test.ts", "test/frontends/{cli,archive,down}.test.ts", "test/frontends/tui/recordings.test.ts",
  "test/genome/{genome,search,schedule}.test.ts", "test/evolution/{shipped-genome,sabotage}.test.ts", "test/ports/lineage/crash.test.ts",
  "test/interpreter/escapes/*.test.ts",
];
const PART = process.env["OURO_TESTS"];

export default defineConfig({
  root: new URL("..", import.meta.url).pathname,
  plugins: [
    {
      name: "scheme-source",
      enforce: "pre",
      load(id) {
        return id.endsWith(".scm") ? `export default ${JSON.stringify(readFileSync(id, "utf8"))};` : undefined;
      },
    },
  ],
  test: {
    include: PART === "long" ? LONG : ["test/**/*.test.ts"],
    exclude: PART === "short" ? LONG : [],
    globalSetup: ["test/temporary.ts"],
    isolate: false,
    // Slices five times as long as usual need a host stack as much deeper; kilobytes.
    execArgv: ["--stack-size=3900"],
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
