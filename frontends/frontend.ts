// What a frontend is, and what the host gives it: frontends and CLI verbs see nothing else of the system.
import type { ChannelDesk, ChannelFrontend, ChannelStatus } from "./channel.js";
import type { ModelsView } from "./models.js";
import type { Session, SessionOptions, Soon } from "./session.js";

export type * from "./session.js";

/** An agent: in this process, or in another that has its home open. Everything that a person can ask of it, in any frontend. */
export interface Host {
  readonly home: string;
  /** True if opening it created the home. */
  readonly isNew: boolean;
  /** A REPL session: its own definitions, its own interrupts; libraries of the genome are shared. */
  session(options?: SessionOptions): Session;
  /** Sends a message to the agent as the operator; resolves with the committed answer. /stop, /approve, /deny and /approvals are answered at once. A second message of the same id is the first one again. */
  send(text: string, id?: string): Promise<string>;
  /** Hands over what the agent says unasked, and what waits for a person's word. Answers how to stop. */
  listen(listener: (text: string) => void): () => void;
  /** Runs rounds of the Ouroboros loop. */
  evolve(request: EvolveRequest, watch: (event: EvolveEvent) => void): Promise<EvolveReport>;
  genome: GenomeView;
  journal: JournalView;
  vault: VaultView;
  models: ModelsView;
  status(): Promise<StatusReport>;
  doctor(): Promise<readonly Finding[]>;
  /** What the control API serves. */
  readonly desk: Desk;
  /** Hands over what happens as it happens. Answers how to stop. */
  watch(listener: (event: LiveEvent) => void): () => void;
  /** A text without secrets: the one sink for all that goes into a log, an error or an answer. */
  redact(text: string): Soon<string>;
  /** Ends the agent, or only the connection to one that another process runs. */
  close(): Promise<void>;
}

/** An agent of this process: what it redacts it redacts at once, and it can be asked to end. */
export interface OwnHost extends Host {
  redact(text: string): string;
  /** Where the control API is served over HTTP, if it is. */
  readonly httpAddress?: string;
  /** Resolves when somebody at the desk asks that the process ends. */
  readonly leaving: Promise<void>;
  /** Takes on nothing new, and lets what is under way end and leave; what does not in so many milliseconds goes on in the next process. */
  drain(milliseconds: number): Promise<void>;
}

/**
 * What a person or a program asks of a home from outside: each member is one operation of the control API. Behind it stands
 * the process that has the home open, reached over its socket, or the home at rest, if there is none.
 */
export interface Desk extends ChannelDesk {
  status(): Promise<StatusReport>;
  doctor(): Promise<readonly Finding[]>;
  /** Sends a message as the operator; answers once its turn is committed. A second message of the same id is the first one again. */
  send(request: { readonly text: string; readonly id?: string }): Promise<{ readonly answer: string }>;
  /** By name: all, or so many after one. */
  cells(request?: { readonly after?: string; readonly limit?: number }): Promise<readonly CellReport[]>;
  /** Errors: `no-cell`. */
  cell(request: { readonly cell: string }): Promise<CellDetails>;
  /** Ends the turn under way, if there is one. */
  stop(request: { readonly cell: string }): Promise<{ readonly stopped: boolean }>;
  /** Lets a quarantined cell run again. Errors: `not-quarantined`. */
  release(request: { readonly cell: string }): Promise<{ readonly released: string }>;
  /** Oldest first: the last entries, or those before a sequence. */
  journal(request: { readonly last?: number; readonly before?: number }): Promise<readonly EntryReport[]>;
  /** Newest first: the last effects, or those that began before a sequence. */
  effects(request: { readonly last?: number; readonly before?: number }): Promise<readonly EffectReport[]>;
  /** Effects that wait for a person. */
  approvals(): Promise<readonly EffectReport[]>;
  /** The id or the start of it. Errors: `no-approval`. */
  approve(request: { readonly id: string }): Promise<{ readonly approved: string }>;
  deny(request: { readonly id: string }): Promise<{ readonly denied: string }>;
  /** What is left of the budgets that outlive turns. */
  budgets(): Promise<readonly BudgetReport[]>;
  /** The last rounds of the loop that have ended, oldest first. */
  rounds(request?: { readonly last?: number }): Promise<readonly EvolveRound[]>;
  why(request: { readonly id: string }): Promise<WhyReport>;
  /** Names of the vault's secrets, with the origins that each may be sent to. */
  secrets(): Promise<readonly string[]>;
  putSecret(request: { readonly name: string; readonly secret: string; readonly origins: readonly string[] }): Promise<{ readonly kept: string }>;
  deleteSecret(request: { readonly name: string }): Promise<{ readonly deleted: boolean }>;
  vault(): Promise<VaultState>;
  /** A new key for the vault, of the same kind unless one is named; answers how many records are sealed anew. */
  relock(request: { readonly lock?: VaultLock["kind"]; readonly passphrase?: string }): Promise<{ readonly records: number }>;
  /** A new key for the journal's signature; answers its public half. */
  rotateSigningKey(): Promise<{ readonly key: string }>;
  /** Prometheus' text format, version 0.0.4. */
  metrics(): Promise<string>;
  health(): Promise<{ readonly healthy: true }>;
  /** Whether turns can run. Errors: `not-ready`. */
  ready(): Promise<{ readonly ready: true; readonly genome: string }>;
}

/** What is sent to whoever watches: progress of a turn or an effect, an outcome, or something said unasked. */
export interface LiveEvent {
  readonly kind: string;
  readonly cell?: string;
  readonly input?: string;
  readonly [detail: string]: unknown;
}

export interface StatusReport extends ChannelStatus {
  readonly home: string;
  /** False: no process has the home open, and this is how it lies there. */
  readonly open: boolean;
  /** Commit in force; "" if there is none. */
  readonly genome: string;
  readonly problem: string;
  readonly patches: number;
  readonly entries: number;
  readonly cells: number;
  readonly quarantined: number;
  /** Inputs without an outcome. */
  readonly backlog: number;
  readonly outcomes: Readonly<Record<"done" | "failed" | "stopped" | "quarantined", number>>;
  readonly turns: readonly { readonly cell: string; readonly input: string; readonly steps: number; readonly effects: number }[];
  readonly approvals: number;
  readonly rounds: number;
  readonly "unfinished rounds": number;
  /** Rounds that a crash or a close had left unfinished and that have ended since, each told once. */
  readonly recovered: readonly EvolveRound[];
  readonly probations: readonly { readonly commit: string; readonly policy: string }[];
  readonly "waiting for a person": readonly { readonly commit: string; readonly branch: string; readonly policy: string }[];
}

export interface CellReport {
  readonly cell: string;
  /** Inputs without an outcome. */
  readonly mailbox: number;
  /** SHA-256 of the state; "" before there is one. */
  readonly stateHash: string;
  /** Why it runs no turns, and since which entry and time (milliseconds since the epoch). */
  readonly quarantine?: { readonly reason: string; readonly sequence: number; readonly timeMs: number };
}
export interface CellDetails extends CellReport {
  /** Canonical text. */
  readonly state: string;
  readonly inputs: readonly string[];
  readonly turn?: { readonly input: string; readonly steps: number; readonly effects: number };
  /** The last inputs that have an outcome, newest first. */
  readonly ended: readonly { readonly id: string; readonly outcome: string }[];
}

/** One dimension of a budget. */
export interface BudgetReport {
  /** Library and operation of a grant, or "agent" for all together. */
  readonly account: string;
  readonly dimension: string;
  readonly limit: number;
  readonly left: number;
  readonly per: string;
  /** Milliseconds since the epoch at which it is whole again, where that is a matter of time. */
  readonly renewsMs?: number;
}

export interface EntryReport {
  readonly sequence: number;
  readonly kind: string;
  readonly cell: string;
  readonly timeMs: number;
  readonly text: string;
  readonly hash: string;
}

/** One effect: what was asked, what was decided on what ground, and what came of it. Texts of data are canonical. */
export interface EffectReport {
  readonly id: string;
  readonly input: string;
  readonly cell: string;
  readonly index: number;
  readonly operation: string;
  readonly library: string;
  readonly parameters: string;
  readonly status: string;
  readonly ground: string;
  readonly rule: string;
  readonly reason: string;
  readonly approval?: { readonly allowed: boolean; readonly by: string };
  readonly code?: string;
  readonly message?: string;
  readonly hint?: string;
  readonly result?: string;
  readonly cost?: string;
  readonly facts: Readonly<Record<string, string>>;
  readonly timeMs: number;
  readonly tookMs?: number;
  readonly entries: readonly number[];
}

/** What happened to one input, effect or entry, and on what ground. */
export interface WhyReport {
  readonly id: string;
  readonly about: "input" | "effect" | "entry" | "message" | "nothing";
  readonly outcome: string;
  readonly ground: string;
  readonly next: string;
  readonly input?: { readonly id: string; readonly cell: string; readonly kind: string; readonly text: string; readonly from: string; readonly label: string; readonly sequence: number; readonly timeMs: number };
  readonly end?: { readonly outcome: string; readonly answer: string; readonly genome: string; readonly steps: number; readonly sequence: number; readonly timeMs?: number };
  readonly effects: readonly EffectReport[];
  readonly entry?: EntryReport;
}

export interface EvolveRequest {
  readonly rounds: number;
  readonly seed?: number;
  /** Evaluations that a proposer may spend in a round; random search gets the same. */
  readonly budget?: number;
  /** Ends the run between two steps. */
  readonly signal?: AbortSignal;
  /** Names of policies to work on; all evolvable ones if absent. */
  readonly policies?: readonly string[];
}
export interface EvolveEvent {
  readonly round: number;
  readonly kind: "read" | "eval" | "modify" | "write" | "gate" | "continue" | "rollback" | "probation" | "recovered";
  readonly text: string;
  readonly details: Readonly<Record<string, unknown>>;
}
export interface EvolveReport {
  /** What was given, or drawn: the same seed on the same genome gives the same trees. */
  readonly seed: number;
  readonly rounds: readonly EvolveRound[];
}
export interface EvolveRound {
  readonly round: number;
  readonly policy: string;
  readonly proposer: string;
  readonly adopted: boolean;
  readonly commit?: string;
  /** The gate that rejected, and its reason. */
  readonly gate?: string;
  readonly reason: string;
  /** True if only a person's approval is wanting: the candidate waits on its branch. */
  readonly awaitsPerson?: boolean;
  /** Scores on the report-only cases, which neither proposer nor gate sees. Larger is better. Absent: not measured. */
  readonly before?: number;
  readonly after?: number;
  /** Best of random search at the same budget, on the same cases. */
  readonly random?: number;
  readonly evaluations: number;
  readonly tree?: string;
}

export interface GenomeView {
  log(): Promise<readonly { readonly commit: string; readonly subject: string; readonly body: string; readonly date: string }[]>;
  diff(from: string, to: string): Promise<string>;
  /** A hot patch of a genome procedure: text is the whole definition. */
  patches(): Soon<readonly { readonly library: string; readonly name: string; readonly source: string }[]>;
  unpatch(name: string): Promise<void>;
  promote(name: string): Promise<EvolveRound>;
  /** A person's word for a candidate that waits for it; the gates judge it once more. */
  approve(commit: string): Promise<EvolveRound>;
  /** Goes back to an earlier commit by `git revert`. */
  rollback(commit: string, reason: string): Promise<string>;
}
export interface JournalView {
  show(options: { readonly last?: number }): Soon<readonly { readonly sequence: number; readonly kind: string; readonly cell: string; readonly text: string; readonly hash: string }[]>;
  verify(): Soon<JournalVerdict>;
  /** What is wrong with the newest entries, at a start's price; undefined if nothing is. */
  problemAtEnd(): Soon<string | undefined>;
  /** Journals a snapshot; answers the sequence of its entry. */
  snapshot(): Soon<number>;
  /** Makes a new snapshot the journal's beginning, and removes what nothing names any more. */
  prune(): Promise<{ readonly base: number; readonly entries: number; readonly objects: number; readonly bytes: number }>;
}
export interface JournalVerdict {
  readonly ok: boolean;
  /** Sequence of the last sound entry. */
  readonly entries: number;
  readonly problem?: string;
  /** Sequence of the first bad entry. */
  readonly sequence?: number;
  /** The snapshot that the journal begins with, where older entries were pruned. */
  readonly base?: number;
}
export interface VaultView {
  put(name: string, secret: string, origins: readonly string[]): Promise<void>;
  names(): Promise<readonly string[]>;
  delete(name: string): Promise<boolean>;
  status(): Promise<VaultState>;
  /** Journals that a person took the vault as it is: for a home opened with `acceptVault`. */
  accept(): Promise<VaultState>;
  /** A new key, of the same kind unless another is given, and all records sealed anew; answers how many. */
  relock(lock?: VaultLock): Promise<number>;
  /** Signs the journal with a new key from now on, which the old one introduces; answers its public half in hexadecimal. */
  rotateSigningKey(): Promise<string>;
}
/** Where the key of the vault is kept. */
export type VaultLock = { readonly kind: "file" | "keyring" } | { readonly kind: "passphrase"; readonly passphrase: string };
export interface VaultState {
  readonly lock: VaultLock["kind"];
  readonly secrets: number;
  /** Counts the changes of the vault. */
  readonly generation: number;
  /** The world remembers how far the vault came, so that an old copy of it shows. */
  readonly isWatched: boolean;
}
export interface Finding {
  readonly check: string;
  readonly ok: boolean;
  readonly text: string;
  readonly fix?: string;
}

export interface BareOptions extends SessionOptions {
  /** The folder of the program's file, from which it includes and loads; the current one unless given. */
  readonly programFolder?: string;
  /** What `(command-line)` gives. */
  readonly words?: readonly string[];
}

/** What a command of the line gets: streams, and ways to open the agent or a bare session. Nothing is opened before it is asked for. */
export interface Program {
  /** Opens the home, and makes it if there is none; others reach it over its socket from then on. Errors: `home-busy`. */
  open(options?: OpenOptions): Promise<OwnHost>;
  /** The agent of the process that has the home open; without one, the home is opened here. */
  agent(): Promise<Host>;
  /** The desk of the process that has the home open, or of the home at rest. */
  desk(): Promise<Desk & { close(): Promise<void> }>;
  /** The home as it stands, whether or not another process has it open. */
  archive(): Promise<Archive>;
  /** A session without world, home or ports, for `ouro eval` and `ouro run`. */
  bareSession(options: BareOptions): Promise<Session>;
  /** What lays out and judges source texts, without world or home. */
  sourceTools(): Promise<SourceTools>;
  /** Serves editors over nREPL, on loopback only. Errors: `port-unusable`. */
  editorServer(options: EditorServerOptions): Promise<EditorServer>;
  /** The frontends of all platforms, loaded. */
  platforms(): Promise<readonly ChannelFrontend[]>;
  readonly home: string;
  readonly version: string;
  readonly input: NodeJS.ReadStream;
  readonly output: NodeJS.WriteStream;
  readonly errors: NodeJS.WriteStream;
  /** Aborted by the first Ctrl-C, SIGTERM or SIGHUP, and when somebody asks at the desk of the home that is open here that the process ends. */
  readonly signal: AbortSignal;
}

/** What may be asked of a home that need not open. Errors: `no-world` where there is none. */
export interface Archive {
  verify(): Promise<JournalVerdict>;
  /** The whole journal line by line, as canonical S-expressions or as JSON. */
  text(form: "lisp" | "json"): AsyncIterable<string>;
  /** Runs the journal again. `hash` covers the state at every commit. */
  replay(): Promise<{ readonly ok: boolean; readonly commits: number; readonly effects: number; readonly hash: string; readonly sequence?: number; readonly problem?: string }>;
  /** Makes a second home that begins after an entry. Errors: `no-entry`, `home-taken`, `replay-differs`. */
  fork(sequence: number, directory: string): Promise<{ readonly sequence: number; readonly genome: string; readonly hash: string }>;
  /** Writes the home into one file; the vault too if there is a passphrase for its copy. Errors: `file-taken`, `vault-stays`. */
  export(file: string, passphrase: string | undefined): Promise<{ readonly files: number }>;
  /** Makes the home from such a file. Errors: `home-taken`, `not-an-export`, `import-damaged`. */
  import(file: string): Promise<{ readonly entries: number; readonly hasVault: boolean }>;
}

export interface OpenOptions {
  /** The port of loopback on which the control API is served over HTTP too: 0 for any that is free. Absent: none. */
  readonly httpPort?: number;
  /** Starts the configured channels. */
  readonly channels?: boolean;
  /** Takes the vault as it is, also if the world has seen a later state of it. */
  readonly acceptVault?: boolean;
}

/** What a person may ask about source texts. */
export interface SourceTools {
  /** The text laid out; a finding if it cannot be read. */
  format(text: string, file: string): { readonly text: string } | SourceFinding;
  /** What there is to mend in the text; libraries that it imports are looked for by their names from where the file is. */
  lint(text: string, file: string): readonly SourceFinding[];
}

/** Something to mend in a source text, and where. */
export interface SourceFinding {
  readonly code: string;
  readonly message: string;
  readonly hint: string;
  readonly file: string;
  /** Both count from 1. */
  readonly line: number;
  readonly column: number;
}

export interface EditorServerOptions {
  /** The session that those of the editors share their definitions with. */
  readonly session: Session;
  /** 0 for any that is free. */
  readonly port: number;
  /** Where `.nrepl-port` is written, for editors to find the port in. */
  readonly folder: string;
  readonly version: string;
}
export interface EditorServer {
  readonly port: number;
  /** Ends what runs, hangs up, and removes the file. */
  close(): Promise<void>;
}

/** One command of the line. */
export interface Verb {
  /** One line for the list of commands. */
  readonly summary: string;
  /** The whole help, beginning with the shapes of the call. */
  readonly usage: string;
  /** What it writes reaches the terminal as it is: it draws there itself, or hands on what a person's own program or file says. */
  readonly isRaw?: true;
  /** Runs the command; answers the exit status: 0, 1 for a failure, 2 for wrong usage (by throwing UsageError). */
  run(words: readonly string[], program: Program): Promise<number>;
}

/**
 * A text as a terminal may be given it, whoever wrote it: what would move the cursor, change the terminal or turn round
 * what is read is spelled as JSON spells it. Lines and tabs stay.
 */
export function printable(text: string): string {
  return text.replace(/[^\P{Cc}\n\t]|[\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** A command cannot do what it was asked, for a reason outside Ouro. Shown with its code and hint; the exit status is 1. */
export class CommandError extends Error {
  override readonly name = "CommandError";

  constructor(
    readonly code: string,
    message: string,
    readonly hint: string,
  ) {
    super(message);
  }
}

/** The words of a command were wrong. Its message is shown with the usage, and the exit status is 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** A place where people meet the agent. Loaded when it starts, not before. */
export interface Frontend {
  readonly name: string;
  /** Resolves when the person leaves or the signal aborts; the exit status. */
  run(host: Host, signal: AbortSignal): Promise<number>;
}
