// `ouro doctor`: checks what the agent needs, and says what to do about what is wrong.
import type { Program, Verb } from "../frontend.js";
import { answer } from "./asking.js";
import { readWords } from "./words.js";

const usage = `usage: ouro doctor [--json]

Checks the home, the genome's repository, the end of the journal, the vault, and the programs that Ouro calls.
Exit status: 0 if all is well, else 1.`;

export const doctor: Verb = {
  summary: "check that all is well, and say what to do if not",
  usage,
  run: (words, program: Program) => answer(program, readWords(words, { json: "switch" }, 0), (desk) => desk.doctor(),
    (findings) => findings.map(({ check, ok, text, fix }) => `${ok ? "ok  " : "BAD "} ${check}: ${text}${ok || fix === undefined ? "" : `\n     ${fix}`}`).join("\n"),
    (findings) => findings.every(({ ok }) => ok)),
};
