// `ouro tui`: opens the agent, or attaches to the one that runs, and shows all of it on one screen.
import type { Program, Verb } from "../frontend.js";
import { loadProgram, lookOf, Tui } from "../tui/index.js";
import { readWords } from "./words.js";

const usage = `usage: ouro tui

The agent on one screen: the conversation, turns under way, budgets, evolution, what waits for your word, and the log.
A line that begins like Lisp is evaluated; any other is a message. The keys stand in the last row.
While another process has the home open, such as ouro serve, this is a terminal of the agent that runs there.
NO_COLOR takes colours away; a terminal that cannot place the cursor is refused: use ouro repl there.`;

export const tui: Verb = {
  summary: "the agent on one screen: conversation, turns, budgets, evolution, approvals, log",
  usage,
  isRaw: true,
  async run(words, program: Program) {
    readWords(words, {}, 0);
    const look = lookOf(program, process.env);
    const host = await program.agent();
    try {
      return await new Tui(host, program, look).run(loadProgram());
    } finally {
      await host.close();
    }
  },
};
