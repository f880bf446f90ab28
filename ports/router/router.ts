// Sends a request to the first model that can answer it, and remembers how each has done.
import { type Context, PortError } from "../port.js";
import { type BreakerState, CircuitBreaker } from "./breaker.js";
import type { Completion, Message, Model, Provider } from "./provider.js";

export interface CompletionRequest {
  /** In the order in which they are tried. */
  readonly models: readonly string[];
  readonly messages: readonly Message[];
  readonly maxTokens: number;
  readonly temperature?: number;
}

export interface Answer extends Completion {
  readonly model: string;
  readonly provider: string;
  readonly usdCents: number;
  readonly milliseconds: number;
  /** Models tried in vain before, and why. */
  readonly passed: readonly { readonly model: string; readonly code: string }[];
}

/** What was seen of a model since the start: the facts that a policy of choice decides by. */
export interface Observation {
  readonly model: string;
  /** Share of requests that were answered; 0 if there were none. */
  readonly mean: number;
  readonly count: number;
  /** Requests to all models. */
  readonly total: number;
  /** Mean US cents and milliseconds of an answer. */
  readonly cost: number;
  readonly latency: number;
}

interface Route {
  readonly model: Model;
  readonly provider: Provider;
  readonly breaker: CircuitBreaker;
  readonly seen: { count: number; answered: number; usdCents: number; milliseconds: number };
}

const ANSWERS_KEPT = 1_000;

export class Router {
  private readonly routes = new Map<string, Route>();
  private readonly breakers = new Map<string, CircuitBreaker>();
  private readonly answers = new Map<string, Promise<Answer>>();

  /** Throws if two models have one name. */
  constructor(readonly providers: readonly Provider[]) {
    for (const provider of providers) {
      const breaker = new CircuitBreaker();
      this.breakers.set(provider.name, breaker);
      for (const model of provider.models) {
        if (this.routes.has(model.name)) throw new Error(`two providers have a model ${model.name}`);
        this.routes.set(model.name, { model, provider, breaker, seen: { count: 0, answered: 0, usdCents: 0, milliseconds: 0 } });
      }
    }
  }

  /** The same intent gets the same answer, and pays once. */
  complete(request: CompletionRequest, context: Context): Promise<Answer> {
    const kept = this.answers.get(context.idempotencyKey);
    if (kept !== undefined) return kept;
    const answer = this.answer(request, context);
    this.answers.set(context.idempotencyKey, answer);
    for (const oldest of this.answers.keys()) if (this.answers.size > ANSWERS_KEPT) this.answers.delete(oldest); else break;
    answer.catch(() => this.answers.delete(context.idempotencyKey));
    return answer;
  }

  models(): { model: Model; provider: string }[] {
    return [...this.routes.values()].map(({ model, provider }) => ({ model, provider: provider.name }));
  }

  health(nowMs: number): { provider: string; state: BreakerState; retryAtMs?: number }[] {
    return [...this.breakers].map(([provider, breaker]) => {
      const retryAtMs = breaker.retryAt(nowMs);
      return { provider, state: breaker.state(nowMs), ...(retryAtMs === undefined ? {} : { retryAtMs }) };
    });
  }

  /** Models with all the tags and room for so many tokens, whose provider may be asked now. */
  available(tags: readonly string[], contextTokens: number, nowMs: number): Observation[] {
    const total = [...this.routes.values()].reduce((sum, { seen }) => sum + seen.count, 0);
    return [...this.routes.values()]
      .filter(({ model, breaker }) => breaker.state(nowMs) !== "open" && model.contextTokens >= contextTokens && tags.every((tag) => model.tags.includes(tag)))
      .map(({ model, seen }) => ({
        model: model.name, count: seen.count, total, mean: ratio(seen.answered, seen.count), cost: ratio(seen.usdCents, seen.answered), latency: ratio(seen.milliseconds, seen.answered),
      }));
  }

  /** US cents at most. Three characters a token is fewer than any tokenizer in use takes of ordinary text. */
  estimate({ models, messages, maxTokens }: CompletionRequest): { tokens: number; usdCents: number } {
    const inputTokens = Math.ceil(messages.reduce((sum, { text }) => sum + text.length, 0) / 3);
    const prices = models.map((name) => this.routes.get(name)?.model).filter((model) => model !== undefined);
    return { tokens: inputTokens + maxTokens, usdCents: Math.max(0, ...prices.map((model) => priceOf(model, inputTokens, maxTokens))) };
  }

  private async answer(request: CompletionRequest, context: Context): Promise<Answer> {
    const passed: { model: string; code: string }[] = [];
    for (const route of request.models.map((name) => this.route(name))) {
      const outcome = await this.attempt(route, request, context);
      if (!(outcome instanceof PortError)) return { ...outcome, passed };
      passed.push({ model: route.model.name, code: outcome.code });
    }
    throw this.unavailable(passed, context.stamp.timeMs);
  }

  /** A failure that another model may mend is answered; any other is thrown. */
  private async attempt(route: Route, request: CompletionRequest, context: Context): Promise<Omit<Answer, "passed"> | PortError> {
    const { model, provider, breaker, seen } = route;
    const { timeMs } = context.stamp;
    if (!breaker.admit(timeMs)) return new PortError("router-circuit-open", `${provider.name} is left alone for now`, { retryable: true });
    const start = performance.now();
    try {
      const { models: _models, ...rest } = request;
      const completion = await provider.complete({ ...rest, model: model.name, idempotencyKey: context.idempotencyKey }, context.signal, (text) => context.progress({ text }));
      breaker.succeeded();
      const usdCents = priceOf(model, completion.inputTokens, completion.outputTokens);
      const milliseconds = Math.round(performance.now() - start);
      record(seen, { answered: 1, usdCents, milliseconds });
      return { ...completion, model: model.name, provider: provider.name, usdCents, milliseconds };
    } catch (error) {
      return this.judged(route, error, context);
    }
  }

  private judged({ breaker, seen }: Route, error: unknown, { signal, stamp }: Context): PortError {
    if (signal.aborted || !(error instanceof PortError) || !error.retryable) {
      breaker.abandoned();
      throw error;
    }
    breaker.failed(stamp.timeMs, error.options.retryAfterMs);
    record(seen, { answered: 0, usdCents: 0, milliseconds: 0 });
    return error;
  }

  private route(name: string): Route {
    const found = this.routes.get(name);
    if (found === undefined) throw new PortError("router-unknown-model", `there is no model ${name}`, { hint: `There are: ${[...this.routes.keys()].join(", ")}` });
    return found;
  }

  private unavailable(passed: readonly { model: string; code: string }[], nowMs: number): PortError {
    const times = passed.map(({ model }) => this.route(model).breaker.retryAt(nowMs)).filter((time) => time !== undefined);
    const all = passed.map(({ model, code }) => `${model} (${code})`).join(", ");
    return new PortError("router-unavailable", `no model could answer: ${all}`, {
      retryable: true, hint: "Name a further model to fall back on; embedded needs no network.", ...(times.length === 0 ? {} : { retryAfterMs: Math.min(...times) - nowMs }),
    });
  }
}

function record(seen: Route["seen"], { answered, usdCents, milliseconds }: Omit<Route["seen"], "count">): void {
  seen.count += 1;
  seen.answered += answered;
  seen.usdCents += usdCents;
  seen.milliseconds += milliseconds;
}

function priceOf(model: Model, inputTokens: number, outputTokens: number): number {
  return (inputTokens * model.usdCentsPerMillionInput + outputTokens * model.usdCentsPerMillionOutput) / 1_000_000;
}

function ratio(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}
