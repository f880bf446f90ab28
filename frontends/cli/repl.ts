// `ouro repl`: opens the agent, or attaches to the one that runs, and starts the REPL.
import type { Program, Verb } from "../frontend.js";
import { Repl } from "../repl/index.js";
import { readWords } from "./words.js";

const usage = `usage: ouro [repl] [--quiet] [--json]

A line that begins like Lisp is evaluated; any other is a message to the agent. ,help lists the commands.
Input that is piped in is read the same way, without prompt; the exit status is 1 if a form failed.
While another process has the home open, such as ouro serve, this is a terminal of the agent that runs there.
  --quiet   no greeting
  --json    for each form, message or command one object: output, and values, answer or error; what is said unasked as {"said"}`;

export const repl: Verb = {
  summary: "talk to the agent and its Lisp (the default)",
  usage,
  isRaw: true,
  async run(words, program: Program) {
    const options = readWords(words, { quiet: "switch", json: "switch" }, 0);
    const host = await program.agent();
    try {
      return await new Repl(host, program).run({ isQuiet: options.has("quiet"), isJson: options.has("json") });
    } finally {
      await host.close();
    }
  },
};
