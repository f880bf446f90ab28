// `ouro repl`: opens the agent and starts the REPL.
import type { Program, Verb } from "../frontend.js";
import { Repl } from "../repl/index.js";
import { readWords } from "./words.js";

const usage = `usage: ouro [repl] [--quiet]

A line that begins like Lisp is evaluated; any other is a message to the agent. ,help lists the commands.
Input that is piped in is read the same way, without prompt; the exit status is 1 if a form failed.
  --quiet   no greeting`;

export const repl: Verb = {
  summary: "talk to the agent and its Lisp (the default)",
  usage,
  async run(words, program: Program) {
    const options = readWords(words, { quiet: "switch" });
    const host = await program.open();
    try {
      return await new Repl(host, program).run(options.has("quiet"));
    } finally {
      await host.close();
    }
  },
};
