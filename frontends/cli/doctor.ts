// `ouro doctor`: checks what the agent needs, and says what to do about what is wrong.
import type { Program, Verb } from "../frontend.js";
import { readWords } from "./words.js";

const usage = `usage: ouro doctor [--json]

Checks the home, the genome's repository, the journal, the vault, and the programs that Ouro calls.
Exit status: 0 if all is well, else 1.`;

export const doctor: Verb = {
  summary: "check that all is well, and say what to do if not",
  usage,
  async run(words, program: Program) {
    const options = readWords(words, { json: "switch" });
    const host = await program.open();
    try {
      const findings = await host.doctor();
      const lines = findings.map(({ check, ok, text, fix }) => `${ok ? "ok  " : "BAD "} ${check}: ${text}${ok || fix === undefined ? "" : `\n     ${fix}`}`);
      program.output.write(`${options.has("json") ? JSON.stringify(findings) : lines.join("\n")}\n`);
      return findings.every(({ ok }) => ok) ? 0 : 1;
    } finally {
      await host.close();
    }
  },
};
