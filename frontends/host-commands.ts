// Commands that the host obeys itself: they never ask a model, and the first of them work when the genome is broken.
import { fieldText, type World } from "../epigenome/index.js";
import { PersistentVector, type Value } from "../interpreter/index.js";
import type { Arrival, Role, Turn } from "../ports/baseband/index.js";
import { whyText } from "./cli/why-text.js";
import type { Desk, Host } from "./frontend.js";
import { aside, type Conversations, type Obey, type Spoken } from "./host-conversation.js";
import { HostError } from "./host-error.js";
import { named } from "./host-naming.js";
import { interpreterOf } from "./host-policy.js";

/** What the commands need of the host that is open. */
export interface CommandHost extends Pick<Host, "status" | "evolve" | "genome"> {
  readonly desk: Pick<Desk, "why">;
  /** Begins anew what may have failed: the genome is looked at again, a held conversation goes on, channels start again. Answers what was done. */
  restart(session: string): Promise<readonly string[]>;
  /** A person's word on a candidate of the loop; undefined if no candidate of this commit waits. */
  decide(commit: string, isAllowed: boolean): Promise<string | undefined>;
}

export interface NativeCommand {
  readonly name: string;
  /** Who may say it: what a member may, an operator may too. Declared in the genome's policy/commands.scm as well, for the help. */
  readonly role: Role;
  readonly run: (spoken: Spoken) => Promise<string> | string;
}

const COMMAND = /^\/([a-z][a-z-]*)(?=\s|$)/i;

/** Whether a text is a command that is obeyed at once and has no use for files. */
export function wantsNoFiles(text: string): boolean {
  const command = NATIVE[commandName(text)];
  return command !== undefined && command.takesFiles !== true;
}

/** "" of a text that is no command. */
function commandName(text: string): string {
  return COMMAND.exec(text.trim())?.[1]?.toLowerCase() ?? "";
}

const DECLARED = "(genome policy commands)";

/**
 * What is said after the name of a platform's own command, as in `/ouro status`: with a stroke before it if its first word
 * names a command of the genome in force and what follows are operands that this command has, or if the host obeys it
 * without a genome; else the words as they are.
 */
export function asCommand(text: string, world: World): string {
  const [word = "", operand = ""] = /^([a-z-]+)(?:\s+([^]*))?$/i.exec(text.trim())?.slice(1) ?? [];
  const shapes = new Map([...Object.keys(NATIVE).map((name): [string, string] => [name, "…"]), ...declaredShapes(world)]);
  const shape = shapes.get(word.toLowerCase());
  return shape !== undefined && (operand.trim() === "" || fits(operand.trim(), shape, shapes)) ? `/${text}` : text;
}

/** What follows the name in a command's `:say`, by the name. */
function declaredShapes(world: World): readonly [name: string, shape: string][] {
  const interpreter = interpreterOf(world);
  if (interpreter?.libraries().includes(DECLARED) !== true) return [];
  const declared = interpreter.exported(DECLARED, "slash-commands");
  if (!(declared instanceof PersistentVector)) return [];
  return Array.from(declared as Iterable<Value>, (command) => [fieldText(command, "name"), fieldText(command, "say").replace(/^\S+\s*/, "").replace(/^\[(.*)\]$/, "$1")]);
}

/** Whether an operand is of a shape as in `list|NAME`: a small word stands for itself, one in capitals for what it names, which is one word unless it says more. */
function fits(operand: string, shape: string, commands: ReadonlyMap<string, unknown>): boolean {
  const [first = ""] = operand.split(/\s/);
  return shape.split("|").some((part) => {
    if (part === "…" || part === "TEXT" || part === "QUESTION") return true;
    if (part.endsWith(" …")) return first === part.slice(0, -2);
    if (first !== operand) return false;
    if (part === "COMMAND") return commands.has(operand.replace(/^\//, "").toLowerCase());
    if (part === "ID" || part === "COMMIT" || part === "ROUNDS") return /\d|^[0-9a-f]{6,}$/.test(operand);
    return part === "NAME" || part === operand;
  });
}

const MOST_ROUNDS = 20;
const DIGITS = 10;

/** Who obeys: `host` is asked only once it is open. */
export function obeying(world: World, host: () => CommandHost): (conversations: Conversations) => Obey {
  return (conversations) => {
    const commands = new Map(nativeCommands(world, conversations, host).map((command) => [command.name, command]));
    return (text, turn) => {
      const command = commands.get(commandName(text));
      if (command === undefined) return noticeOf(turn);
      if (command.role === "operator" && turn.role !== "operator") return () => `Only an operator may say /${command.name}.`;
      return command.run;
    };
  };
}

/** What the host says of a message that it could not take as it was. */
export const NOTICE = "notice";

/** Whether the host answers a message with a notice. */
export function isNotice({ body: { parts = [] } }: Arrival): boolean {
  return parts.some(({ kind }) => kind === NOTICE);
}

function noticeOf({ envelope }: Turn): (() => string) | undefined {
  const notice = envelope.body.parts.find(({ kind }) => kind === NOTICE);
  return notice && (() => notice.text);
}

export function nativeCommands(world: World, conversations: Conversations, host: () => CommandHost): NativeCommand[] {
  return Object.entries(NATIVE).map(([name, { role, run }]) => ({ name, role, run: (spoken) => run(spoken, { world, conversations, host }) }));
}

interface Surroundings {
  readonly world: World;
  readonly conversations: Conversations;
  readonly host: () => CommandHost;
}

interface Native {
  readonly role: Role;
  /** Its files go where its words do, and it waits for them. */
  readonly takesFiles?: true;
  readonly run: (spoken: Spoken, surroundings: Surroundings) => Promise<string> | string;
}

const NATIVE: Readonly<Record<string, Native>> = {
  stop: { role: "member", run: ({ session, operand, turn }, surroundings) => {
    if (operand !== "" && operand !== "all") return "Nothing was stopped. Say /stop, or /stop all.";
    return stop(surroundings, turn, session, operand === "all" && turn.role === "operator");
  } },
  approve: { role: "operator", run: ({ operand, turn }, { world, host }) => decide(world, host(), operand, true, turn.envelope.identity) },
  deny: { role: "operator", run: ({ operand, turn }, { world, host }) => decide(world, host(), operand, false, turn.envelope.identity) },
  approvals: { role: "operator", run: (_, { world }) => approvals(world) },
  status: { role: "member", run: ({ turn, session }, { host }) => status(host(), session, turn.role === "operator") },
  restart: { role: "operator", run: async ({ session }, { host }) => (await host().restart(session)).join("\n") },
  why: { role: "member", run: ({ session, operand, turn }, { world, host }) => why(world, host(), session, operand, turn.role === "operator") },
  undo: { role: "operator", run: ({ operand }, { host }) => undo(host(), operand) },
  evolve: { role: "operator", run: ({ operand }, { host }) => evolve(host(), operand) },
  steer: { role: "member", takesFiles: true, run: (spoken, { conversations }) => steer(conversations, spoken) },
  btw: { role: "member", takesFiles: true, run: ({ session, operand, turn }, { conversations }) => (operand === "" ? "Say what: /btw QUESTION" : conversations.ask(aside(session), turn, operand)) },
};

/** What runs is ended by the host, also where the genome is broken; what waits to be tried again is the genome's, and is asked for only where nothing ran. */
async function stop({ world, conversations }: Surroundings, turn: Turn, session: string, isAll: boolean): Promise<string> {
  const cells = isAll ? world.status().turns.map(({ cell }) => cell) : [];
  const stopped = [conversations.stop(session, STOPPED), conversations.stopArriving(STOPPED, isAll ? undefined : session), ...cells.map((cell) => world.stop(cell, STOPPED))];
  return stopped.some(Boolean) ? "Stopped." : await conversations.letGo(session, turn) || "Nothing is running.";
}

const STOPPED = "a person stopped it";

async function decide(world: World, host: CommandHost, id: string, isAllowed: boolean, by: string): Promise<string> {
  // What waits may be another effect by now than the one that was read: a word without an id decides nothing.
  if (id === "") return approvals(world);
  const found = named(world.approvals(), id, (approval) => approval.id, "no-approval");
  if (found === undefined) return await host.decide(id, isAllowed) ?? "Nothing of that id waits. /approvals lists them.";
  world.resolve(found.id, isAllowed, by);
  return `${found.operation} is ${isAllowed ? "approved" : "denied"}.`;
}

function approvals(world: World): string {
  const lines = world.approvals().map(({ id, operation, parameters, reason }) =>
    `${operation} ${parameters} waits for your word: ${reason}\n/approve ${id.slice(0, DIGITS)} or /deny ${id.slice(0, DIGITS)}`);
  return lines.join("\n") || "Nothing waits for your word.";
}

async function status(host: CommandHost, session: string, isOperator: boolean): Promise<string> {
  const report = await host.status();
  const turn = report.turns.find(({ cell }) => cell === session);
  const here = turn === undefined ? "Nothing is running here." : `A turn is running here: ${turn.steps} steps, ${turn.effects} effects.`;
  if (!isOperator) return here;
  const channels = report.channels.map(({ platform, state, detail }) => `${platform} ${state}${detail === "" ? "" : ` (${detail})`}`);
  return [
    here,
    `Genome: ${report.genome.slice(0, DIGITS) || "none"}${report.problem === "none" ? "" : `; ${report.problem}`}`,
    `Turns: ${report.turns.length} running, ${report.backlog} open; ${report.outcomes.done} done, ${report.outcomes.failed} failed`,
    `Waiting for you: ${report.approvals} effects, ${report["waiting for a person"].length} changes of the genome`,
    `Channels: ${channels.join(", ") || "none but the terminal"}`,
    `Messages: ${report.outbox.pending} to leave, ${report.outbox.unknown} whose outcome is unknown, ${report.outbox.failed + report.outbox.dead} not delivered`,
  ].join("\n");
}

async function why(world: World, { desk }: CommandHost, session: string, id: string, isOperator: boolean): Promise<string> {
  if (id !== "" && !isOperator) return "Only an operator may ask about a turn by its id.";
  const [last] = world.records.ended(session, 1);
  if (id === "" && last === undefined) return "Nothing has happened here yet.";
  return whyText(await desk.why({ id: id === "" ? last?.id ?? "" : id }));
}

async function undo({ genome }: CommandHost, commit: string): Promise<string> {
  const log = await genome.log();
  const target = commit === "" ? log[0] : named(log, commit, (each) => each.commit, "unknown-commit");
  if (target === undefined) throw new HostError("unknown-commit", `no commit of main is named ${commit}`);
  if (target === log.at(-1)) return "The genome is as it was shipped: there is nothing to take back.";
  const made = await genome.rollback(target.commit, "a person took it back");
  return `Taken back: ${target.subject} (${target.commit.slice(0, DIGITS)}), by ${made.slice(0, DIGITS)}.`;
}

async function evolve(host: CommandHost, operand: string): Promise<string> {
  const rounds = operand === "" ? 1 : Number(operand);
  if (!Number.isInteger(rounds) || rounds < 1 || rounds > MOST_ROUNDS) return `Say how many rounds, from 1 to ${MOST_ROUNDS}: /evolve 3`;
  const report = await host.evolve({ rounds }, () => undefined);
  return report.rounds.map(({ round, policy, adopted, commit = "", reason }) =>
    `Round ${round}${policy === "" ? "" : `, ${policy}`}: ${adopted ? `adopted ${commit.slice(0, DIGITS)}` : "not adopted"}; ${reason}`).join("\n") || "No round was run.";
}

/** What runs is ended, and what was said goes before all that waits. */
async function steer(conversations: Conversations, { session, operand, turn }: Spoken): Promise<string> {
  if (operand === "") return "Say what: /steer TEXT";
  conversations.stop(session, "you steered it");
  return conversations.ask(session, turn, operand);
}
