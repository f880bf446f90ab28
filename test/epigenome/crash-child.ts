// The process that a turn kills: it dies of the first output, or of the first effect that is begun.
import { openTestWorld } from "./home.js";

const [home = "", deadly = "output"] = process.argv.slice(2);
/** A turn that prints before it goes on, or writes; another one of its cell, and one beside it. */
const INPUTS = [
  { id: "d1", cell: "a", kind: deadly === "output" ? "deadly" : "write", text: "" },
  { id: "m1", cell: "a", kind: "message", text: "after" },
  { id: "m2", cell: "b", kind: "message", text: "beside" },
];

const world = openTestWorld(home);
world.on("progress", ({ kind }: { kind: string }) => {
  if (kind === deadly) process.kill(process.pid, "SIGKILL");
});
await Promise.all(INPUTS.map((input) => world.ask(input)));
await world.close();
