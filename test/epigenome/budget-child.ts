// The process that the test of budgets kills: reserves in many cells at once, and waits for all of them.
import { randomBytes } from "node:crypto";
import { systemClock } from "../../epigenome/index.js";
import { openEvaluating } from "./evaluating.js";

const [home = "", count = "0", point = "", occurrence = "0"] = process.argv.slice(2);
let left = Number(occurrence);

/** All in one day. */
const NOON_MS = Date.UTC(2028, 0, 1, 12);

const world = openEvaluating(home, {
  clock: { ...systemClock(), stamp: () => ({ timeMs: NOON_MS, entropy: randomBytes(32).toString("hex") }), timeMs: () => NOON_MS },
  at: (reached) => { if (reached === point && --left === 0) process.kill(process.pid, "SIGKILL"); },
}, () => new Promise((resolve) => setImmediate(resolve)));
world.on("progress", ({ kind, cell }: { kind: string; cell: string }) => { if (kind === "quarantined") world.release(cell, "a test"); });
for (const { cell, quarantine } of world.cells()) if (quarantine !== undefined) world.release(cell, "a test");
await Promise.all(Array.from({ length: Number(count) }, (_, index) => world.ask({
  id: `input ${index}`, cell: `cell ${index}`, kind: "run", text: `(guard (e (#t (condition-code e))) (metered! ${1 + (index * 7) % 9} ${index % (2 + (index * 7) % 9)} ${index % 11 === 0 ? "#t" : "#f"}) :ok)`,
})));
await world.close();
