// `ouro why`: what happened to a message or an effect, what was decided, and on what ground.
import { type Program, UsageError, type Verb } from "../frontend.js";
import { answer } from "./asking.js";
import { whyText } from "./why-text.js";
import { readWords } from "./words.js";

const usage = `usage: ouro why ID [--json]

Tells in a page what happened, what was decided and on what ground. The ID is that of an input (as ouro cell show and
ouro status tell them), that of an effect or of what waits for approval (its first eight digits do), the sequence of an
entry of the journal, or that of a message, as ouro queue tells it (in-7, out-7). Exit status: 1 if nothing of that id is known.`;

export const why: Verb = {
  summary: "what happened to a message or an effect, and on what ground",
  usage,
  run(words, program: Program) {
    const options = readWords(words, { json: "switch" }, 1);
    const [id] = options.positionals;
    if (id === undefined) throw new UsageError("give one id");
    return answer(program, options, (desk) => desk.why({ id }), whyText, ({ about }) => about !== "nothing");
  },
};
