// The routes of the control API: one definition of each gives validation, the OpenAPI document, the client and the help.
import { z } from "zod";
import type { Desk, Finding } from "../frontend.js";
import { ControlError } from "./error.js";

/** An operation of the desk as HTTP has it. Parameters are those in the path, then those of the query or the JSON body. */
export interface Route {
  readonly method: "GET" | "POST";
  /** Parameters stand in braces. */
  readonly path: string;
  readonly summary: string;
  readonly parameters: z.ZodObject;
  /** Of the JSON answer; absent: plain text. */
  readonly result?: z.ZodType;
  /** Runs it with parameters that the schema admits. */
  run(desk: Desk, parameters: never): Promise<unknown>;
}

/** Checks at compile time that schemas and desk agree, and forgets the types where routes are listed. */
function route<Name extends keyof Desk, Shape extends z.ZodRawShape>(
  name: Name,
  definition: Omit<Route, "parameters" | "result" | "run"> & { parameters?: z.ZodObject<Shape>; result?: z.ZodType<Awaited<ReturnType<Desk[Name]>>> },
): Route {
  const parameters = (definition.parameters ?? z.object({})).strict();
  return { ...definition, parameters, run: (desk, given) => (desk[name] as (parameters: unknown) => Promise<unknown>)(given) };
}

const whole = z.int().nonnegative();
const time = whole.meta({ description: "Milliseconds since the epoch" });
const text = z.string();
const count = (most: number) => z.coerce.number().int().min(1).max(most);
const page = z.object({
  last: count(10_000).optional().meta({ description: "How many (20)" }),
  before: count(Number.MAX_SAFE_INTEGER).optional().meta({ description: "Only what is before this entry" }),
});
const id = z.object({ id: text.min(1).max(200).meta({ description: "The id, or the first eight digits of it" }) });
const cellPage = z.object({ after: text.optional().meta({ description: "Only names after this one" }), limit: count(100_000).optional() });
const cellName = z.object({ cell: text.min(1).max(1_000).meta({ description: "The cell's name" }) });

const candidate = z.object({ commit: text, branch: text, policy: text });
const round = z.looseObject({ round: whole, policy: text, proposer: text, adopted: z.boolean(), reason: text, evaluations: whole });
const turn = z.object({ input: text, steps: whole, effects: whole });
const channel = z.object({ platform: text, state: z.enum(["off", "connecting", "connected", "disconnected", "failed"]), detail: text, restarts: whole });
const member = z.object({ platform: text.min(1).max(41), account: text.min(1).max(500), sender: text.min(1).max(500), role: z.enum(["operator", "member"]), identity: text.max(500) });
const place = z.object({ platform: text.min(1).max(41), account: text.min(1).max(500), channel: text.min(1).max(500), thread: text.max(500) });
const channels = z.object({
  channels: z.array(channel), members: z.array(member), bindings: z.array(place), refusals: whole,
  refused: z.array(place.extend({ sender: text, code: text, lastMs: time, count: whole, channel: text, account: text })),
});
const queued = z.object({ id: text, state: text, channel: text, attempts: whole, reason: text });
const queueId = z.object({ id: text.max(30).meta({ description: "in-NUMBER of what came in, out-NUMBER of what goes out" }) });
const status = z.object({
  home: text, open: z.boolean(), genome: text, problem: text, patches: whole, entries: whole, cells: whole, quarantined: whole, backlog: whole,
  outcomes: z.object({ done: whole, failed: whole, stopped: whole, quarantined: whole }), turns: z.array(turn.extend({ cell: text })), approvals: whole,
  channels: z.array(channel), outbox: z.object({ pending: whole, sending: whole, sent: whole, failed: whole, dead: whole, unknown: whole }), refused: whole,
  rounds: whole, "unfinished rounds": whole, recovered: z.array(round), probations: z.array(z.object({ commit: text, policy: text })), "waiting for a person": z.array(candidate),
});
const budget = z.object({ account: text, dimension: text, limit: z.number(), left: z.number(), per: text, renewsMs: time.optional() });
const finding: z.ZodType<Finding> = z.object({ check: text, ok: z.boolean(), text, fix: text.optional() });
const cell = z.object({ cell: text, mailbox: whole, stateHash: text, quarantine: z.object({ reason: text, sequence: whole, timeMs: time }).optional() });
const entry = z.object({ sequence: whole, kind: text, cell: text, timeMs: time, text, hash: text });
const effect = z.object({
  id: text, input: text, cell: text, index: whole, operation: text, library: text, parameters: text, status: text, ground: text, rule: text, reason: text,
  approval: z.object({ allowed: z.boolean(), by: text }).optional(), code: text.optional(), message: text.optional(), hint: text.optional(), result: text.optional(),
  cost: text.optional(), facts: z.record(text, text), timeMs: time, tookMs: whole.optional(), entries: z.array(whole),
});
const why = z.object({
  id: text, about: z.enum(["input", "effect", "entry", "message", "nothing"]), outcome: text, ground: text, next: text,
  input: z.object({ id: text, cell: text, kind: text, text, from: text, label: text, sequence: whole, timeMs: time }).optional(),
  end: z.object({ outcome: text, answer: text, genome: text, steps: whole, sequence: whole, timeMs: time.optional() }).optional(),
  effects: z.array(effect), entry: entry.optional(),
});

const lock = z.enum(["file", "passphrase", "keyring"]);

/** All routes by the desk's operation. What streams, `/v1/events`, and the document, `/v1/openapi.json`, stand beside them in the server. */
export const ROUTES: Readonly<Record<keyof Desk, Route>> = {
  status: route("status", { method: "GET", path: "/v1/status", summary: "What the agent is and does", result: status }),
  doctor: route("doctor", { method: "GET", path: "/v1/doctor", summary: "Checks what the agent needs, and says what to do about what is wrong", result: z.array(finding) }),
  send: route("send", {
    method: "POST", path: "/v1/messages", summary: "Sends a message as the operator, and answers once its turn is committed",
    parameters: z.object({ text: text.min(1).max(100_000), id: text.min(1).max(100).optional().meta({ description: "Yours: a second message of the same id is the first one again" }) }), result: z.object({ answer: text }),
  }),
  cells: route("cells", { method: "GET", path: "/v1/cells", summary: "The cells, by name", parameters: cellPage, result: z.array(cell) }),
  cell: route("cell", {
    method: "GET", path: "/v1/cells/{cell}", summary: "One cell: its mailbox, state, turn under way, quarantine and last outcomes", parameters: cellName,
    result: cell.extend({ state: text, inputs: z.array(text), turn: turn.optional(), ended: z.array(z.object({ id: text, outcome: text })) }),
  }),
  stop: route("stop", { method: "POST", path: "/v1/cells/{cell}/stop", summary: "Ends the turn of a cell, wherever it is", parameters: cellName, result: z.object({ stopped: z.boolean() }) }),
  release: route("release", { method: "POST", path: "/v1/cells/{cell}/release", summary: "Lets a quarantined cell run again", parameters: cellName, result: z.object({ released: text }) }),
  journal: route("journal", { method: "GET", path: "/v1/journal", summary: "Entries of the journal, oldest first", parameters: page, result: z.array(entry) }),
  effects: route("effects", { method: "GET", path: "/v1/effects", summary: "Effects with what was decided and what came of them, newest first", parameters: page, result: z.array(effect) }),
  approvals: route("approvals", { method: "GET", path: "/v1/approvals", summary: "Effects that wait for a person's word", result: z.array(effect) }),
  approve: route("approve", { method: "POST", path: "/v1/approvals/{id}/approve", summary: "Lets one effect happen, once, with exactly these parameters", parameters: id, result: z.object({ approved: text }) }),
  deny: route("deny", { method: "POST", path: "/v1/approvals/{id}/deny", summary: "Refuses one effect", parameters: id, result: z.object({ denied: text }) }),
  budgets: route("budgets", { method: "GET", path: "/v1/budgets", summary: "What is left of the budgets that outlive turns", result: z.array(budget) }),
  rounds: route("rounds", { method: "GET", path: "/v1/rounds", summary: "The last rounds of the loop that have ended, oldest first", parameters: page.pick({ last: true }), result: z.array(round) }),
  why: route("why", { method: "GET", path: "/v1/why/{id}", summary: "What happened to an input, an effect, an entry or a message of the queue, and on what ground", parameters: id, result: why }),
  secrets: route("secrets", { method: "GET", path: "/v1/secrets", summary: "Names of the vault's secrets, with the origins that each may be sent to", result: z.array(text) }),
  putSecret: route("putSecret", {
    method: "POST", path: "/v1/secrets/{name}", summary: "Keeps a secret, to be sent to these origins only; nothing gives it back",
    parameters: z.object({ name: text.max(100), secret: text.min(1).max(65_536), origins: z.array(text.max(300)).max(20) }), result: z.object({ kept: text }),
  }),
  deleteSecret: route("deleteSecret", { method: "POST", path: "/v1/secrets/{name}/delete", summary: "Deletes a secret", parameters: z.object({ name: text.max(100) }), result: z.object({ deleted: z.boolean() }) }),
  vault: route("vault", {
    method: "GET", path: "/v1/vault", summary: "Where the vault's key is, and how far the vault has come",
    result: z.object({ lock, secrets: whole, generation: whole, isWatched: z.boolean() }),
  }),
  relock: route("relock", {
    method: "POST", path: "/v1/vault/relock", summary: "Locks the vault with a new key, of the same kind unless one is named",
    parameters: z.object({ lock: lock.optional(), passphrase: text.max(1_000).optional() }), result: z.object({ records: whole }),
  }),
  rotateSigningKey: route("rotateSigningKey", { method: "POST", path: "/v1/signing-key/rotate", summary: "Signs the journal with a new key from now on", result: z.object({ key: text }) }),
  channels: route("channels", { method: "GET", path: "/v1/channels", summary: "The channels, who may speak where, and who was turned away", result: channels }),
  configure: route("configure", {
    method: "POST", path: "/v1/channels/{platform}", summary: "Keeps a channel's settings once its platform has taken them, and lets operators in",
    parameters: z.object({ platform: text.max(41), settings: z.record(text.max(100), text.max(65_536)), secrets: z.record(text.max(100), text.max(65_536)), operators: z.array(text.min(1).max(500)).max(100), channels: z.array(text.min(1).max(500)).max(100) }),
    result: z.object({ platform: text, account: text }),
  }),
  forget: route("forget", { method: "POST", path: "/v1/channels/{platform}/forget", summary: "Forgets a channel's settings and secrets", parameters: z.object({ platform: text.max(41) }), result: z.object({ forgotten: z.boolean() }) }),
  allow: route("allow", { method: "POST", path: "/v1/members/allow", summary: "Lets somebody speak to the agent", parameters: member, result: member }),
  disallow: route("disallow", { method: "POST", path: "/v1/members/disallow", summary: "Lets somebody speak to the agent no more", parameters: member.omit({ role: true, identity: true }), result: z.object({ disallowed: z.boolean() }) }),
  bind: route("bind", { method: "POST", path: "/v1/bindings/bind", summary: "Lets the agent be spoken to in a channel", parameters: place, result: place }),
  unbind: route("unbind", { method: "POST", path: "/v1/bindings/unbind", summary: "Lets the agent be spoken to in a channel no more", parameters: place, result: z.object({ unbound: z.boolean() }) }),
  queue: route("queue", { method: "GET", path: "/v1/queue", summary: "Messages that came in and have no end yet, and those that have not left", result: z.object({ in: z.array(queued), out: z.array(queued) }) }),
  queued: route("queued", { method: "GET", path: "/v1/queue/{id}", summary: "One message of the queue", parameters: queueId, result: queued.extend({ text, sender: text, partsSent: whole, parts: whole }) }),
  retry: route("retry", { method: "POST", path: "/v1/queue/{id}/retry", summary: "Tries again what failed or waits", parameters: queueId, result: z.object({ retried: text }) }),
  drop: route("drop", { method: "POST", path: "/v1/queue/{id}/drop", summary: "Takes a message out of the queue", parameters: queueId, result: z.object({ dropped: text }) }),
  down: route("down", { method: "POST", path: "/v1/down", summary: "Ends the process that has the home open, in good order", result: z.object({ leaving: z.literal(true) }) }),
  metrics: route("metrics", { method: "GET", path: "/v1/metrics", summary: "Measures in Prometheus' text format" }),
  health: route("health", { method: "GET", path: "/v1/health", summary: "Answers while the process lives", result: z.object({ healthy: z.literal(true) }) }),
  ready: route("ready", { method: "GET", path: "/v1/ready", summary: "Answers whether turns can run: 503 if not", result: z.object({ ready: z.literal(true), genome: text }) }),
};

/** Names of the parameters that stand in a path. */
export function pathParameters(path: string): string[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => name);
}

/** The route of a request, and the parameters that stand in its path. Errors: `no-route`, `wrong-method`. */
export function matched(method: string, path: string): { readonly route: Route; readonly inPath: Record<string, string> } {
  const found = Object.values(ROUTES).flatMap((route) => {
    const values = new RegExp(`^${route.path.replace(/\{\w+\}/g, "([^/]+)")}$`).exec(path)?.slice(1);
    return values === undefined ? [] : [{ route, inPath: Object.fromEntries(pathParameters(route.path).map((name, index) => [name, decoded(values[index] ?? "")])) }];
  });
  if (found.length === 0) throw new ControlError("no-route", "there is no such route");
  const fitting = found.find(({ route }) => route.method === method);
  if (fitting === undefined) throw new ControlError("wrong-method", `this route takes ${found.map(({ route }) => route.method).join(", ")}`);
  return fitting;
}

/** The parameters as the route's schema admits them. Errors: `invalid-request`. */
export function checked(route: Route, parameters: unknown): unknown {
  const parsed = route.parameters.safeParse(parameters);
  if (!parsed.success) throw new ControlError("invalid-request", parsed.error.issues.map(({ path: at, message }) => [at.map(String).join("."), message].filter((part) => part !== "").join(": ")).join("; "));
  return parsed.data;
}

/** The desk, asked with parameters that nobody has checked. */
export function checkedDesk(desk: Desk): Desk {
  return Object.fromEntries(Object.entries(ROUTES).map(([name, route]) =>
    [name, async (parameters: unknown = {}) => route.run(desk, checked(route, parameters) as never)])) as unknown as Desk;
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new ControlError("invalid-request", "the path is not well encoded");
  }
}
