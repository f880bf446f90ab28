// `ouro log`: the journal, shown and verified.
import { type Program, UsageError, type Verb } from "../frontend.js";
import { readWords, type Words } from "./words.js";

const usage = `usage: ouro log show [--last N] [--before SEQUENCE] [--json]   the newest entries (20), or those before one
       ouro log verify [--json]                               check the hash chain and the signed head

verify exits with 1 and names the first bad entry if anything was changed, cut off or put in between.`;

export const log: Verb = {
  summary: "the journal: show, verify",
  usage,
  async run(words, program: Program) {
    const options = readWords(words, { last: "number", before: "number", json: "switch" });
    const [action = "show"] = options.positionals;
    if (action !== "show" && action !== "verify") throw new UsageError(`there is no action ${action}`);
    if (action === "show") return show(options, program);
    const host = await program.open();
    try {
      const verdict = host.journal.verify();
      const text = verdict.ok ? `ok: ${verdict.entries} entries` : `bad: ${verdict.problem}`;
      program.output.write(`${options.has("json") ? JSON.stringify(verdict) : text}\n`);
      return verdict.ok ? 0 : 1;
    } finally {
      await host.close();
    }
  },
};

async function show(options: Words, program: Program): Promise<number> {
  const desk = await program.desk();
  try {
    for (const entry of await desk.journal({ last: options.number("last"), before: options.number("before") }))
      program.output.write(options.has("json") ? `${JSON.stringify(entry)}\n` : `${entry.sequence} ${entry.kind} ${entry.cell} ${entry.text}\n`);
    return 0;
  } finally {
    await desk.close();
  }
}
