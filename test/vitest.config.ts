// How the tests run: one process for all files, Lisp sources imported as text, as the build does it.
import { readFileSync } from "node:fs";
import { defineConfig } from "vitest/config";

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
    include: ["test/**/*.test.ts"],
    globalSetup: ["test/temporary.ts"],
    isolate: false,
    // Slices five times as long as usual need a host stack as much deeper; kilobytes.
    execArgv: ["--stack-size=3900"],
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
