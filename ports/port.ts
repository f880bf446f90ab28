// The contract of a port: what the world may ask of native code, and what native code may ask of the world.
import { z } from "zod";
import type { Labels } from "./labels.js";
import { DEEPEST_RESULT, isDeeper, notPlain } from "./plain-data.js";

export { kindsOf, labelled, type Labelled, type Labels, withLabels } from "./labels.js";
export { notPlain } from "./plain-data.js";

/**
 * What is known after a crash between an intent and its receipt.
 * `pure`: reads only, run it again. `idempotent`: run it again with the same idempotency key.
 * `checkable`: ask `check` first. `unknown`: never run again; the turn gets an `outcome-unknown` condition.
 */
export type Outcome = "pure" | "idempotent" | "checkable" | "unknown";

/** An estimate of what an operation costs, for the budget to reserve. Absent dimensions cost nothing. */
export interface Cost {
  readonly calls?: number;
  readonly tokens?: number;
  readonly usdCents?: number;
  readonly bytes?: number;
  readonly milliseconds?: number;
}

/** What the world hands to a running operation. */
export interface Context {
  /** Aborted when the turn is stopped or its deadline passes. */
  readonly signal: AbortSignal;
  /** The same for every run of the same intent: hand it to the outside where it takes one. */
  readonly idempotencyKey: string;
  /** The stamp of the intent: milliseconds since the epoch, and 32 bytes of entropy in hex. Never sample your own. */
  readonly stamp: Stamp;
  /** Printed name of the cell whose turn asks. */
  readonly cell: string;
  /** Labels of what the turn has read and of the parameters, such as "web example.org". None, or absent: all of it is trusted. */
  readonly labels?: Labels;
  /** Those of them that decided whether and where this happens, as `places` says: not those of boxes that are only kept. */
  readonly flow?: Labels;
  /** Reports progress of long work to whoever watches; not journaled. */
  readonly progress: (event: Record<string, unknown>) => void;
}

export type Stamp = { readonly timeMs: number; readonly entropy: string };

/**
 * One operation of a port, and the only place where anything about it is said: validation, the Lisp procedure with its
 * docstring, the tool schema for a model, what a grant may read, and the reference page are all made of it
 * (epigenome/reference.ts). Parameters and results are plain data (no undefined, no null, no class
 * instances but Uint8Array). In Lisp its required parameters are positional, in the order of the schema's
 * shape; the optional ones follow as `:name value`. Names are kebab-case in Lisp and in the schema alike.
 */
export interface Operation<Parameters = never, Result = unknown> {
  readonly name: string;
  readonly doc: string;
  readonly parameters: z.ZodObject;
  readonly result: z.ZodType<Result>;
  readonly outcome: Outcome;
  /** Labels of the result, such as "model" or "web example.org"; absent: trusted. They join those of the parameters. Of a failure there is no result. */
  readonly produces?: string | ((parameters: Parameters, result?: Result) => string | Labels);
  /** Labels, or kinds of them, that parameters and the turn may carry: none, only trusted data. Above that a person has to approve exactly these parameters. `any` says why all may enter. */
  readonly accepts?: Bound;
  /** The labels of the call are kept with what is kept of it, or go on with what is sent; so the result does not carry them. */
  readonly keepsLabels?: true;
  /** Names of parameters that say where something is kept or taken away: what is there afterwards tells of them, so whoever hands one over in a box has read it. */
  readonly places?: readonly string[];
  /** Labels of what the answer as a whole depends on, such as that it has no further part; asked once it is there. Whoever gets it has read them. */
  reads?(parameters: Parameters, result: Result): Labels;
  /** Names of parameters that may be secret references, resolved natively at dispatch. */
  readonly secrets?: readonly string[];
  cost?(parameters: Parameters): Cost;
  run(parameters: Parameters, context: Context): Promise<Result> | Result;
  /** For `checkable`: what came of this intent, or undefined if it never happened. */
  check?(parameters: Parameters, context: Context): Promise<Result | undefined> | Result | undefined;
}

export interface Port {
  readonly name: PortName;
  readonly doc: string;
  readonly operations: readonly Operation[];
  /** What of the world's tables follows from journaled operations of this port alone; absent: nothing. */
  readonly derived?: Derived;
  /** What of them follows from what people did natively; absent: nothing. */
  readonly noted?: Noted;
  close?(): Promise<void> | void;
}

/** Tables that a snapshot carries over and a replay makes again. */
export interface Derived {
  readonly tables: readonly DerivedTable[];
  /** Operations that write them. Each is carried out when `run` returns, and one that fails leaves no trace. */
  readonly operations: readonly string[];
  /** The same port over another database's tables, where a replay runs those operations again. */
  over(tables: TableService): Port;
}

/** What a person did natively, beside all operations, as an operator entry of the journal has it: texts by name. */
export type Note = Readonly<Record<string, string>>;
/** What of the world's tables follows from notes alone: told as the notes that make it, each once. Notes of other kinds say nothing. */
export interface Noted {
  /** What stands after these; of what they leave open, what is held. */
  after(notes: Iterable<Note>, held: readonly Note[]): readonly Note[];
  /** What the tables hold, if they are there. */
  held(tables: Pick<TableService, "all">): readonly Note[];
  /** Writes it into tables that hold nothing of it. */
  restore(tables: TableService, notes: readonly Note[]): void;
}

export interface DerivedTable {
  readonly name: string;
  /** All of its columns, beginning with the key whose order the rows have. */
  readonly columns: readonly string[];
  /** Snapshots of older versions do not have it: one in which it is empty leaves it out. */
  readonly isLater?: true;
}

export const PORT_NAMES = [
  "vault", "store", "router", "lineage", "matrix", "tool-runtime", "baseband", "swarm", "evolution",
] as const;
export type PortName = (typeof PORT_NAMES)[number];

export type Bound = Labels | { readonly any: string };
type Bounded = { readonly outcome: "pure"; readonly accepts?: Bound } | { readonly outcome: Exclude<Outcome, "pure">; readonly accepts: Bound };

/** Checks an operation's types where it is written, and forgets them where ports are listed. What changes anything has a bound. */
export function operation<Shape extends z.ZodRawShape, Result>(
  definition: Omit<Operation<z.output<z.ZodObject<Shape>>, Result>, "parameters" | "result" | "outcome" | "accepts"> & Bounded
    & { parameters: z.ZodObject<Shape>; result: z.ZodType<Result> },
): Operation {
  return { ...definition, parameters: definition.parameters.strict() } as Operation;
}

/**
 * Runs one operation with parameters nobody has checked yet, and answers plain data that its schema admits.
 * Every failure is a PortError: `<port>-unknown-operation`, `-invalid-parameters`, `-cancelled`,
 * `-invalid-result`, `-internal`, or one of the port's own.
 */
export const callOperation = async (port: Port, name: string, parameters: unknown, context: Context): Promise<unknown> => beginOperation(port, name, parameters, context);

/** As `callOperation`, but what an operation answers or fails with at once is here at once, and nothing happens in between. */
export function beginOperation(port: Port, name: string, parameters: unknown, context: Context): unknown {
  const { operation, checked } = prepared(port, name, parameters, context);
  return answered(port, operation, context, () => operation.run(checked, context));
}

/** Asks a `checkable` operation what came of an intent: undefined if it never happened. Fails as callOperation does. */
export async function checkOperation(port: Port, name: string, parameters: unknown, context: Context): Promise<unknown> {
  const { operation, checked } = prepared(port, name, parameters, context);
  if (operation.check === undefined) throw new PortError(`${port.name}-not-checkable`, `${name} cannot be asked what came of it`);
  return answered(port, operation, context, () => operation.check?.(checked, context), true);
}

function prepared(port: Port, name: string, parameters: unknown, context: Context): { operation: Operation; checked: never } {
  const found = port.operations.find((candidate) => candidate.name === name);
  if (found === undefined) {
    const names = port.operations.map((candidate) => candidate.name).join(", ");
    throw new PortError(`${port.name}-unknown-operation`, `the ${port.name} port has no operation ${name}`, { hint: `It has: ${names}` });
  }
  const parsed = found.parameters.safeParse(parameters);
  if (!parsed.success) throw new PortError(`${port.name}-invalid-parameters`, `${name}: ${z.prettifyError(parsed.error)}`);
  if (context.signal.aborted) throw cancelled(port, found);
  return { operation: found, checked: parsed.data as never };
}

function answered(port: Port, operation: Operation, context: Context, work: () => unknown, mayBeAbsent = false): unknown {
  const fail = (error: unknown): never => { throw failureOf(port, operation, context, error); };
  const take = (result: unknown): unknown => (mayBeAbsent && result === undefined ? undefined : admitted(port, operation, result));
  let result: unknown;
  try { result = work(); } catch (error) { return fail(error); }
  return result instanceof Promise ? result.then(take, fail) : take(result);
}

function admitted(port: Port, operation: Operation, result: unknown): unknown {
  const wrong = (problem: string): PortError => new PortError(`${port.name}-invalid-result`, `${operation.name} answered wrongly: ${problem}`);
  if (isDeeper(result, DEEPEST_RESULT)) throw wrong(`result nests deeper than ${DEEPEST_RESULT}`);
  const parsed = operation.result.safeParse(result);
  const problem = parsed.success ? notPlain(parsed.data, "result") : z.prettifyError(parsed.error);
  if (problem !== undefined) throw wrong(problem);
  return parsed.data;
}

function failureOf(port: Port, operation: Operation, context: Context, error: unknown): PortError {
  if (error instanceof PortError) return error;
  if (context.signal.aborted) return cancelled(port, operation);
  return Object.assign(new PortError(`${port.name}-internal`, `${operation.name}: ${error instanceof Error ? error.message : String(error)}`), { cause: error });
}

function cancelled(port: Port, operation: Operation): PortError {
  return new PortError(`${port.name}-cancelled`, `${operation.name} was stopped before it finished`);
}

/** Any immutable Lisp data, carried as its canonical external representation: `write` at one side, `read` at the other. */
export const datum = z.string().meta({ lisp: "datum" });

/** Bytes: a bytevector in Lisp. */
export const bytes = z.instanceof(Uint8Array).meta({ lisp: "bytes" });

/** A failure that a port expects. `code` is stable, kebab-case, and starts with the port's name: "store-conflict". */
export class PortError extends Error {
  constructor(
    readonly code: string,
    message: string,
    /** `labels` are of what the message tells, beside what the operation produces anyway; `cost` is what it has cost although it failed. */
    readonly options: { retryable?: boolean; retryAfterMs?: number; hint?: string; labels?: Labels; cost?: Cost } = {},
  ) {
    super(message);
    this.name = "PortError";
  }

  get retryable(): boolean { return this.options.retryable ?? false; }
}
// The services: what a port may need of the world, narrow, and injected by frontends/host.ts.

/** Tables in the world's one database, so that a port's rows commit together with the journal's. Synchronous. */
export interface TableService {
  /** Creates tables and indexes if missing. Table names start with the port's name and `_`. */
  execute(sql: string): void;
  run(sql: string, ...parameters: SqlValue[]): { changes: number };
  all(sql: string, ...parameters: SqlValue[]): Record<string, SqlValue>[];
  /** Runs `work` in one transaction (nested calls join it). */
  transaction<T>(work: () => T): T;
  /** The same, but together with all else that is written in this moment: not durable when it returns, but when `durable` resolves. */
  batch<T>(work: () => T): T;
  /** Resolves once all that was written so far is durable; rejects if it cannot be any more. */
  durable(): Promise<void>;
}
export type SqlValue = string | number | bigint | Uint8Array | null;

/** What came of intents already carried out: one that is run again answers the same and changes nothing. */
export interface Receipts {
  /** Runs `work` in a transaction unless this key has been seen; a throw leaves no trace. `Result` is JSON data. */
  once<Result>(idempotencyKey: string, work: () => Result): Result;
}

const RECEIPTS_KEPT = 10_000; // For a crash leaves few intents open.

/** What of receipts a snapshot carries over. */
export function receiptsTable(port: PortName): DerivedTable {
  return { name: `${port.replaceAll("-", "_")}_receipts`, columns: ["sequence", "intent", "result"] };
}

/** Receipts in the table `<port>_receipts`. */
export function tableReceipts(tables: TableService, port: string): Receipts {
  const table = `${port.replaceAll("-", "_")}_receipts`;
  tables.execute(`CREATE TABLE IF NOT EXISTS ${table} (sequence INTEGER PRIMARY KEY AUTOINCREMENT, intent TEXT NOT NULL UNIQUE, result TEXT NOT NULL) STRICT`);
  return {
    once: <Result>(intent: string, work: () => Result) => tables.transaction(() => {
      const seen = tables.all(`SELECT result FROM ${table} WHERE intent = ?`, intent)[0];
      if (seen !== undefined) return JSON.parse(String(seen["result"])) as Result;
      const result = work();
      tables.run(`INSERT INTO ${table} (intent, result) VALUES (?, ?)`, intent, JSON.stringify(result));
      tables.run(`DELETE FROM ${table} WHERE sequence <= (SELECT max(sequence) FROM ${table}) - ?`, RECEIPTS_KEPT);
      return result;
    }),
  };
}

/** Receipts for in-memory implementations, whose work must check before it changes anything. */
export function memoryReceipts(): Receipts {
  const seen = new Map<string, unknown>();
  return {
    once<Result>(intent: string, work: () => Result): Result {
      if (!seen.has(intent)) seen.set(intent, work());
      for (const oldest of seen.keys()) if (seen.size > RECEIPTS_KEPT) seen.delete(oldest); else break;
      return seen.get(intent) as Result;
    },
  };
}

/** What the world knows of itself, for a turn that looks around: the answers become receipts, and replay with it. */
export interface IntrospectionService {
  /** Cells in the order of their names, those after `after`. */
  cells(last: number, after: string): readonly CellReport[];
  /** The last entries up to a sequence, oldest first. */
  journal(last: number, until: number): readonly EntryReport[];
  /** What was used of each budget in each of its periods, with the labels of what that depends on. */
  budgets(): readonly { readonly account: string; readonly period: string; readonly dimension: string; readonly used: number; readonly labels?: Labels }[];
  /** The grants of the genome in force. */
  grants(): readonly { readonly library: string; readonly operation: string; readonly restrictions: readonly string[] }[];
  genome(): { readonly commit: string; readonly patches: readonly { readonly library: string; readonly name: string }[] };
}
/** Types and no interfaces, so that they count as plain data. */
export type CellReport = {
  readonly cell: string; readonly mailbox: number; readonly running: boolean; readonly "state-hash": string;
  /** Why it is quarantined, if it is. */
  readonly quarantine?: string;
};
export type EntryReport = {
  readonly sequence: number; readonly kind: string; readonly cell: string; readonly "time-ms": number; readonly hash: string;
  /** The body's canonical text, its beginning if it is long. */
  readonly body: string;
};

/** Child cells, for the swarm. Authority is the intersection of the parent's and `operations`. */
export interface ChildService {
  spawn(request: SpawnRequest): Promise<string>;
  send(kin: Kin, message: string, labels?: Labels): Promise<void>;
  /** Resolves with the committed answer to what the child was sent last, as a datum, and the labels of what it has read. It goes to one intent alone, however often that asks: `swarm-delivered`. */
  result(kin: Kin, idempotencyKey: string, signal: AbortSignal): Promise<{ readonly answer: string; readonly labels?: Labels }>;
  cancel(kin: Kin): Promise<boolean>;
}

/** A child, as the cell that asks names it: to any but its parent there is none. */
export type Kin = { readonly parent: string; readonly child: string };

export interface SpawnRequest {
  readonly parent: string;
  readonly task: string;
  readonly operations: readonly string[];
  readonly idempotencyKey: string;
  /** Of the task, and of whoever gives it: the child reads it with them. */
  readonly labels?: Labels;
  /** Milliseconds since the epoch from which the child may do nothing more. */
  readonly untilMs?: number;
  /** What the child may use in all, with its own children. */
  readonly budget?: Cost;
}

/**
 * Child processes of our own entry point: no grants, no network, no home; limits on time and memory; killed as
 * a group. One answers one JSON line for each JSON line. The evaluator stays in this process.
 */
export interface TrialService {
  start(limits: TrialLimits): TrialProcess;
  /** Which walls stand around a child on this machine, such as "network namespace"; for `doctor`. */
  readonly confinement: readonly string[];
}
export interface TrialLimits {
  readonly memoryMb: number;
  /** For each request by itself. */
  readonly milliseconds: number;
}
export interface TrialProcess {
  /** Sends one request; rejects with PortError `evolution-trial-timeout`, `-memory` or `-died`, and the child is gone then. */
  ask<Kind extends TrialKind>(request: Extract<TrialRequest, { kind: Kind }>): Promise<TrialReply<Kind>>;
  close(): Promise<void>;
}
/** A genome's files by path within the genome, such as "policy/retry.scm". */
export type GenomeFiles = Readonly<Record<string, string>>;
export type TrialRequest =
  /** Reads all files, runs nothing. */
  | { readonly kind: "inspect"; readonly files: GenomeFiles }
  /** Expands, compiles and runs all libraries of the manifest, every port absent, and keeps them under an id. */
  | { readonly kind: "boot"; readonly id: string; readonly files: GenomeFiles; readonly operations: OperationSchemas; readonly steps: number; readonly bytes: number }
  /** Runs the tests of a booted genome, each in limits of its own. */
  | { readonly kind: "test"; readonly genome: string; readonly steps: number; readonly bytes: number }
  /** Makes a policy of a booted genome ready for `decide` under an id: its own, or in its place a source: a decide expression, or a `define-policy` form. */
  | { readonly kind: "load-policy"; readonly id: string; readonly genome: string; readonly policy: string; readonly facts: readonly string[]; readonly source?: string }
  /** Asks loaded policies for decisions, each by itself and metered. `facts` is flat, in the order of the policy's facts. */
  | { readonly kind: "decide"; readonly questions: readonly { readonly id: string; readonly facts: Float64Array }[]; readonly steps: number }
  /** Runs recorded turns under a booted genome: each input and cell state, effects answered from what was recorded. */
  | { readonly kind: "shadow"; readonly genome: string; readonly turns: readonly RecordedTurn[]; readonly steps: number; readonly bytes: number };
export type TrialKind = TrialRequest["kind"];

/** JSON Schemas of parameters, by port and operation: what a child needs to know of ports that it does not have. */
export type OperationSchemas = Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, unknown>>>>>>;

/** The schemas of all operations of these ports, each with its doc as its description. */
export function operationSchemas(ports: readonly Port[]): OperationSchemas {
  const schemaOf = ({ name, doc, parameters }: Operation) => [name, { ...z.toJSONSchema(parameters, { io: "input", unrepresentable: "any" }), description: doc }] as const;
  return Object.fromEntries(ports.map((port) => [port.name, Object.fromEntries(port.operations.map(schemaOf))]));
}

/** A turn of the journal. All fields are canonical texts of data. */
export interface RecordedTurn {
  readonly input: string;
  readonly state: string;
  /** In order. A request is `{:operation … :origin … :parameters …}`, a receipt `{:result …}` or `{:failure …}`. */
  readonly effects: readonly { readonly request: string; readonly receipt: string }[];
  /** The answer: of a string its characters. */
  readonly output: string;
  readonly stateAfter: string;
}

export interface TrialReply<Kind extends TrialKind> {
  readonly ok: boolean;
  /** When not ok: a stable code and a message with file:line:column where there is one. */
  readonly code?: string;
  readonly message?: string;
  /** Fuel burned by the request, a deterministic cost. */
  readonly steps: number;
  /** When ok. */
  readonly result?: TrialResults[Kind];
}
export interface TrialResults {
  readonly inspect: Inspection;
  readonly boot: { readonly exports: number };
  readonly test: { readonly passed: readonly string[]; readonly failed: readonly { readonly name: string; readonly message: string }[] };
  readonly "load-policy": { readonly name: string; readonly facts: readonly string[] };
  /** A decision that raised, or is no finite number, is NaN; `error` tells of the first. */
  readonly decide: { readonly answers: readonly { readonly decisions: Float64Array; readonly steps: number; readonly error?: string }[] };
  readonly shadow: { readonly turns: readonly ShadowTurn[] };
}
/** What is in a genome's files, by reading alone. */
export interface Inspection {
  readonly problems: readonly { readonly code: string; readonly message: string }[];
  readonly libraries: readonly { readonly file: string; readonly name: string; readonly imports: readonly string[]; readonly nodes: number }[];
  /** Each grant of the manifest: printed names of library and operation, and the canonical texts of its restrictions. */
  readonly grants: readonly { readonly library: string; readonly operation: string; readonly restrictions: readonly string[] }[];
  /** Canonical text of each other part of the manifest, by its first symbol: turn, budgets … */
  readonly manifest: Readonly<Record<string, string>>;
  /** Paths that constitution.scm protects beside those that always are. */
  readonly protected: readonly string[];
  readonly nodes: number;
}
/** How a turn went under the genome in question. */
export interface ShadowTurn {
  /** Code and message of the condition that ended it. */
  readonly error?: string;
  readonly output?: string;
  /** Keys that the recorded state has after the turn and this one has not. */
  readonly lostKeys: readonly string[];
  /** Requests that were not recorded, and had no answer. */
  readonly unanswered: readonly string[];
  /** Recorded requests that were not made. */
  readonly omitted: readonly string[];
  readonly steps: number;
}

/** The genome's files in its history. */
export interface GenomeService {
  /** The commit that the world runs. */
  head(): Promise<string>;
  /** The files of a commit; rejects if there is no such commit. */
  files(commit: string): Promise<GenomeFiles>;
}

/** What people decided. Only the host writes it: no operation does. */
export interface ApprovalService {
  /** True if a person approved exactly this change from `base` to `candidate`. */
  isApproved(base: string, candidate: string): Promise<boolean>;
}

/** Turns of the journal for the shadow gate. */
export interface RecordedTurnService {
  /** The last `count` turns, oldest first. */
  recent(count: number): Promise<readonly RecordedTurn[]>;
}

/** What the journal holds of turns run on a genome: all whole numbers, steps the sum over the turns. */
export interface LiveMeasures {
  readonly turns: number;
  readonly errors: number;
  readonly steps: number;
}
export interface LiveMeasureService {
  /** Turns that ran before this commit was adopted: the last 200 at most. */
  before(commit: string): LiveMeasures;
  /** Turns that ran since, on this commit or a later one. */
  after(commit: string): LiveMeasures;
}

/** Secrets by reference, bound to the origin they may be sent to ("https://api.example.org", or "baseband:slack"). */
export interface SecretService {
  resolve(reference: string, origin: string): string;
}

/** The world's signature: Ed25519 over bytes; the key stays in the vault. */
export interface SignatureService {
  sign(message: Uint8Array): Uint8Array;
  readonly publicKey: Uint8Array;
  /** Absent: the key is fixed. */
  readonly rotation?: SigningKeyRotation;
}

/**
 * How one signing key follows another without a gap: ask for `next`, make durable an entry that introduces it under the
 * standing key's signature, then `take` it. After a crash between the two, `take` what the last such entry introduced.
 */
export interface SigningKeyRotation {
  /** Public half of the key that is to follow: made and kept at the first asking, and the same until it is taken. */
  next(): Uint8Array;
  /** Signs with that key: so it vouches for what comes before it. */
  vouch(message: Uint8Array): Uint8Array;
  /** Signs with the key of this public half from now on, and forgets the one before; nothing if it already does. Errors: `vault-no-signing-key`. */
  take(publicKey: Uint8Array): void;
}

/** What of our environment a child process may be given: where programs and files are, the language, and who answers for keys. No variable of this list holds a secret. */
export const CHILD_VARIABLES = ["PATH", "HOME", "TMPDIR", "SYSTEMROOT", "LANG", "SSH_AUTH_SOCK", "DBUS_SESSION_BUS_ADDRESS", "XDG_RUNTIME_DIR"] as const;
export type ChildVariable = (typeof CHILD_VARIABLES)[number];

/** The environment of every child process: those of our variables that it needs, and what is set for it. The rest, where keys and tokens live, is not passed on. */
export function childEnvironment(needed: readonly ChildVariable[], set: Readonly<Record<string, string>> = {}): Record<string, string> {
  const given = needed.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]] as const]));
  return { ...Object.fromEntries(given), ...set };
}
