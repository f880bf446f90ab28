// `ouro evolve`: runs rounds of the Ouroboros loop and shows what was tried, judged and kept.
import type { EvolveReport, Program, Verb } from "../frontend.js";
import { eventLine, reportTable } from "./evolve-text.js";
import { readWords } from "./words.js";

const usage = `usage: ouro evolve [--rounds N] [--seed N] [--budget N] [--policy NAME,…] [--json] [--quiet]

Reads the genome, measures it on the sealed suites, proposes a change, commits it on a branch, sends it through
the gates, and adopts it or drops it. Each round is one policy; random search gets the same budget, for comparison.
  --rounds N     how many rounds (5)
  --seed N       the same seed on the same genome gives the same trees (else drawn)
  --budget N     candidates that a round may measure
  --policy A,B   only these policies
  --json         print one object, the report
  --quiet        only the table at the end
Ctrl-C ends it after the present step; nothing is left half done.`;

export const evolve: Verb = {
  summary: "run rounds of the Ouroboros loop",
  usage,
  async run(words, program: Program) {
    const options = readWords(words, { rounds: "number", seed: "number", budget: "number", policy: "text", json: "switch", quiet: "switch" }, 0);
    const host = await program.agent();
    try {
      const quiet = options.has("json") || options.has("quiet");
      const report = await host.evolve(
        { rounds: options.number("rounds") ?? 5, seed: options.number("seed"), budget: options.number("budget"), policies: options.text("policy")?.split(","), signal: program.signal },
        (event) => { if (!quiet) program.output.write(`${eventLine(event)}\n`); },
      );
      print(report, options.has("json"), program);
      return 0;
    } finally {
      await host.close();
    }
  },
};

function print(report: EvolveReport, json: boolean, program: Program): void {
  program.output.write(json ? `${JSON.stringify(report)}\n` : `\n${reportTable(report)}\n`);
}
