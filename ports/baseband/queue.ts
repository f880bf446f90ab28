// The queue of turns: leases with fencing tokens, one turn at a time in a session, terminal states that stay.
import { PortError } from "../port.js";
import { type BasebandStorage, type Lane, OPEN, outgoing, type TerminalState, type Turn, type TurnState } from "./storage.js";

/*
 * queued → leased → running → done | failed | stopped | dead, and running ⇄ waiting ⇄ queued.
 * Each lease takes a new fencing token, and every write is a compare-and-swap on the row's token and state. So a
 * worker that lost its lease can write nothing, however late it comes and whatever it believes.
 */

export interface Lease {
  readonly id: number;
  readonly token: number;
}

/** Most turns leased or running at once. The reserve is kept free of lanes other than interactive. */
export interface Limits {
  readonly total: number;
  readonly interactiveReserve: number;
  readonly perAgent: number;
  readonly perChannel: number;
  readonly perLane: Partial<Record<Lane, number>>;
}

export interface LeaseRequest {
  readonly worker: string;
  readonly nowMs: number;
  readonly leaseMs: number;
  /** The first turn of each session that may run now, oldest first: which one runs? Absent: the oldest. */
  readonly choose?: (candidates: readonly Turn[]) => Turn;
}

export interface Completion {
  readonly state: TerminalState;
  /** The one final message; without it nothing is sent. */
  readonly answer?: string;
  readonly reason?: string;
}

/** Every time is given by the caller. Writes under a lease fail with `baseband-lease-lost` once it is not theirs any more. */
export interface Queue {
  lease(request: LeaseRequest): Turn | undefined;
  /** Leases and starts every turn that may run now, oldest first, at one look at what waits. */
  begin(request: Omit<LeaseRequest, "choose">): Turn[];
  start(lease: Lease, nowMs: number): Turn;
  renew(lease: Lease, nowMs: number, leaseMs: number): Turn;
  /** Begins the work on this turn now, out of order and beyond the limits: for what is done in no time. Undefined if it is not queued. */
  take(id: number, request: Omit<LeaseRequest, "choose">): Turn | undefined;
  /** Parks a running turn: until `notBeforeMs`, or without it until resumed or completed. Its session waits with it, and leaves its place to others. */
  wait(lease: Lease, nowMs: number, reason: string, notBeforeMs?: number): Turn;
  /** Queues a waiting turn again; answers whether it was waiting. */
  resume(id: number): boolean;
  /** Ends the turn, also one that is parked, and adds its one final message to the outbox, together. */
  complete(lease: Lease, nowMs: number, completion: Completion): Turn;
  /** Ends a turn from outside, whatever its worker does; answers false if it had ended. */
  stop(id: number, completion: Omit<Completion, "state">): boolean;
  /** Queues again what expired leases held and what has waited long enough; a turn leased too often is dead. `lease` does it too. */
  reap(nowMs: number): void;
  /**
   * Queues again what was leased or parked without a time, at start, when the process that held it is gone. That is no failed attempt: which turn
   * the process died of is judged by those who run the turns, and many lie here that only were there.
   */
  recover(): void;
}

export const LIMITS: Limits = { total: 12, interactiveReserve: 2, perAgent: 12, perChannel: 4, perLane: { worker: 4, maintenance: 1 } };
export const ATTEMPTS = 3;

const ACTIVE: readonly TurnState[] = ["leased", "running"];
const UNDER_WAY: readonly TurnState[] = [...ACTIVE, "waiting"];

export function createQueue(storage: BasebandStorage, limits: Limits = LIMITS): Queue {
  const queue: Queue = {
    lease: (request) => storage.transaction(() => {
      const candidates = leasable(storage, limits, request.nowMs, underWay(storage, request.nowMs));
      const [oldest] = candidates;
      if (oldest === undefined) return undefined;
      const choice = request.choose?.(candidates);
      const chosen = candidates.find((candidate) => candidate.id === choice?.id) ?? oldest;
      return leased(storage, chosen, request);
    }),
    begin: (request) => storage.transaction(() => {
      const turns = underWay(storage, request.nowMs);
      const begun: Turn[] = [];
      for (const turn of leasable(storage, limits, request.nowMs, turns))
        if (hasRoom(turn, [...turns, ...begun].filter(hasPlace), limits)) begun.push(leased(storage, turn, request, { state: "running" }));
      return begun;
    }),
    take: (id, request) => storage.transaction(() => {
      const turn = storage.turn(id);
      return turn?.state === "queued" ? leased(storage, turn, request, { state: "running", lane: "command" }) : undefined;
    }),
    start: (lease, nowMs) => storage.transaction(() => replaced(storage, held(storage, lease, nowMs, ["leased"]), { state: "running" })),
    renew: (lease, nowMs, leaseMs) => storage.transaction(() => {
      const turn = held(storage, lease, nowMs, ACTIVE);
      return replaced(storage, turn, { leasedUntilMs: Math.max(turn.leasedUntilMs, nowMs + leaseMs) });
    }),
    wait: (lease, nowMs, reason, notBeforeMs = 0) => storage.transaction(() =>
      replaced(storage, held(storage, lease, nowMs, ["running"]), { state: "waiting", reason, notBeforeMs })),
    resume: (id) => storage.transaction(() => {
      const turn = storage.turn(id);
      if (turn?.state !== "waiting") return false;
      resumed(storage, turn);
      return true;
    }),
    complete: (lease, nowMs, completion) => storage.transaction(() => ended(storage, held(storage, lease, nowMs, UNDER_WAY), completion)),
    stop: (id, completion) => storage.transaction(() => {
      const turn = storage.turn(id);
      if (turn === undefined || !OPEN.includes(turn.state)) return false;
      ended(storage, turn, { ...completion, state: "stopped" });
      return true;
    }),
    reap: (nowMs) => storage.transaction(() => void underWay(storage, nowMs)),
    recover: () => storage.transaction(() => {
      for (const turn of storage.turns(UNDER_WAY))
        if (turn.state !== "waiting" || turn.notBeforeMs === 0)
          replaced(storage, turn, { state: "queued", attempts: turn.attempts - 1, reason: "lease lost", lane: turn.lane === "command" ? "interactive" : turn.lane });
    }),
  };
  return queue;
}

/** The row, if the lease is the standing one, not expired, and in one of the states. */
function held(storage: BasebandStorage, { id, token }: Lease, nowMs: number, states: readonly TurnState[]): Turn {
  const turn = storage.turn(id);
  if (turn === undefined) throw new PortError("baseband-no-turn", `there is no turn ${id}`);
  // Nobody else can have what is parked, however long it takes.
  const hasExpired = turn.state !== "waiting" && turn.leasedUntilMs <= nowMs;
  if (turn.token !== token || !states.includes(turn.state) || hasExpired) throw leaseLost(turn);
  return turn;
}

function leased(storage: BasebandStorage, turn: Turn, { worker, nowMs, leaseMs }: LeaseRequest, change: Partial<Turn> = {}): Turn {
  return replaced(storage, turn, { state: "leased", token: storage.nextToken(), worker, attempts: turn.attempts + 1, leasedUntilMs: nowMs + leaseMs, reason: "", ...change });
}

// Waiting is no failed attempt: only a lease that expires is.
function resumed(storage: BasebandStorage, turn: Turn): void {
  replaced(storage, turn, { state: "queued", notBeforeMs: 0, attempts: 0, reason: "" });
}

function replaced(storage: BasebandStorage, turn: Turn, change: Partial<Turn>): Turn {
  const after = { ...turn, ...change };
  if (!storage.replaceTurn(turn, after)) throw leaseLost(turn);
  return after;
}

function leaseLost(turn: Turn): PortError {
  return new PortError("baseband-lease-lost", `the lease of turn ${turn.id} is not the standing one; it is ${turn.state}`, {
    hint: "Drop this work: another worker has it, or it has ended.",
  });
}

/** A turn that kills its worker again and again must end, and its sender must hear of it. */
function requeued(storage: BasebandStorage, turn: Turn): void {
  if (turn.attempts < ATTEMPTS) return void replaced(storage, turn, { state: "queued", reason: "lease expired" });
  const reason = `the work on it was lost ${turn.attempts} times`;
  ended(storage, turn, { state: "dead", reason, answer: `This could not be finished: ${reason}.` });
}

function ended(storage: BasebandStorage, turn: Turn, { state, answer, reason = "" }: Completion): Turn {
  const after = replaced(storage, turn, { state, reason });
  if (answer === undefined || answer.trim() === "") return after;
  const row = storage.addOutgoing(outgoing(turn.envelope, answer, { turn: turn.id, repliesTo: storage.hasLater(turn) ? turn.envelope.id : "" }));
  if (row === undefined) throw new PortError("baseband-answered", `turn ${turn.id} has its answer already`);
  return after;
}

/** What is leased, running or waiting, after all that is due was queued again. */
function underWay(storage: BasebandStorage, nowMs: number): Turn[] {
  const turns = storage.turns(UNDER_WAY);
  const isOver = (turn: Turn): boolean => turn.state === "waiting" ? turn.notBeforeMs !== 0 && turn.notBeforeMs <= nowMs : turn.leasedUntilMs <= nowMs;
  const over = turns.filter(isOver);
  if (over.length === 0) return turns;
  for (const turn of over) (turn.state === "waiting" ? resumed : requeued)(storage, turn);
  return storage.turns(UNDER_WAY);
}

/** The oldest turn of each session that has none of those under way, as far as the limits leave room. */
function leasable(storage: BasebandStorage, limits: Limits, nowMs: number, turns: readonly Turn[]): Turn[] {
  const active = turns.filter(hasPlace);
  if (active.length >= limits.total) return [];
  const taken = new Set(turns.filter(({ lane }) => lane !== "command").map(({ envelope }) => envelope.session));
  return storage.heads().filter((turn) => turn.state === "queued" && !taken.has(turn.envelope.session) && turn.notBeforeMs <= nowMs && hasRoom(turn, active, limits));
}

/** Commands are done beyond the limits, and what waits has left its place. */
function hasPlace({ state, lane }: Turn): boolean {
  return state !== "waiting" && lane !== "command";
}

function hasRoom(turn: Turn, active: readonly Turn[], limits: Limits): boolean {
  const count = (same: (other: Turn) => boolean): number => active.filter(same).length;
  const total = turn.lane === "interactive" ? limits.total : limits.total - limits.interactiveReserve;
  return active.length < total
    && count((other) => other.agent === turn.agent) < limits.perAgent
    && count((other) => other.lane === turn.lane) < (limits.perLane[turn.lane] ?? limits.total)
    && count(({ envelope: { platform, account, channel } }) => platform === turn.envelope.platform
      && account === turn.envelope.account && channel === turn.envelope.channel) < limits.perChannel;
}
