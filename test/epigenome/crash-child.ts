// The process that a turn kills: it dies of the first output.
import { openTestWorld } from "./home.js";

/** A turn that prints before it goes on, another one of its cell, and one beside it. */
const INPUTS = [
  { id: "d1", cell: "a", kind: "deadly", text: "" },
  { id: "m1", cell: "a", kind: "message", text: "after" },
  { id: "m2", cell: "b", kind: "message", text: "beside" },
];

const [home = ""] = process.argv.slice(2);
const world = openTestWorld(home);
world.on("progress", ({ kind }: { kind: string }) => {
  if (kind === "output") process.kill(process.pid, "SIGKILL");
});
await Promise.all(INPUTS.map((input) => world.ask(input)));
await world.close();
