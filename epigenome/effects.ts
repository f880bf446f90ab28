// The one way from a turn to a port: authorised, journaled and budgeted before, journaled and settled after.
import { Condition, LispError, type Value } from "../interpreter/index.js";
import { beginOperation, checkOperation, type Context, PortError, type Stamp } from "../ports/port.js";
import { type Approval, Approvals, type Waiting } from "./approvals.js";
import { accountsOf, callOf, flowOf, policyDecision, readByCalling, refusalOf, resultLabels, type Call, type Refusal } from "./authorise.js";
import { type Account, amountsOf, chargesOf, difference, leftAfter, released, settledAmounts, shortageOf, shortageText, type Amounts, type Ledger, type Sources } from "./budget.js";
import type { EffectRequest } from "./capability.js";
import type { Lineage } from "./children.js";
import type { Clock } from "./clock.js";
import { canonical, condition, fieldText, keyword, record } from "./data.js";
import type { WorldDatabase } from "./database.js";
import { derive } from "./digest.js";
import { amountsData, answerFields, chargesData, effectBody, failureData, leftData, portFailure, shortageData } from "./effect-record.js";
import { WorldError } from "./error.js";
import type { Decision } from "./image.js";
import type { Journal } from "./journal.js";
import { boxed, joined, labelsData, labelsOf, TRUSTED } from "./labels.js";
import { redactedData } from "./redaction.js";
import { toLisp } from "./translate.js";
import type { Answer, RecordedEffect, Turn } from "./turn.js";

/** What effects need of the world around them. */
export interface EffectsWorld {
  readonly database: WorldDatabase;
  readonly journal: Journal;
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly at: (point: string) => void;
  /** Takes secrets out of texts that come in. */
  readonly redact: (text: string) => string;
  /** The cell and those whose child it is, and theirs: each bounds what it may do, and pays for it. */
  lineage(cell: string): Lineage;
  progress(turn: Turn, event: Record<string, unknown>): void;
  /** The turn's suspended call ends with this answer. */
  answer(turn: Turn, call: Call, answer: Answer): void;
  /** The turn asked for something else than it did before the restart. */
  fault(turn: Turn, message: string): void;
  /** An invariant broke: the world can only be opened again. */
  failed(error: unknown): void;
}

type Intent = NonNullable<RecordedEffect["intent"]>;

/** What came of running a port. */
interface Ended {
  readonly answer: Answer;
  readonly cost: Amounts;
}

export class Effects {
  private readonly waiting = new Approvals();
  private readonly running = new Set<Promise<void>>();
  private isClosed = false;

  constructor(private readonly world: EffectsWorld) {}

  /** Begins what the turn asks for; `answer` or `fault` of the world follows, at once or when it is durable. */
  perform(turn: Turn, request: EffectRequest): void {
    const call = callOf(turn.effects++, request, turn.computation.labels);
    const recorded = turn.recorded[call.index];
    // A fork may begin between the word that allowed an effect and its intent: then nothing was begun.
    if (recorded === undefined || recorded.request === "") return this.authorise(turn, call);
    if (recorded.request !== call.text)
      return this.world.fault(turn, `effect ${call.index} was ${recorded.request} before the restart, and is ${call.text} now`);
    this.again(turn, call, recorded);
  }

  approvals(): Approval[] {
    return this.waiting.list();
  }

  /** A person's word on one waiting effect, good for exactly these parameters, once. Errors: `no-approval`, journaled too. */
  resolve(id: string, isAllowed: boolean, by: string): void {
    const { turn, call, approval } = this.taken(id, by);
    turn.deadline?.resume();
    this.world.database.batch(() => {
      this.world.journal.append("operator", turn.input.cell, effectBody(turn.input.id, call.index, { approval: id, allowed: isAllowed, by }));
      const reason = `${isAllowed ? "approved" : "refused"} by ${by}, asked by rule ${approval.rule}: ${approval.reason}`;
      const refusal = isAllowed ? this.refusal(turn, call) : undefined;
      if (refusal === undefined) this.decided(turn, call, { decision: isAllowed ? "allow" : "deny", rule: "approval", reason });
      else this.refuse(turn, call, refusal.rule, refusal.failure);
    });
  }

  /** Forgets what a finished turn still waited for. */
  abandon(turn: Turn): void {
    this.waiting.abandon(turn);
    turn.abort();
  }

  /** Lets effects under way finish within the time given, then takes no more receipts. */
  async close(milliseconds: number): Promise<void> {
    let lateNoMore = (): void => undefined;
    const late = new Promise<void>((resolve) => (lateNoMore = this.world.clock.wait(milliseconds, resolve)));
    await Promise.race([Promise.all(this.running), late]);
    lateNoMore();
    this.isClosed = true;
  }

  private taken(id: string, by: string): Waiting {
    try {
      return this.waiting.take(id);
    } catch (error) {
      if (error instanceof WorldError) this.world.journal.append("operator", "", canonical(record({ approval: id, refused: error.code, by })));
      throw error;
    }
  }

  private authorise(turn: Turn, call: Call): void {
    const refusal = this.refusal(turn, call);
    if (refusal !== undefined) return this.refuse(turn, call, refusal.rule, refusal.failure);
    const decision = policyDecision(turn, call);
    if (decision.decision !== "ask") return this.decided(turn, call, decision);
    if (turn.computation.isQuarantined) this.decided(turn, call, { decision: "deny", rule: "quarantine", reason: "in a quarantine nobody is asked" });
    else this.ask(turn, call, decision);
  }

  private refusal(turn: Turn, call: Call): Refusal | undefined {
    return refusalOf(turn, call, this.world.lineage(turn.input.cell), this.world.clock.stamp().timeMs);
  }

  private decided(turn: Turn, call: Call, { decision, rule, reason }: Decision): void {
    if (decision === "allow") return this.intend(turn, call, rule, reason);
    this.refuse(turn, call, rule, condition("effect-denied", `${call.capability.name} was denied by rule ${rule}: ${reason}`), reason);
  }

  private refuse(turn: Turn, call: Call, rule: string, problem: Condition, reason = problem.message, read = TRUSTED): void {
    const answer = { failure: failureData(problem), read };
    this.decision(turn, call, "deny", rule, reason, { request: call.data, ...answerFields(answer) });
    this.world.progress(turn, { kind: "refused", operation: call.capability.name, rule });
    this.answered(turn, call, answer, false);
  }

  /** What was decided of one effect, by which rule and why: what `why` tells. */
  private decision(turn: Turn, call: Call, decision: Decision["decision"], rule: string, reason: string, more: Record<string, Value | undefined>): void {
    const { name, origin } = call.capability;
    this.world.journal.append("decision", turn.input.cell, effectBody(turn.input.id, call.index, {
      decision: keyword(decision), rule, reason, operation: name, library: origin, labels: call.labels.length === 0 ? undefined : labelsData(call.labels), ...more,
    }));
  }

  private ask(turn: Turn, call: Call, decision: Decision): void {
    const { database } = this.world;
    this.decision(turn, call, "ask", decision.rule, decision.reason, { request: call.data });
    database.whenDurable(() => this.waitForApproval(turn, call, decision));
  }

  private waitForApproval(turn: Turn, call: Call, asked: Pick<Decision, "rule" | "reason">): void {
    if (turn.isFinished) return;
    turn.deadline?.pause();
    const approval = this.waiting.add(turn, call, intentId(turn, call), asked);
    this.world.progress(turn, { kind: "approval", ...approval });
  }

  /** Reserves the budget and journals decision and intent; the port runs once both are durable. */
  private intend(turn: Turn, call: Call, rule: string, reason: string): void {
    const { journal, database, ledger, clock } = this.world;
    const stamp: Stamp = { timeMs: clock.stamp().timeMs, entropy: derive(turn.input.stamp.entropy, "intent", call.index) };
    const accounts = this.accounts(turn, call);
    const reserved = estimate(call);
    const left = ledger.left(accounts, stamp.timeMs, turn.use);
    const shortage = shortageOf(left, reserved);
    if (shortage !== undefined) {
      const used = accounts.filter(({ name, budget }) => name === shortage.account && budget.per === shortage.per).map((account) => ledger.sources(account, stamp.timeMs, turn.use));
      return this.refuse(turn, call, "budget", condition("budget-exceeded", shortageText(shortage), [shortageData(shortage)]), undefined, joined(...used));
    }
    const [id, sources] = [intentId(turn, call), sourcesOf(turn, call)];
    const charges = chargesOf(accounts, reserved, stamp.timeMs, sources);
    const flow = call.capability.operation.places === undefined ? TRUSTED : flowOf(turn, call);
    database.whole(() => {
      ledger.add(accounts, reserved, charges, turn.use, sources);
      this.decision(turn, call, "allow", rule, reason, { left: leftData(leftAfter(left, reserved)) });
      journal.append("intent", turn.input.cell, effectBody(turn.input.id, call.index, {
        intent: id, request: call.data, reserved: amountsData(reserved), charged: chargesData(charges), flow: flow.length === 0 ? undefined : labelsData(flow),
      }), stamp);
    });
    database.whenDurable(() => {
      this.world.at("intent-durable");
      if (!turn.isFinished) this.dispatch(turn, call, { id, stamp, reserved, flow });
    });
  }

  private accounts(turn: Turn, call: Call): Account[] {
    return accountsOf(turn, call, this.world.lineage(turn.input.cell));
  }

  /** What the journal says of this effect is what happens again: an answer, a question still open, or an intent without a receipt. */
  private again(turn: Turn, call: Call, recorded: RecordedEffect): void {
    const { intent, answer } = recorded;
    if (intent !== undefined) this.world.ledger.addToTurn(this.accounts(turn, call), recorded.cost ?? intent.reserved, turn.use, sourcesOf(turn, call, answer));
    if (answer !== undefined) return this.answered(turn, call, answer, intent !== undefined);
    if (intent !== undefined) return this.recover(turn, call, intent);
    if (recorded.asked !== undefined) return this.waitForApproval(turn, call, recorded.asked);
    this.authorise(turn, call);
  }

  private recover(turn: Turn, call: Call, intent: Intent): void {
    const { outcome, name } = call.capability.operation;
    if (outcome === "pure" || outcome === "idempotent") return this.dispatch(turn, call, intent);
    if (outcome === "unknown") return this.receive(turn, call, intent, { failure: unknownFailure(name) }, intent.reserved);
    this.track(this.check(turn, call, intent));
  }

  private async check(turn: Turn, call: Call, intent: Intent): Promise<void> {
    const { port, operation } = call.capability;
    const found = await this.attempt(call, intent, async () => checkOperation(port, operation.name, call.parameters, this.context(turn, call, intent)));
    if (found === undefined) return this.dispatch(turn, call, intent);
    const isKnown = "result" in found.answer;
    this.receive(turn, call, intent, isKnown ? found.answer : { failure: unknownFailure(operation.name) }, isKnown ? found.cost : intent.reserved);
  }

  private dispatch(turn: Turn, call: Call, intent: Intent): void {
    this.world.progress(turn, { kind: "effect", operation: call.capability.name, intent: intent.id });
    try {
      const ended = this.run(turn, call, intent);
      if (ended !== undefined) this.track(ended);
    } catch (error) {
      this.world.failed(error);
    }
  }

  /** What a port writes at once is durable together with its receipt: nothing comes in between. */
  private run(turn: Turn, call: Call, intent: Intent): Promise<void> | undefined {
    const { port, operation } = call.capability;
    const ended = this.attempt(call, intent, () => this.world.database.deferred(() =>
      beginOperation(port, operation.name, call.parameters, this.context(turn, call, intent))));
    const take = (end: Ended | undefined): void => {
      this.world.at("port-ran");
      if (end !== undefined) this.receive(turn, call, intent, end.answer, end.cost);
    };
    if (ended instanceof Promise) return ended.then(take);
    take(ended);
    return undefined;
  }

  /** A late receipt is recorded too, and changes nothing else. */
  private receive(turn: Turn, call: Call, intent: Intent, given: Answer, cost: Amounts): void {
    if (this.isClosed) return;
    const { journal, database, ledger } = this.world;
    const read = readByCalling(turn, call);
    const known = read.length === 0 ? given : { ...given, read: joined(read, given.read ?? TRUSTED) };
    const [accounts, settled] = [this.accounts(turn, call), difference(cost, intent.reserved)];
    const sources = sourcesOf(turn, call, given);
    const charges = chargesOf(accounts, settled, intent.stamp.timeMs, sources);
    const body = (told: Answer): string => effectBody(turn.input.id, call.index, {
      intent: intent.id, ...answerFields(told), cost: amountsData(cost), charged: chargesData(charges),
    });
    const [answer, receipt] = journalled(known, body);
    database.whole(() => {
      journal.append("receipt", turn.input.cell, receipt);
      ledger.add(accounts, settled, charges, turn.use, sources);
    });
    database.whenDurable(() => {
      this.world.at("receipt-durable");
      this.world.progress(turn, { kind: "receipt", operation: call.capability.name, intent: intent.id, outcome: outcomeOf(answer) });
    });
    // What the turn asks for next is durable together with this receipt, or neither is.
    this.answered(turn, call, answer, true);
  }

  private context(turn: Turn, { labels }: Call, intent: Intent): Context {
    return {
      signal: turn.signal, idempotencyKey: intent.id, stamp: intent.stamp, cell: turn.input.cell, labels, flow: intent.flow,
      progress: (event) => this.world.progress(turn, event),
    };
  }

  /** What came of running or checking a port, as an answer to the turn; undefined if the check found nothing. */
  private attempt(call: Call, intent: Intent, work: () => unknown): Ended | undefined | Promise<Ended | undefined> {
    const { port, operation } = call.capability;
    const done = (result: unknown): Ended | undefined => {
      if (result === undefined) return undefined;
      const told = redactedData(toLisp(result, operation.result), this.world.redact);
      const [labels, read] = [resultLabels(call, result), operation.reads?.(call.parameters as never, result) ?? TRUSTED];
      // What is in a box anyway takes with it what it depends on.
      const answer = labels.length > 0 ? { result: boxed(told, joined(labels, read)) } : { result: told, read };
      return { answer, cost: settledAmounts(intent.reserved, result) };
    };
    const failed = (error: unknown): Ended => {
      const failure = error instanceof LispError ? new PortError(`${port.name}-invalid-result`, `${operation.name} answered a text that is no datum: ${error.message}`) : error;
      if (!(failure instanceof PortError)) throw error;
      const told = portFailure(failure, call.capability.name, this.world.redact, resultLabels(call), intent.stamp.timeMs);
      return { answer: { failure: told }, cost: released(intent.reserved, failure.options.cost) };
    };
    try {
      const result = work();
      return result instanceof Promise ? result.then(done).catch(failed) : done(result);
    } catch (error) {
      return failed(error);
    }
  }

  private answered(turn: Turn, call: Call, answer: Answer, isFromPort: boolean): void {
    if (turn.isFinished) return;
    turn.take(call, answer, isFromPort);
    this.world.answer(turn, call, answer);
  }

  private track(work: Promise<void>): void {
    const tracked = work.catch((error: unknown) => this.world.failed(error)).finally(() => this.running.delete(tracked));
    this.running.add(tracked);
  }
}

/** The intent's id follows from the input and the effect's place in the turn: it is the idempotency key of every run. */
function intentId(turn: Turn, call: Call): string {
  return derive(turn.input.id, "intent", call.index).slice(0, 32);
}

/** What a call is charged for depends on what it was given, and in the end on what came of it. */
function sourcesOf(turn: Turn, call: Call, answer?: Answer): Sources {
  return { flow: turn.computation.labels, amount: answer === undefined ? call.labels : joined(call.labels, "result" in answer ? labelsOf(answer.result) : resultLabels(call)) };
}

function estimate({ capability, parameters }: Call): Amounts {
  const { operation } = capability;
  const parsed = operation.parameters.parse(parameters);
  return amountsOf(operation.cost?.(parsed as never) ?? {});
}

/** An answer with the body that it makes; where the journal cannot hold it, as when it nests too deep, the failure that says so. */
function journalled(answer: Answer, body: (answer: Answer) => string): readonly [Answer, string] {
  try {
    return [answer, body(answer)];
  } catch (error) {
    if (!(error instanceof LispError && error.payload instanceof Condition)) throw error;
    const failed = { failure: failureData(error.payload) };
    return [failed, body(failed)];
  }
}

function outcomeOf(answer: Answer): "done" | "failed" | "unknown" {
  if ("result" in answer) return "done";
  return fieldText(answer.failure, "code") === "outcome-unknown" ? "unknown" : "failed";
}

function unknownFailure(name: string) {
  return failureData(condition("outcome-unknown", `the process ended while ${name} was under way`));
}

