// `ouro status`: what the agent is and does, in a page.
import type { Program, Verb } from "../frontend.js";
import { readWords } from "./words.js";

const usage = `usage: ouro status [--json]

The home, the genome's commit, hot patches, cells, the journal's length, and open probations.`;

export const status: Verb = {
  summary: "what the agent is and does",
  usage,
  async run(words, program: Program) {
    const options = readWords(words, { json: "switch" });
    const host = await program.open();
    try {
      const facts = await host.status();
      const width = Math.max(...Object.keys(facts).map((name) => name.length));
      const lines = Object.entries(facts).map(([name, value]) => `${name.padEnd(width)}  ${typeof value === "string" ? value : JSON.stringify(value)}`);
      program.output.write(`${options.has("json") ? JSON.stringify(facts) : lines.join("\n")}\n`);
      return 0;
    } finally {
      await host.close();
    }
  },
};
