// The process that dies while a turn is under way: of its first output, of its first effect, or of the first question to a person.
import { openTestWorld } from "./home.js";

const [home = "", deadly = "output"] = process.argv.slice(2);
const KINDS: Readonly<Record<string, string>> = { output: "deadly", effect: "write", approval: "question" };
/** A turn that prints before it goes on, writes, or asks; another one of its cell, and one beside it. */
const INPUTS = [
  { id: "d1", cell: "a", kind: KINDS[deadly] ?? "", text: "" },
  { id: "m1", cell: "a", kind: "message", text: "after" },
  { id: "m2", cell: "b", kind: "message", text: "beside" },
];

const world = openTestWorld(home);
world.on("progress", ({ kind }: { kind: string }) => {
  if (kind === deadly) process.kill(process.pid, "SIGKILL");
});
await Promise.all(INPUTS.map((input) => world.ask(input)));
await world.close();
