// The process that the crash tests kill: opens the home, feeds it the inputs, and waits for their outcomes.
import { openTestWorld } from "./home.js";
import { DEADLY, INPUTS } from "./inputs.js";
import { outsidePort } from "./outside.js";

const [home = "", point = "", occurrence = "1"] = process.argv.slice(2);
let left = Number(occurrence);

const reach = (reached: string): void => {
  if (reached === point && --left === 0) process.kill(process.pid, "SIGKILL");
};
const world = openTestWorld(home, {
  at: reach,
  ports: ({ tables }) => [outsidePort(home, tables, async (operation) => reach(operation))],
});
world.on("progress", ({ kind, cell }: { kind: string; cell: string }) => {
  if (kind === point) process.kill(process.pid, "SIGKILL");
  if (kind === "quarantined") world.release(cell, "a test");
});
for (const { cell, quarantine } of world.cells()) if (quarantine !== undefined) world.release(cell, "a test");
await Promise.all((point === "output" ? DEADLY : INPUTS).map((input) => world.ask(input)));
await world.close();
