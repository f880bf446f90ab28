// `ouro genome`: what the genome has become, how, and the way back.
import { type EvolveRound, type Host, type Program, UsageError, type Verb } from "../frontend.js";
import { mustFit, readWords, type Words } from "./words.js";

const usage = `usage: ouro genome log [--json]              commits, newest first, with their reasons
       ouro genome diff [FROM [TO]]          what changed, by default since the shipped genome
       ouro genome patches                   hot patches in force
       ouro genome promote NAME              send a hot patch through the gates into the genome
       ouro genome unpatch NAME              take a hot patch out of force
       ouro genome approve COMMIT            your word for a candidate that waits for it (ouro status lists those)
       ouro genome rollback COMMIT [--reason TEXT]   undo a commit by a revert commit

A commit is some of its digits, or a branch and steps back: HEAD, main~2, upstream.

The genome is a Git repository in the home's genome/ folder: git log there shows the same.`;

export const genome: Verb = {
  summary: "the genome's history: log, diff, patches, promote, approve, rollback",
  usage,
  async run(words, program: Program) {
    const options = readWords(words, { json: "switch", reason: "text" }, "any");
    const [action = "log", ...operands] = options.positionals;
    const act = Object.hasOwn(ACTIONS, action) ? ACTIONS[action] : undefined;
    if (act === undefined) throw new UsageError(`there is no action ${action}`);
    mustFit(operands, OPERANDS[action] ?? 0);
    const host = await program.agent();
    try {
      program.output.write(`${await act(host, operands, options)}\n`);
      return 0;
    } finally {
      await host.close();
    }
  },
};

/** How many operands an action takes at most; one that is not here takes none. */
const OPERANDS: Readonly<Record<string, number>> = { diff: 2, promote: 1, approve: 1, unpatch: 1, rollback: 1 };

const ACTIONS: Readonly<Record<string, (host: Host, operands: readonly string[], options: Words) => Promise<string> | string>> = {
  async log(host, _operands, options) {
    const entries = await host.genome.log();
    if (options.has("json")) return JSON.stringify(entries);
    return entries.map(({ commit, subject, body, date }) => `${commit.slice(0, 10)}  ${date}  ${subject}${indent(body)}`).join("\n");
  },
  diff: (host, [from = "upstream", to = "main"]) => host.genome.diff(from, to),
  async patches(host, _operands, options) {
    const patches = await host.genome.patches();
    if (options.has("json")) return JSON.stringify(patches);
    return patches.length === 0 ? "No hot patches." : patches.map(({ library, name, source }) => `${name} of ${library}\n${source}`).join("\n\n");
  },
  promote: async (host, [name], options) => verdict(await host.genome.promote(given(name, "the name of a patch")), options),
  approve: async (host, [commit], options) => verdict(await host.genome.approve(given(commit, "the commit to approve")), options),
  async unpatch(host, [name]) {
    await host.genome.unpatch(given(name, "the name of a patch"));
    return `${name} is as in the genome again`;
  },
  async rollback(host, [commit], options) {
    return `reverted by ${await host.genome.rollback(given(commit, "the commit to undo"), options.text("reason") ?? "asked for on the command line")}`;
  },
};

function verdict(round: EvolveRound, options: Words): string {
  if (options.has("json")) return JSON.stringify(round);
  if (round.adopted) return `adopted as ${round.commit?.slice(0, 10)}: ${round.reason}`;
  return `${round.awaitsPerson === true ? `waits for ouro genome approve ${round.commit?.slice(0, 10)}` : "not adopted"}: ${round.gate}: ${round.reason}`;
}

function given(operand: string | undefined, what: string): string {
  if (operand === undefined) throw new UsageError(`give ${what}`);
  return operand;
}

function indent(body: string): string {
  return body.trim() === "" ? "" : `\n${body.trim().replace(/^/gm, "    ")}`;
}
