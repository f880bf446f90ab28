// `ouro log`: the journal, shown, verified, printed whole, and cut short by a snapshot.
import { once } from "node:events";
import { type Archive, type Program, UsageError, type Verb } from "../frontend.js";
import { readWords, type Words } from "./words.js";

const usage = `usage: ouro log show [--last N] [--before SEQUENCE] [--json]   the newest entries (20), or those before one
       ouro log verify [--json]                               check the hash chain, the signed heads and the objects
       ouro log export [--json]                               print all entries as S-expressions, one a line
       ouro log snapshot                                      keep all that follows from the journal so far
       ouro log prune                                         begin the journal with a new snapshot, and remove what nothing names

show, verify and export read the home as it stands, also while an agent has it open.
verify exits with 1 and names the first bad entry if anything was changed, cut off or put in between.`;

export const log: Verb = {
  summary: "the journal: show, verify, export, snapshot, prune",
  usage,
  async run(words, program: Program) {
    const options = readWords(words, { last: "number", before: "number", json: "switch" }, 1);
    const [action = "show"] = options.positionals;
    const act = Object.hasOwn(ACTIONS, action) ? ACTIONS[action] : undefined;
    if (act === undefined) throw new UsageError(`there is no action ${action}`);
    return act(program, options);
  },
};

const ACTIONS: Readonly<Record<string, (program: Program, options: Words) => Promise<number>>> = {
  async show(program, options) {
    const desk = await program.desk();
    try {
      for (const entry of await desk.journal({ last: options.number("last"), before: options.number("before") }))
        program.output.write(options.has("json") ? `${JSON.stringify(entry)}\n` : `${entry.sequence} ${entry.kind} ${entry.cell} ${entry.text}\n`);
      return 0;
    } finally {
      await desk.close();
    }
  },
  async verify(program, options) {
    const verdict = await (await program.archive()).verify();
    program.output.write(`${options.has("json") ? JSON.stringify(verdict) : verdictText(verdict)}\n`);
    return verdict.ok ? 0 : 1;
  },
  async export(program, options) {
    for await (const line of (await program.archive()).text(options.has("json") ? "json" : "lisp")) {
      if (!program.output.write(`${line}\n`)) await once(program.output, "drain");
      if (program.signal.aborted) return 1;
    }
    return 0;
  },
  async snapshot(program) {
    const host = await program.agent();
    try {
      program.output.write(`the snapshot is entry ${await host.journal.snapshot()}\n`);
      return 0;
    } finally {
      await host.close();
    }
  },
  async prune(program, options) {
    const host = await program.agent();
    try {
      const pruned = await host.journal.prune();
      const text = `the journal begins with the snapshot in entry ${pruned.base}; ${pruned.entries} entries and ${pruned.objects} objects of ${pruned.bytes} bytes are gone`;
      program.output.write(`${options.has("json") ? JSON.stringify(pruned) : text}\n`);
      return 0;
    } finally {
      await host.close();
    }
  },
};

function verdictText({ ok, entries, problem, base }: Awaited<ReturnType<Archive["verify"]>>): string {
  if (!ok) return `bad: ${problem}`;
  return base === undefined ? `ok: ${entries} entries` : `ok: entries ${base} to ${entries}, from the snapshot in entry ${base} on`;
}
