// `ouro send`: one message to the agent, and its answer.
import { type Program, UsageError, type Verb } from "../frontend.js";
import { answer } from "./asking.js";
import { readWords } from "./words.js";

const usage = `usage: ouro send TEXT … [--json]

Sends a message as the operator and prints the answer once its turn is committed.`;

export const send: Verb = {
  summary: "one message to the agent, and its answer",
  usage,
  run(words, program: Program) {
    const options = readWords(words, { json: "switch" }, "any");
    const text = options.positionals.join(" ");
    if (text.trim() === "") throw new UsageError("give a text");
    return answer(program, options, (desk) => desk.send({ text }), (result) => result.answer);
  },
};
