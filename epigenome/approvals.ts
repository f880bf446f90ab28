// Effects that wait for a person's word: each for exactly its arguments, and answered once.
import type { Call } from "./authorise.js";
import { canonical } from "./data.js";
import { WorldError } from "./error.js";
import type { Decision } from "./image.js";
import type { Labels } from "./labels.js";
import type { Turn } from "./turn.js";

/** An effect that waits for a person. */
export interface Approval {
  /** The id that its intent will have: it names this effect of this turn, which cannot ask for anything else under it. */
  readonly id: string;
  readonly cell: string;
  /** Id of the input whose turn asks. */
  readonly input: string;
  readonly operation: string;
  /** Printed name of the library that asks. */
  readonly library: string;
  /** Canonical text of exactly what is to be approved. */
  readonly parameters: string;
  readonly rule: string;
  readonly reason: string;
  /** Where what the turn has read comes from, and what it hands over. */
  readonly labels: Labels;
}

/** An approval, and what it is for. */
export interface Waiting {
  readonly turn: Turn;
  readonly call: Call;
  readonly approval: Approval;
}

export class Approvals {
  private readonly waiting = new Map<string, Waiting>();

  /** The effect waits from now on. The id is the same when the turn runs again and asks for the same. */
  add(turn: Turn, call: Call, intent: string, { rule, reason }: Pick<Decision, "rule" | "reason">): Approval {
    const approval: Approval = {
      id: intent, cell: turn.input.cell, input: turn.input.id, operation: call.capability.name,
      library: call.capability.origin, parameters: canonical(call.request), rule, reason, labels: call.labels,
    };
    this.waiting.set(approval.id, { turn, call, approval });
    return approval;
  }

  list(): Approval[] {
    return [...this.waiting.values()].map(({ approval }) => approval);
  }

  /** Takes the effect of this id: nobody can take it again. Errors: `no-approval`. */
  take(id: string): Waiting {
    const found = this.waiting.get(id);
    if (found === undefined) throw new WorldError("no-approval", `no effect waits for approval ${id}`);
    this.waiting.delete(id);
    return found;
  }

  /** Forgets what a turn still waited for. */
  abandon(turn: Turn): void {
    for (const [id, { turn: waiting }] of this.waiting) if (waiting === turn) this.waiting.delete(id);
  }
}
