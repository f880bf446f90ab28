// What the gates may ask about a change: each question goes to the trial child once, however many gates ask it.
import type { Inspection, OperationSchemas, RecordedTurn, RecordedTurnService, TrialProcess, TrialReply } from "../port.js";
import type { Change } from "./gates/gate.js";
import type { Limits } from "./limits.js";
import { measureAll, type Measure } from "./lockstep.js";
import { deciderOf, policyRequest } from "./policies.js";
import type { Suite } from "./suites/suite.js";

export type Side = "base" | "candidate";

export class Examination {
  private readonly answers = new Map<string, unknown>();

  constructor(
    private readonly change: Change,
    private readonly trial: TrialProcess,
    private readonly limits: Limits,
    private readonly services: { readonly recorded: RecordedTurnService; readonly operations: OperationSchemas },
  ) {}

  /** What is in the files. */
  async inspection(side: Side): Promise<Inspection> {
    const reply = await this.once(`inspect ${side}`, () => this.trial.ask({ kind: "inspect", files: this.change[side].files }));
    if (reply.result === undefined) throw new Error(`the trial child could not inspect: ${reply.message}`);
    return reply.result;
  }

  boot(side: Side): Promise<TrialReply<"boot">> {
    return this.once(`boot ${side}`, () =>
      this.trial.ask({ kind: "boot", id: side, files: this.change[side].files, operations: this.services.operations, ...this.bootLimits() }),
    );
  }

  test(side: Side): Promise<TrialReply<"test">> {
    return this.once(`test ${side}`, async () =>
      (await this.bootFailure(side)) ?? this.trial.ask({ kind: "test", genome: side, steps: this.limits["test-steps"], bytes: this.limits["test-bytes"] }),
    );
  }

  /** Whether the genome has the suite's policy, by its own name and with its own facts. */
  policy(side: Side, suite: Suite): Promise<TrialReply<"load-policy">> {
    return this.once(`policy ${side} ${suite.policy}`, async () =>
      (await this.bootFailure(side)) ?? this.trial.ask(policyRequest(policyId(side, suite), side, suite)),
    );
  }

  /** Why a side cannot be measured on the suite, if it cannot. */
  async loadFailure(suite: Suite): Promise<string | undefined> {
    const replies = [await this.policy("base", suite), await this.policy("candidate", suite)];
    const failed = replies.find((reply) => !reply.ok);
    return failed && `${failed.code}: ${failed.message}`;
  }

  /** The policy on the gate's cases. */
  measure(side: Side, suite: Suite): Promise<Measure> {
    return this.once(`measure ${side} ${suite.policy}`, async () => {
      const decide = deciderOf(this.trial, [policyId(side, suite)], this.limits["decision-steps"]);
      const [measure] = await measureAll(suite, "gate", 1, decide);
      return measure as Measure;
    });
  }

  recordedTurns(count: number): Promise<readonly RecordedTurn[]> {
    return this.once("turns", () => this.services.recorded.recent(count));
  }

  shadow(side: Side, turns: readonly RecordedTurn[]): Promise<TrialReply<"shadow">> {
    const { "shadow-steps": steps, "shadow-bytes": bytes } = this.limits;
    return this.once(`shadow ${side}`, async () =>
      (await this.bootFailure(side)) ?? this.trial.ask({ kind: "shadow", genome: side, turns, steps, bytes }),
    );
  }

  private bootLimits(): { steps: number; bytes: number } {
    return { steps: this.limits["boot-steps"], bytes: this.limits["boot-bytes"] };
  }

  private async bootFailure(side: Side): Promise<{ ok: false; code?: string; message?: string; steps: number } | undefined> {
    const { ok, code, message, steps } = await this.boot(side);
    return ok ? undefined : { ok, code, message, steps };
  }

  private once<Answer>(question: string, ask: () => Promise<Answer>): Promise<Answer> {
    const answer = (this.answers.get(question) as Promise<Answer> | undefined) ?? ask();
    this.answers.set(question, answer);
    return answer;
  }
}

function policyId(side: Side, suite: Suite): string {
  return `${side} ${suite.policy}`;
}
