// What programs may use: limits, and the clocks that they are measured by.
import type { Dynamic, Frame } from "./frame.js";

/**
 * What one computation has used. The limits in force are a chain from the innermost outwards. All of them are used up
 * alike, so while one is in force it says at which reading of the clock it ends, and what happens in between touches
 * none: to settle, to start a slice and to enter a limit take the same work however many are in force.
 */
export class Clock {
  steps = 0;
  bytes = 0;
  /** The step that no slice crosses: there the depth of the recursion is looked at. */
  checkpoint = Number.MAX_SAFE_INTEGER;
  private innermost: Limit | null = null;

  /** Makes this chain of limits the one in force. */
  enforce(limits: Limit | null): void {
    // A computation that entered a continuation of this one has taken its limits with it, from the outermost on.
    if (this.innermost !== null && this.innermost.outermost.clock !== this) this.leaveTo(null);
    if (limits === this.innermost) return;
    const entering: Limit[] = [];
    let common = limits;
    for (; common !== null && common.clock !== this; common = common.parent) entering.push(common);
    this.leaveTo(common);
    for (const limit of entering.reverse()) limit.moveTo(this);
    this.innermost = limits;
  }

  /** How many of a chain of limits are not in force. */
  outOfForce(limits: Limit | null): number {
    let count = 0;
    for (let limit = limits; limit !== null && limit.clock !== this; limit = limit.parent) count++;
    return count;
  }

  private leaveTo(common: Limit | null): void {
    for (let limit = this.innermost; limit !== common && limit !== null; limit = limit.parent) if (limit.clock === this) limit.moveTo(STOPPED);
    this.innermost = common;
  }
}

/** A host's answer: is there room in memory for so many bytes more? */
export type HasMemory = (bytes: number) => boolean;

/** Bytes that are allocated between two questions for room. */
const ALLOWANCE = 16_000_000;

/** The clock of the limits that are not in force. */
const STOPPED = new Clock();

/**
 * What a program may still use: its own, and a share in what its parent has. `frames` and `dynamic` are the
 * continuation of the `with-limits` that made it, where its `limit-exceeded` is raised; the root limit of a
 * computation has none, and exceeding it fails the computation.
 */
export class Limit {
  clock = STOPPED;
  /** True once its after-thunks have had their grace: there is no second one. */
  hadGrace = false;
  /** The greatest depth of frames that was charged to it. */
  deepest: number;
  /** How many limits it stands in, and the last of them. */
  readonly nesting: number;
  readonly outermost: Limit;
  /** The outermost limit, of this and those around it, within whose grace the program is. */
  readonly grace: Limit | undefined;
  /** Of this limit and those around it, the outermost that ends first; to be asked while it is in force. */
  firstInSteps: Limit = this;
  firstInBytes: Limit = this;
  readonly firstInTime: Limit;
  private hasMemory: HasMemory | undefined;

  constructor(
    readonly parent: Limit | null,
    /** The readings of its clock at which it is used up. */
    private stepsEnd: number,
    private bytesEnd: number,
    /** In the milliseconds of `performance.now()`. */
    readonly deadline: number,
    readonly frames: Frame | null,
    readonly dynamic: Dynamic | null,
    readonly isGrace = false,
  ) {
    this.deepest = frames === null ? 0 : frames.depth;
    this.nesting = parent === null ? 0 : parent.nesting + 1;
    this.outermost = parent === null ? this : parent.outermost;
    this.grace = parent?.grace ?? (isGrace ? this : undefined);
    this.firstInTime = parent !== null && parent.firstInTime.deadline <= deadline ? parent.firstInTime : this;
  }

  /** What a program may hold as long as the host has room for it: an allowance, and another one each time that the host says so. */
  static ofMemory(hasMemory: HasMemory): Limit {
    const limit = new Limit(null, Infinity, ALLOWANCE, Infinity, null, null);
    limit.hasMemory = hasMemory;
    return limit;
  }

  /** True of what the host has the last word on. */
  get isMemory(): boolean {
    return this.hasMemory !== undefined;
  }

  get steps(): number {
    return this.stepsEnd - this.clock.steps;
  }

  get bytes(): number {
    return this.bytesEnd - this.clock.bytes;
  }

  /** What is left of it is used up by another clock from now on. Those around it must be there already. */
  moveTo(clock: Clock): void {
    this.stepsEnd += clock.steps - this.clock.steps;
    this.bytesEnd += clock.bytes - this.clock.bytes;
    this.clock = clock;
    this.compare();
  }

  /** Charges the frames of a continuation so deep to this limit and those around it, as far as these never saw it so deep. */
  chargeDepth(depth: number, bytesOfFrame: number): void {
    for (const limit of this.chain()) {
      limit.bytesEnd -= bytesOfFrame * Math.max(0, depth - limit.deepest);
      limit.deepest = Math.max(depth, limit.deepest);
      limit.compare();
    }
  }

  /** Adds what is missing, and an allowance, if the host has room for it. `innermost` is the end of the chain in force. */
  renew(innermost: Limit): boolean {
    const wanted = ALLOWANCE - this.bytes;
    if (this.hasMemory?.(wanted) !== true) return false;
    this.bytesEnd += wanted;
    for (const limit of innermost.chain()) limit.compare();
    return true;
  }

  /** This limit and those around it, the outermost first. */
  private chain(): Limit[] {
    const chain: Limit[] = [];
    for (let limit: Limit | null = this; limit !== null; limit = limit.parent) chain.push(limit);
    return chain.reverse();
  }

  private compare(): void {
    const { parent } = this;
    this.firstInSteps = parent !== null && parent.firstInSteps.stepsEnd <= this.stepsEnd ? parent.firstInSteps : this;
    this.firstInBytes = parent !== null && parent.firstInBytes.bytesEnd <= this.bytesEnd ? parent.firstInBytes : this;
  }
}

/** The outermost of the limits in force that has less than so many steps left, or no bytes, or no time. */
export function exceeded(limits: Limit | null, steps: number, now: number): Limit | undefined {
  if (limits === null) return undefined;
  const found = [
    outermost(limits.firstInSteps, "firstInSteps", (limit) => limit.steps < steps),
    outermost(limits.firstInBytes, "firstInBytes", (limit) => limit.bytes < 0),
    outermost(limits.firstInTime, "firstInTime", (limit) => limit.deadline < now),
  ];
  const limit = found.reduce((one, other) => (one === undefined || (other !== undefined && other.nesting < one.nesting) ? other : one));
  return limit?.renew(limits) === true ? exceeded(limits, steps, now) : limit;
}

/** Of those around a first one, the next first one ends later: once one is not exceeded, none further out is. */
function outermost(first: Limit, measure: "firstInSteps" | "firstInBytes" | "firstInTime", isExceeded: (limit: Limit) => boolean): Limit | undefined {
  let found: Limit | undefined;
  for (let limit: Limit | undefined = first; limit !== undefined && isExceeded(limit); limit = limit.parent?.[measure]) found = limit;
  return found;
}
