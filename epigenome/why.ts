// Why something came out as it did: one input, one effect or one entry, in a shape that fits a page.
import type { EffectAccount, EffectStatus } from "./account.js";
import type { Quarantine } from "./cells.js";
import type { Entry } from "./chain.js";
import { datumOf, field, fieldText } from "./data.js";
import type { EndAccount, InputAccount, Records, TurnAccount } from "./records.js";

/** `waiting`: for a person or the outside. `held`: its cell is quarantined. `unfinished`: it goes on when the home is opened. */
export type WhyOutcome = EndAccount["outcome"] | EffectStatus | "running" | "waiting" | "queued" | "held" | "unfinished" | "recorded" | "pruned" | "never seen";

/** What is known of one id. */
export interface Why {
  /** As it was asked, with a shortened id made whole. */
  readonly id: string;
  readonly about: "input" | "effect" | "entry" | "nothing";
  readonly outcome: WhyOutcome;
  /** On what ground, in a sentence. */
  readonly ground: string;
  /** What a person may do about it. */
  readonly next: string;
  readonly input?: InputAccount;
  readonly end?: EndAccount;
  /** All of the turn; of an effect, that one alone. */
  readonly effects: readonly EffectAccount[];
  readonly entry?: Entry;
}

/** What only the process that has the home open knows: is it open, and how far is the turn of a cell? */
export interface Live {
  readonly isOpen: boolean;
  steps(cell: string): number | undefined;
  quarantine(cell: string): Quarantine | undefined;
}

/** Tells of an input's id, an effect's id or the start of it (of eight digits at least), or an entry's sequence. */
export function why(records: Records, live: Live, id: string): Why {
  // An id may be of digits alone, as a sequence is: what there is, is meant.
  const sequence = /^\d{1,15}$/.test(id) ? Number(id) : undefined;
  const entry = sequence === undefined ? undefined : ofEntry(records, live, sequence);
  if (entry !== undefined) return entry;
  const turn = records.turn(id);
  if (turn !== undefined) return ofTurn(records, live, turn);
  const place = /^[0-9a-f]{8,64}$/.test(id) ? records.effectNamed(id) : undefined;
  return (place && ofEffect(records, place.input, place.index)) ?? ofPruned(records, id)
    ?? (sequence !== undefined && isPruned(records, sequence) ? { ...nothing(id), ...PRUNED } : nothing(id));
}

function nothing(id: string): Why {
  return {
    id, about: "nothing", outcome: "never seen", ground: "No input, effect or entry of this id is in the journal.",
    next: "ouro log show lists the last entries, ouro cell show CELL the inputs of a cell.", effects: [],
  };
}

const PRUNED = { outcome: "pruned", ground: "This entry was pruned: the journal begins after it, with a snapshot that holds what came of it." } as const;

function isPruned(records: Records, sequence: number): boolean {
  return sequence > 0 && sequence < records.first();
}

/** The journal's entries tell all of a turn; where they are gone, the tables still tell its end. */
function ofPruned(records: Records, id: string): Why | undefined {
  const end = records.pruned(id);
  if (end === undefined) return undefined;
  const ground = `Entry ${end.sequence} said so. It was pruned with the turn's other entries: what was asked for, decided and answered is no longer known.`;
  return { id, about: "input", outcome: end.outcome, ground, next: "", end, effects: [] };
}

function ofTurn(records: Records, live: Live, { input, end, effects }: TurnAccount): Why {
  const told = end === undefined ? unended(records, live, input, effects) : ended(live, input, end, effects);
  return { id: input.id, about: "input", ...told, input, end, effects };
}

type Verdict = Pick<Why, "outcome" | "ground" | "next">;

function ended(live: Live, { cell }: InputAccount, end: EndAccount, effects: readonly EffectAccount[]): Verdict {
  const { outcome, answer, steps } = end;
  if (outcome === "done") return { outcome, ground: `handle-turn answered after ${steps} steps and ${counted(effects.length, "effect")}.`, next: "" };
  const isHeld = outcome === "quarantined" && live.quarantine(cell)?.sequence === end.sequence;
  return { outcome, ground: answer, next: isHeld ? releaseHint(cell) : "" };
}

function unended(records: Records, live: Live, input: InputAccount, effects: readonly EffectAccount[]): Verdict {
  const { cell, id } = input;
  const quarantine = live.quarantine(cell);
  const ahead = records.ahead(input);
  if (quarantine !== undefined) return { outcome: "held", ground: `The cell ${cell} is quarantined since entry ${quarantine.sequence}: ${quarantine.reason}`, next: releaseHint(cell) };
  if (ahead > 0) return { outcome: "queued", ground: `${counted(ahead, "input")} of the cell ${cell} stand before it; a cell runs one turn at a time.`, next: "" };
  if (!records.hasBegun(id)) return { outcome: "queued", ground: "Its turn has not begun: no genome is in force.", next: "ouro doctor says what is wrong with the genome." };
  const last = effects.at(-1);
  if (last?.status === "asked")
    return { outcome: "waiting", ground: `${last.operation} waits for a person's word, by rule ${last.rule}: ${last.reason}`, next: approvalHint(last.id) };
  if (!live.isOpen) return { outcome: "unfinished", ground: "No process has the home open; the turn goes on, answered by its receipts, when one does.", next: "" };
  if (last?.status === "under way") return { outcome: "waiting", ground: `${last.operation} is under way outside since entry ${last.entries.at(-1)}.`, next: stopHint(cell) };
  return { outcome: "running", ground: `Its turn is under way: ${live.steps(cell) ?? 0} steps and ${counted(effects.length, "effect")} so far.`, next: stopHint(cell) };
}

function ofEffect(records: Records, input: string, index: number): Why | undefined {
  const turn = records.turn(input);
  const effect = turn?.effects.find((each) => each.index === index);
  if (turn === undefined || effect === undefined) return undefined;
  return { id: effect.id, about: "effect", outcome: effect.status, ground: groundOf(effect), next: effect.status === "asked" ? approvalHint(effect.id) : effect.hint ?? "", input: turn.input, end: turn.end, effects: [effect] };
}

function groundOf({ status, ground, rule, reason, message, code, approval, tookMs }: EffectAccount): string {
  const decided = `${ground === "approval" && approval !== undefined ? `a person, ${approval.by}` : `${ground === "policy" ? "the policy's rule" : "the"} ${rule}`}: ${reason}`;
  const grounds: Readonly<Record<EffectStatus, string>> = {
    done: `Allowed by ${decided}; answered${tookMs === undefined ? "" : ` within ${tookMs} ms`}.`,
    failed: `Allowed by ${decided}; the port failed with ${code}: ${message}`,
    unknown: `Allowed by ${decided}; ${message}`,
    refused: `Refused by ${decided}`,
    asked: `It waits for a person's word, by rule ${rule}: ${reason}`,
    "under way": `Allowed by ${decided}; the port has not answered yet.`,
    abandoned: "Its turn ended before it was answered.",
  };
  return grounds[status];
}

function ofEntry(records: Records, live: Live, sequence: number): Why | undefined {
  const entry = records.entry(sequence);
  if (entry === undefined) return undefined;
  const body = datumOf(entry.body);
  const [input, index] = [entry.kind === "input" ? fieldText(body, "id") : fieldText(body, "turn"), field(body, "index")];
  const found = typeof index === "number" ? ofEffect(records, input, index) : ofInput(records, live, input);
  if (found !== undefined) return { ...found, id: String(sequence), entry };
  const recorded = { id: String(sequence), about: "entry", outcome: "recorded", next: "", effects: [], entry } as const;
  const end = records.pruned(input);
  return end === undefined ? { ...recorded, ground: ENTRY_GROUNDS[entry.kind] ?? `An entry of the kind ${entry.kind}.` } : { ...recorded, ground: lateGround(entry, input, end), end };
}

/** Of a turn whose entries were pruned: what came after its end stays in the journal. */
function lateGround({ kind }: Entry, input: string, { outcome, sequence }: EndAccount): string {
  return `A ${kind} that came after the end of its turn and changed nothing: entry ${sequence} said of the input ${input} that it was ${outcome}, and was pruned with what was asked for.`;
}

function ofInput(records: Records, live: Live, input: string): Why | undefined {
  const turn = input === "" ? undefined : records.turn(input);
  return turn && ofTurn(records, live, turn);
}

const ENTRY_GROUNDS: Readonly<Partial<Record<Entry["kind"], string>>> = {
  genome: "A commit of the genome was taken into force for the turns that follow.",
  patch: "A hot patch was taken into force, or out of it, for the turns that follow.",
  snapshot: "All that a replay to this entry derives was kept, signed.",
  operator: "The operator did this by hand, above grants and policy.",
};

function releaseHint(cell: string): string {
  return `ouro cell release ${cell} lets it run again, from the next input in its mailbox.`;
}

function stopHint(cell: string): string {
  return `ouro cell stop ${cell} ends the turn.`;
}

function approvalHint(id: string): string {
  return `ouro approvals approve ${id.slice(0, 8)}, or deny it.`;
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
