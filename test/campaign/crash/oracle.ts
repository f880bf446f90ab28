// What must hold of a home after whatever happened to it: each line of the answer is a promise that was broken.
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { datumOf, type Entry, field, fieldInteger, fieldText } from "../../../epigenome/index.js";
import type { Outside } from "./outside.js";
import { type CampaignWorld, spentTokens } from "./world.js";

/** What the campaign was told by the processes that died. */
export interface Told {
  /** Inputs whose acceptance was acknowledged. */
  readonly inputs: ReadonlySet<string>;
  /** Messages to the baseband, likewise. */
  readonly messages: ReadonlySet<string>;
  /** What they were about to ask of the outside when they died or not: as good as done. */
  readonly asked: Outside;
  /** Outcomes that were told, by input. */
  readonly outcomes: ReadonlyMap<string, string>;
}

type Body = ReturnType<typeof datumOf>;
interface Read { readonly entry: Entry; readonly body: Body }

/** The home in question, open. */
export type Opened = Pick<CampaignWorld, "home" | "world" | "baseband">;

/** Everything that is wrong with a home whose work is done. */
export function violations(opened: Opened, outside: Outside, told: Told): string[] {
  const { world, baseband } = opened;
  const entries = world.entries(Number.MAX_SAFE_INTEGER).map((entry) => ({ entry, body: datumOf(entry.body) }));
  const commits = grouped(entries, "commit", "turn");
  return [
    ...journalProblems(world),
    ...inputProblems(entries, commits, told),
    ...effectProblems(entries, commits),
    ...deedProblems(outside, entries, new Set([...ONCE, "submit!"])),
    ...deedProblems(told.asked, entries, ONCE),
    ...answerProblems(opened, entries, commits, outside),
    ...stateProblems(world, commits),
    ...ledgerProblems(world, entries),
    ...messageProblems(world, baseband, outside, told),
  ];
}

type World = Opened["world"];

function journalProblems(world: World): string[] {
  const verified = world.verify();
  const { backlog } = world.status();
  return [
    ...(verified.ok ? [] : [`the journal does not verify: ${verified.problem}`]),
    ...(backlog === 0 ? [] : [`${backlog} inputs are still in the inbox`]),
  ];
}

/** The entries of a kind by a text of their body. */
function grouped(entries: readonly Read[], kind: string, name: string): Map<string, Read[]> {
  const groups = new Map<string, Read[]>();
  for (const each of entries) {
    if (each.entry.kind !== kind) continue;
    const key = fieldText(each.body, name);
    groups.set(key, [...(groups.get(key) ?? []), each]);
  }
  return groups;
}

function inputProblems(entries: readonly Read[], commits: ReadonlyMap<string, Read[]>, told: Told): string[] {
  const inputs = grouped(entries, "input", "id");
  const problems: string[] = [];
  for (const id of told.inputs) if (!inputs.has(id)) problems.push(`input ${id} was acknowledged and is not in the journal`);
  for (const [id, found] of inputs) {
    if (found.length !== 1) problems.push(`input ${id} is in the journal ${found.length} times`);
    const count = commits.get(id)?.length ?? 0;
    if (count !== 1) problems.push(`input ${id} has ${count} commits`);
  }
  for (const [id, [commit]] of commits) {
    if (!inputs.has(id)) problems.push(`a commit of ${id}, which was never accepted`);
    const [outcome, reason] = [fieldText(commit?.body, "outcome"), fieldText(commit?.body, "answer")];
    if (outcome === "failed" || (outcome === "quarantined" && !reason.startsWith("deaths:"))) problems.push(`input ${id} ended as ${outcome}: ${reason}`);
    const before = told.outcomes.get(id);
    if (before !== undefined && before !== outcome) problems.push(`the outcome of ${id} was told as ${before}, and is ${outcome}`);
  }
  for (const [id, outcome] of told.outcomes) if (!commits.has(id)) problems.push(`the outcome of ${id} was told as ${outcome}, and no commit is there`);
  return problems;
}

/** Acts after which nobody can say whether they happened: they are never asked for again. */
const ONCE: ReadonlySet<string> = new Set(["send!", "post"]);

function effectProblems(entries: readonly Read[], commits: ReadonlyMap<string, Read[]>): string[] {
  const problems: string[] = [];
  const intents = grouped(entries, "intent", "intent");
  const receipts = grouped(entries, "receipt", "intent");
  const places = new Map<string, string>();
  for (const [id, [intent, ...more]] of intents) {
    if (more.length > 0) problems.push(`intent ${id} is in the journal ${more.length + 1} times`);
    const place = `${fieldText(intent?.body, "turn")}/${fieldInteger(intent?.body, "index")}`;
    if (places.has(place)) problems.push(`effect ${place} has the intents ${places.get(place)} and ${id}`);
    places.set(place, id);
    const count = receipts.get(id)?.length ?? 0;
    const isDone = fieldText(commits.get(fieldText(intent?.body, "turn"))?.[0]?.body, "outcome") === "done";
    if (count > 1 || (isDone && count !== 1)) problems.push(`intent ${id} of ${place} has ${count} receipts`);
  }
  for (const id of receipts.keys()) if (!intents.has(id)) problems.push(`a receipt of ${id}, which was never intended`);
  return problems;
}

/** What reached the outside: only what the journal intends, under one key each, and at most once what is not to be repeated. */
function deedProblems(outside: Outside, entries: readonly Read[], once: ReadonlySet<string>): string[] {
  const problems: string[] = [];
  const intents = grouped(entries, "intent", "intent");
  for (const { act, label, requests, done } of outside.deeds.values()) {
    const what = `${act} ${label}`;
    if (once.has(act) && requests > 1) problems.push(`${what} was asked for ${requests} times`);
    if (act === "wire" || act === "post") continue;
    if (done.size > 1) problems.push(`${what} was asked for under ${done.size} keys`);
    for (const key of done.keys()) if (!intents.has(key)) problems.push(`${what} was asked for under ${key}, which is no intent of the journal`);
  }
  return problems;
}

/** What a turn that is done answered for each of its acts must be what is there. */
function answerProblems({ world, home }: Opened, entries: readonly Read[], commits: ReadonlyMap<string, Read[]>, outside: Outside): string[] {
  const problems: string[] = [];
  for (const { entry, body } of entries) {
    const id = entry.kind === "input" ? fieldText(body, "id") : "";
    const commit = commits.get(id)?.[0]?.body;
    if (fieldText(commit, "outcome") !== "done" || field(body, "data") === undefined) continue;
    const [acts, answers] = [wordsOf(body, "data"), wordsOf(commit, "answer")];
    for (const [place, act] of acts.entries()) {
      const [label, answer = ""] = [`${id}/${place}`, answers[place]];
      const found = EVIDENCE[act]?.({ world, home, outside, label });
      if (found !== undefined && !found.includes(answer)) problems.push(`act ${act} of ${label} was answered ${answer}, and what is there says ${found.join(" or ")}`);
    }
  }
  return problems;
}

/** The words of a list of keywords, numbers and strings. */
function wordsOf(body: Body | undefined, name: string): string[] {
  return fieldText(body, name).replace(/^\(|\)$/g, "").split(" ").filter((word) => word !== "").map((word) => word.replace(/^"|"$/g, ""));
}

interface Scene {
  readonly world: World;
  readonly home: string;
  readonly outside: Outside;
  readonly label: string;
}

const done = (act: string) => ({ outside, label }: Scene): string[] => {
  const counts = [...(outside.deeds.get(`${act} ${label}`)?.done.values() ?? [])].flat().map(String);
  return outside.failed.has(`${act} ${label}`) ? [...counts, ":tool-runtime-broken"] : counts;
};
const row = (sql: string, ...more: readonly string[]) => ({ world, label }: Scene): string[] => world.tables.all(sql, label, ...more).map(({ found }) => String(found));

/** What an act may have been answered, by all that it left. */
const EVIDENCE: Readonly<Record<string, (scene: Scene) => string[]>> = {
  ":read": done("page"), ":glance": (scene) => [...done("page")(scene), ":quarantine-failed"], ":study": (scene) => [...done("page")(scene), ":quarantine-failed"],
  ":misplace": () => [":invalid-parameters", ":quarantine-failed"],
  ":bump": done("bump!"), ":submit": done("submit!"), ":spend": done("spend!"), ":question": done("question!"),
  ":send": (scene) => [...done("send!")(scene), ":unknown"],
  ":big": row("SELECT version AS found FROM store_records WHERE key = ? AND length(value) = 40002"),
  ":put": row("SELECT version AS found FROM store_records WHERE key = ? AND value = '\"value\"'"),
  ":wire": row("SELECT id AS found FROM baseband_outbox WHERE record ->> 'text' = ? AND record ->> 'platform' = 'wire'"),
  ":post": row("SELECT id AS found FROM baseband_outbox WHERE record ->> 'text' = ? AND record ->> 'platform' = 'post'"),
  ":spawn": row(`SELECT child AS found FROM world_children JOIN journal ON journal.cell = child AND kind = 'input' AND instr(body, ? || '\\"') > 0
    WHERE EXISTS (SELECT 1 FROM world_outcomes WHERE world_outcomes.cell = child)`),
  ":wake": ({ world, label }) => {
    const found = world.tables.all("SELECT count(*) AS found FROM journal WHERE kind = 'input' AND instr(body, ':timer \"' || ? || '\"') > 0", label)[0];
    return found?.["found"] === 1 ? [":nothing"] : [`it woke ${String(found?.["found"])} times`];
  },
  ":blob": ({ home, label }) => {
    const hash = createHash("sha256").update(label).digest("hex");
    return existsSync(join(home, "objects", hash.slice(0, 2), hash.slice(2))) ? [String(label.length)] : [];
  },
};

function stateProblems(world: World, commits: ReadonlyMap<string, Read[]>): string[] {
  const report = world.replay();
  const problems = report.ok ? [] : [`replay: ${report.problem} at entry ${report.sequence}`];
  if (report.ok && report.commits !== commits.size) problems.push(`the replay saw ${report.commits} commits of ${commits.size}`);
  for (const { cell, state } of world.tables.all("SELECT cell, state FROM world_cells"))
    if (report.ok && report.states.get(String(cell)) !== state) problems.push(`cell ${String(cell)} holds ${String(state)}, and its replay ${report.states.get(String(cell))}`);
  for (const [cell, state] of report.states) if (world.state(cell) !== state) problems.push(`cell ${cell} lost the state ${state}`);
  for (const [id, [commit]] of commits) {
    const outcome = world.tables.all("SELECT outcome FROM world_outcomes WHERE id = ?", id)[0];
    if (outcome?.["outcome"] !== fieldText(commit?.body, "outcome")) problems.push(`the outcome of ${id} is ${String(outcome?.["outcome"])}, and was committed otherwise`);
  }
  return problems;
}

/** What the ledger counts must be what the receipts say; an intent that never had one counts as reserved. */
function ledgerProblems(world: World, entries: readonly Read[]): string[] {
  const receipts = grouped(entries, "receipt", "intent");
  let tokens = 0;
  for (const { entry, body } of entries) {
    if (entry.kind !== "intent" || fieldText(field(body, "request"), "operation") !== "tool-runtime/spend!") continue;
    const [receipt] = receipts.get(fieldText(body, "intent")) ?? [];
    const label = fieldText(field(field(body, "request"), "parameters"), "label");
    if (receipt !== undefined && field(receipt.body, "failure") === undefined && fieldInteger(field(receipt.body, "cost"), "tokens") !== spentTokens(label)) tokens = Number.NaN;
    tokens += fieldInteger(field(receipt?.body ?? body, receipt === undefined ? "reserved" : "cost"), "tokens") ?? 0;
  }
  const used = Number(world.tables.all("SELECT coalesce(sum(used), 0) AS used FROM world_budgets WHERE dimension = 'tokens'")[0]?.["used"]);
  return used === tokens ? [] : [`the ledger counts ${used} tokens, and the receipts ${tokens}`];
}

/** Messages in: one turn of the queue, one commit, one answer. Messages out: in order, none twice. */
function messageProblems(world: World, baseband: Opened["baseband"], outside: Outside, told: Told): string[] {
  const problems: string[] = [];
  for (const id of told.messages) {
    const turn = baseband.storage.turnOf("wire", "campaign", id);
    if (turn === undefined) problems.push(`message ${id} was acknowledged and is not in the queue`);
    else if (turn.state !== "done" && turn.state !== "failed") problems.push(`message ${id} is ${turn.state}: ${turn.reason}`);
    else {
      const answers = world.tables.all("SELECT id FROM baseband_outbox WHERE turn = ?", turn.id).length;
      if (answers !== 1) problems.push(`message ${id}, which is ${turn.state}, has ${answers} answers: ${turn.reason}`);
    }
  }
  for (const row of baseband.storage.outgoing(["pending", "sending", "failed", "dead"])) problems.push(`outgoing message ${row.id} is ${row.state}`);
  const sent = baseband.storage.outgoing(["sent"]).filter(({ platform }) => platform === "wire" || platform === "post");
  const requests = new Map<string, number>();
  for (const { act, label, done } of outside.deeds.values())
    if (act === "wire" || act === "post") for (const [nonce, times] of done) {
      requests.set(`${act} ${nonce}`, times.length);
      if (times.length > 1) problems.push(`${act} ${nonce}, ${label}, was sent ${times.length} times`);
    }
  for (const { platform, id } of sent) if (requests.get(`${platform} ${id}.0`) !== 1) problems.push(`outgoing message ${id} is marked as sent and never left`);
  return problems;
}
