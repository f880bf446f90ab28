// `ouro replay`: the journal run again, without asking anything outside.
import type { Program, Verb } from "../frontend.js";
import { readWords } from "./words.js";

const usage = `usage: ouro replay [--json]

Runs every turn of the journal again, each effect answered as it was, and compares what each commit says with what
comes out, and the home's tables at the end with those that come of it. The hash covers the state at every commit: two homes that agree on it agree on all of them.
Exits with 1 and names the first entry that came out otherwise.`;

export const replay: Verb = {
  summary: "run the journal again and compare the state at every commit",
  usage,
  async run(words, program: Program) {
    const options = readWords(words, { json: "switch" }, 0);
    const { ok, commits, effects, hash, sequence, problem } = await (await program.archive()).replay();
    const text = ok ? `ok: ${commits} commits, ${effects} effects, hash ${hash}` : `bad: ${sequence === undefined ? "" : `entry ${sequence}: `}${problem}`;
    program.output.write(`${options.has("json") ? JSON.stringify({ ok, commits, effects, hash, sequence, problem }) : text}\n`);
    return ok ? 0 : 1;
  },
};
