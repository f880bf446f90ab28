// `ouro down`: ends the process that has the home open, in good order.
import { setTimeout as sleep } from "node:timers/promises";
import { CommandError, type Program, type Verb } from "../frontend.js";
import { readWords } from "./words.js";

const usage = `usage: ouro down [--wait SECONDS] [--json]

Tells the process that has the home open to leave, be it ouro up, ouro serve, a REPL or another, and waits until it
has: what is under way ends first.
  --wait SECONDS   how long to wait (60)`;

const WAIT_SECONDS = 60;
const BETWEEN_LOOKS_MS = 50;

export const down: Verb = {
  summary: "end the agent that is up, in good order",
  usage,
  async run(words, program: Program) {
    const options = readWords(words, { wait: "number", json: "switch" }, 0);
    const seconds = options.number("wait") ?? WAIT_SECONDS;
    const desk = await program.desk();
    try {
      await desk.down();
    } finally {
      await desk.close();
    }
    for (const until = performance.now() + seconds * 1_000; await isOpen(program); await sleep(BETWEEN_LOOKS_MS))
      if (performance.now() > until) throw new CommandError("still-up", `it has not left within ${seconds} seconds`, "Wait longer with --wait, or see ouro status for what it is about.");
    program.output.write(options.has("json") ? `${JSON.stringify({ down: true })}\n` : "It is down.\n");
    return 0;
  },
};

async function isOpen(program: Program): Promise<boolean> {
  try {
    const desk = await program.desk();
    try {
      return (await desk.status()).open;
    } finally {
      await desk.close();
    }
  } catch (error) {
    // It is closing, and answers no more.
    if (["owner-gone", "home-busy", "ECONNRESET", "EPIPE"].includes(String((error as { code?: unknown }).code))) return true;
    throw error;
  }
}
