// `ouro cell`: the cells, what each does, and the way out of a quarantine.
import { type CellDetails, type CellReport, type Program, UsageError, type Verb } from "../frontend.js";
import { answer, shortened } from "./asking.js";
import { readWords } from "./words.js";

const usage = `usage: ouro cell [list] [--json]      all cells: their mailboxes, and which are quarantined
       ouro cell show NAME [--json]   mailbox, turn under way, quarantine with its reason, last outcomes, state
       ouro cell stop NAME            end the turn under way, wherever it is
       ouro cell release NAME         let a quarantined cell run again

A cell is one conversation or job. One whose turn broke determinism or killed the process twice is quarantined: its
mailbox is kept and not run until you release it.`;

export const cell: Verb = {
  summary: "the cells: list, show, stop, release from quarantine",
  usage,
  run(words, program: Program) {
    const options = readWords(words, { json: "switch" }, 2);
    const [action = "list", name] = options.positionals;
    if (action === "list" && name === undefined) return answer(program, options, (desk) => desk.cells(), (cells) => cells.map(cellLine).join("\n") || "No cells yet.");
    if (!["show", "stop", "release"].includes(action)) throw new UsageError(`there is no action ${action}`);
    if (name === undefined) throw new UsageError(`${action} takes the name of one cell`);
    if (action === "show") return answer(program, options, (desk) => desk.cell({ cell: name }), detailLines);
    if (action === "stop") return answer(program, options, (desk) => desk.stop({ cell: name }), ({ stopped }) => (stopped ? "Stopped." : "Nothing is running."), ({ stopped }) => stopped);
    return answer(program, options, (desk) => desk.release({ cell: name }), ({ released }) => `${released} runs again`);
  },
};

function cellLine({ cell: name, mailbox, quarantine }: CellReport): string {
  return `${name}  ${mailbox} waiting${quarantine === undefined ? "" : `, quarantined: ${shortened(quarantine.reason, 120)}`}`;
}

function detailLines({ cell: name, mailbox, quarantine, inputs, turn, ended, state }: CellDetails): string {
  return [
    `${name}  ${mailbox} waiting`,
    ...(quarantine === undefined ? [] : [`quarantined  since entry ${quarantine.sequence}: ${quarantine.reason}`, `             ouro cell release ${name} lets it run again`]),
    ...(turn === undefined ? [] : [`turn         ${turn.input}, ${turn.steps} steps, ${turn.effects} effects`]),
    ...inputs.map((id) => `waits        ${id}`),
    ...ended.map(({ id, outcome }) => `${outcome.padEnd(12)} ${id}`),
    `state        ${shortened(state, 1_000)}`,
  ].join("\n");
}
