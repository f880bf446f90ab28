// `ouro queue`: what came in and has no end yet, what has not left, and what a person does about it.
import type { QueuedDetails, QueuedReport, QueueReport } from "../channel.js";
import { type Program, UsageError, type Verb } from "../frontend.js";
import { answer, shortened } from "./asking.js";
import { readWords } from "./words.js";

const usage = `usage: ouro queue [list] [--json]
       ouro queue show ID [--json]
       ouro queue retry ID [--json]   a message that did not leave, or one whose turn was not done
       ouro queue drop ID [--json]    one that waits

in-7 is a message that came in, out-7 one that goes out. One whose outcome is unknown may have arrived, and is never
sent again.`;

export const queue: Verb = {
  summary: "messages that wait: list, show, retry, drop",
  usage,
  async run(words, program: Program) {
    const options = readWords(words, { json: "switch" }, 2);
    const [action = "list", id] = options.positionals;
    if (!["list", "show", "retry", "drop"].includes(action)) throw new UsageError(`there is no action ${action}`);
    if ((id === undefined) !== (action === "list")) throw new UsageError(action === "list" ? "list takes no operand" : `${action} needs one id`);
    if (action === "list") return answer(program, options, (desk) => desk.queue(), listText);
    const one = { id: id ?? "" };
    if (action === "show") return answer(program, options, (desk) => desk.queued(one), detailsText);
    if (action === "retry") return answer(program, options, (desk) => desk.retry(one), ({ retried }) => `${retried} is tried again`);
    return answer(program, options, (desk) => desk.drop(one), ({ dropped }) => `${dropped} is out of the queue`);
  },
};

function listText({ in: taken, out }: QueueReport): string {
  return [...taken, ...out].map(line).join("\n") || "Nothing waits.";
}

function line({ id, state, channel, attempts, reason }: QueuedReport): string {
  return `${id.padEnd(8)} ${state.padEnd(8)} ${channel}  ${attempts} ${attempts === 1 ? "attempt" : "attempts"}${reason === "" ? "" : `  ${shortened(reason, 80)}`}`;
}

function detailsText(details: QueuedDetails): string {
  const { text, sender, parts, partsSent } = details;
  return [line(details), ...(sender === "" ? [] : [`  from ${sender}`]), ...(parts === 0 ? [] : [`  ${partsSent} of ${parts} parts have left`]), `  ${shortened(text, 500)}`].join("\n");
}
