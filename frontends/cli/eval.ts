// `ouro eval`: evaluates forms given on the line, without a home.
import { type Program, UsageError, type Verb } from "../frontend.js";
import { printOutcome } from "./evaluation.js";
import { readWords } from "./words.js";

const usage = `usage: ouro eval 'FORM …' [--json]

Evaluates the forms and prints their values. No home, no world, no ports.
  --json   print one object: {"values": […]} or {"error": {…}}
Exit status: 0, 1 after an error (told on stderr), 2 for wrong usage.`;

export const evaluate: Verb = {
  summary: "evaluate forms, without a home",
  usage,
  isRaw: true,
  async run(words, program: Program) {
    const options = readWords(words, { json: "switch" }, "any");
    if (options.positionals.length === 0) throw new UsageError("give a form to evaluate");
    return printOutcome((session) => session.evaluate(options.positionals.join(" "), "eval"), program, options.has("json"));
  },
};
