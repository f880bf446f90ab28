// `ouro fork`: a second home from any entry of the first.
import { resolve } from "node:path";
import { type Program, UsageError, type Verb } from "../frontend.js";
import { readWords } from "./words.js";

const usage = `usage: ouro fork ENTRY DIRECTORY [--json]

Makes a second home in DIRECTORY whose journal begins with the entries up to ENTRY: cells, timers, budgets, the store's
records and the genome are what they were there. It has a vault and a signing key of its own, and says in its journal
where it comes from. Secrets, channels and what waits to be sent stay with the first home.
Open it with: ouro --home DIRECTORY`;

export const fork: Verb = {
  summary: "make a second home that begins after an entry of this one",
  usage,
  async run(words, program: Program) {
    const options = readWords(words, { json: "switch" }, 2);
    const [entry = "", directory] = options.positionals;
    if (!/^\d+$/.test(entry) || directory === undefined) throw new UsageError("give the number of an entry and a directory");
    const forked = await (await program.archive()).fork(Number(entry), resolve(directory));
    const text = `${directory} begins after entry ${forked.sequence}, on genome ${forked.genome.slice(0, 10)}; replay hash ${forked.hash}`;
    program.output.write(`${options.has("json") ? JSON.stringify(forked) : text}\n`);
    return 0;
  },
};
