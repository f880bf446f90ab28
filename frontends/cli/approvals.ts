// `ouro approvals`: what waits for a person's word, and the word.
import { type EffectReport, type Program, UsageError, type Verb } from "../frontend.js";
import { answer, shortened } from "./asking.js";
import { readWords } from "./words.js";

const usage = `usage: ouro approvals [list] [--json]   effects that wait for your word
       ouro approvals approve ID        let one happen, once, with exactly these parameters
       ouro approvals deny ID           refuse it

The first digits of an id are enough.`;

export const approvals: Verb = {
  summary: "effects that wait for your word: list, approve, deny",
  usage,
  run(words, program: Program) {
    const options = readWords(words, { json: "switch" }, 2);
    const [action = "list", id] = options.positionals;
    if (action === "list" && id === undefined) return answer(program, options, (desk) => desk.approvals(), (waiting) => waiting.map(approvalText).join("\n") || "Nothing waits for your word.");
    if (action !== "approve" && action !== "deny") throw new UsageError(`there is no action ${action}`);
    if (id === undefined) throw new UsageError(`${action} takes one id`);
    if (action === "approve") return answer(program, options, (desk) => desk.approve({ id }), ({ approved }) => `${approved} is approved`);
    return answer(program, options, (desk) => desk.deny({ id }), ({ denied }) => `${denied} is denied`);
  },
};

function approvalText({ id, operation, parameters, cell, rule, reason }: EffectReport): string {
  return `${id.slice(0, 8)}  ${operation} ${shortened(parameters, 400)}\n          of the cell ${cell}, by rule ${rule}: ${reason}`;
}
