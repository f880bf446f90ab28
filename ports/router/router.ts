// Sends a request to the first model that can answer it, and remembers how each has done.
import { type Context, PortError } from "../port.js";
import { type BreakerState, CircuitBreaker } from "./breaker.js";
import { ProviderError } from "./failure.js";
import { type Completion, isElsewhere, type Message, type Model, type Provider, type ThinkingLevel, thinkingTokens, type Tool } from "./provider.js";

export interface CompletionRequest {
  /** In the order in which they are tried. */
  readonly models: readonly string[];
  readonly messages: readonly Message[];
  readonly tools: readonly Tool[];
  readonly thinking: ThinkingLevel;
  /** Of the answer, without what is thought before it. */
  readonly maxTokens: number;
  readonly temperature?: number;
}

export interface Usage {
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly usdCents: number;
}

export interface Answer extends Omit<Completion, keyof Usage> {
  readonly model: string;
  readonly provider: string;
  /** Of this answer, and of all that was tried in vain before. */
  readonly usage: Usage;
  readonly milliseconds: number;
  /** Models tried in vain before, and why. */
  readonly passed: readonly Passed[];
}

export interface Passed {
  readonly model: string;
  readonly code: string;
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
const NOTHING: Usage = { inputTokens: 0, outputTokens: 0, usdCents: 0 };

export class Router {
  private known: { readonly providers: readonly Provider[]; readonly routes: ReadonlyMap<string, Route> } = { providers: [], routes: new Map() };
  private readonly breakers = new Map<string, CircuitBreaker>();
  private readonly seen = new Map<string, Route["seen"]>();
  private readonly answers = new Map<string, Promise<Answer>>();

  /** `providers` answers the same array until they change. It may throw a PortError, and each operation fails with it then. */
  constructor(private readonly providers: () => readonly Provider[]) {}

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

  /** All models, and what each provider lacks before it can be asked. */
  models(): { model: Model; provider: string; missing: string | undefined }[] {
    return [...this.routes.values()].map(({ model, provider }) => ({ model, provider: provider.name, missing: provider.missing?.() }));
  }

  health(nowMs: number): { provider: string; state: BreakerState; retryAtMs?: number }[] {
    const { providers } = (void this.routes, this.known);
    return providers.map(({ name }) => {
      const breaker = this.breakerOf(name);
      const retryAtMs = breaker.retryAt(nowMs);
      return { provider: name, state: breaker.state(nowMs), ...(retryAtMs === undefined ? {} : { retryAtMs }) };
    });
  }

  /** Models with all the tags and room for so many tokens, whose provider may be asked now. */
  available(tags: readonly string[], contextTokens: number, nowMs: number): Observation[] {
    const routes = [...this.routes.values()];
    const total = routes.reduce((sum, { seen }) => sum + seen.count, 0);
    return routes
      .filter(({ model, breaker, provider }) => breaker.state(nowMs) !== "open" && provider.missing?.() === undefined
        && model.contextTokens >= contextTokens && tags.every((tag) => model.tags.includes(tag)))
      .map(({ model, seen }) => ({
        model: model.name, count: seen.count, total, mean: ratio(seen.answered, seen.count), cost: ratio(seen.usdCents, seen.answered), latency: ratio(seen.milliseconds, seen.answered),
      }));
  }

  /** At most: each model may be paid for an answer of which the end never came. */
  estimate(request: CompletionRequest): { tokens: number; usdCents: number } {
    const usages = [...new Set(request.models)].map((name) => this.routes.get(name)?.model).filter((model) => model !== undefined).map((model) => mostUsage(model, request));
    const { inputTokens, outputTokens, usdCents } = usages.reduce(sumOf, NOTHING);
    return { tokens: inputTokens + outputTokens, usdCents };
  }

  /** By name; made again when the providers are others. What was seen of them stays. */
  private get routes(): ReadonlyMap<string, Route> {
    const providers = this.providers();
    if (providers !== this.known.providers) this.known = { providers, routes: this.routesOf(providers) };
    return this.known.routes;
  }

  private routesOf(providers: readonly Provider[]): ReadonlyMap<string, Route> {
    return new Map(providers.flatMap((provider) => provider.models.map((model) => {
      const key = `${provider.name} ${model.name}`;
      const seen = this.seen.get(key) ?? { count: 0, answered: 0, usdCents: 0, milliseconds: 0 };
      this.seen.set(key, seen);
      return [model.name, { model, provider, breaker: this.breakerOf(provider.name), seen }] as const;
    })));
  }

  private breakerOf(provider: string): CircuitBreaker {
    let breaker = this.breakers.get(provider);
    if (breaker === undefined) this.breakers.set(provider, (breaker = new CircuitBreaker()));
    return breaker;
  }

  private async answer(request: CompletionRequest, context: Context): Promise<Answer> {
    const passed: { model: string; error: PortError }[] = [];
    let spent = NOTHING;
    for (const route of request.models.map((name) => this.route(name))) {
      const outcome = await this.attempt(route, request, context).catch((error: unknown) => { throw withCost(error, spent, route, request, context.signal); });
      if (!(outcome instanceof PortError))
        return { ...outcome, usage: sumOf(spent, outcome.usage), passed: passed.map(({ model, error }) => ({ model, code: error.code })) };
      spent = sumOf(spent, billed(outcome, route, request));
      passed.push({ model: route.model.name, error: outcome });
    }
    throw this.unavailable(passed, spent, context.stamp.timeMs);
  }

  /** A failure that another model may mend is answered; any other is thrown. */
  private async attempt(route: Route, request: CompletionRequest, context: Context): Promise<Omit<Answer, "passed"> | PortError> {
    const { model, provider, breaker, seen } = route;
    const { timeMs } = context.stamp;
    if (!breaker.admit(timeMs)) return new ProviderError("router-circuit-open", `${provider.name} is left alone for now`, { retryable: true });
    const start = performance.now();
    try {
      context.progress({ kind: "asking", model: model.name });
      const completion = await this.ask(route, request, context);
      breaker.succeeded();
      const usage = usageOf(model, completion, request);
      const milliseconds = Math.round(performance.now() - start);
      record(seen, { answered: 1, usdCents: usage.usdCents, milliseconds });
      const { inputTokens: _input, outputTokens: _output, ...rest } = completion;
      return { ...rest, model: model.name, provider: provider.name, usage, milliseconds };
    } catch (error) {
      return this.judged(route, error, context);
    }
  }

  private ask({ model, provider }: Route, request: CompletionRequest, { signal, idempotencyKey, progress }: Context): Promise<Completion> {
    const { messages, tools, thinking, temperature } = request;
    if (!model.tags.includes("images") && messages.some(({ images = [] }) => images.length > 0))
      throw new ProviderError("router-no-images", `${model.name} cannot see images`, { hint: "Ask a model with the tag \"images\"." });
    return provider.complete(
      { model, messages, tools, thinking, temperature, maxTokens: request.maxTokens + thinkingTokens(model, thinking), idempotencyKey },
      signal, (text) => progress({ kind: "text", text }),
    );
  }

  private judged({ breaker, seen }: Route, error: unknown, { signal, stamp }: Context): PortError {
    if (signal.aborted || !(error instanceof PortError) || !isElsewhere(error)) {
      breaker.abandoned();
      throw error;
    }
    if (error.retryable) breaker.failed(stamp.timeMs, error.options.retryAfterMs);
    else breaker.abandoned();
    record(seen, { answered: 0, usdCents: 0, milliseconds: 0 });
    return error;
  }

  private route(name: string): Route {
    const found = this.routes.get(name);
    if (found === undefined) throw new PortError("router-unknown-model", `there is no model ${name}`, { hint: `There are: ${[...this.routes.keys()].join(", ")}` });
    return found;
  }

  /** Of one model it is that model's failure, of many all of theirs. It may pass if one of them may. */
  private unavailable(passed: readonly { model: string; error: PortError }[], spent: Usage, nowMs: number): PortError {
    const times = passed.map(({ model }) => this.route(model).breaker.retryAt(nowMs)).filter((time) => time !== undefined);
    const all = passed.map(({ model, error }) => `${model} (${error.code}: ${error.message})`).join("; ");
    const last = passed.at(-1)?.error.options.hint;
    return new PortError("router-unavailable", `no model could answer: ${all}`, {
      retryable: passed.some(({ error }) => error.retryable), hint: last ?? "Name a further model to fall back on.",
      ...(times.length === 0 ? {} : { retryAfterMs: Math.min(...times) - nowMs }), cost: costOf(spent),
    });
  }
}

function record(seen: Route["seen"], { answered, usdCents, milliseconds }: Omit<Route["seen"], "count">): void {
  seen.count += 1;
  seen.answered += answered;
  seen.usdCents += usdCents;
  seen.milliseconds += milliseconds;
}

/** What frames a message and a tool on the wire, and what an image may take, in tokens: more than any provider tells. */
const MESSAGE_TOKENS = 32;
const TOOL_TOKENS = 64;
const TOOLS_TOKENS = 1_024;
const IMAGE_TOKENS = 6_000;

/** A token stands for one byte of UTF-8 or more. */
function mostInput({ messages, tools }: CompletionRequest): number {
  const texts = messages.map(({ text, calls = [], carried = "", images = [] }) =>
    MESSAGE_TOKENS + Buffer.byteLength(text) + Buffer.byteLength(carried) + Buffer.byteLength(JSON.stringify(calls)) + IMAGE_TOKENS * images.length);
  const schemas = tools.map((tool) => TOOL_TOKENS + Buffer.byteLength(JSON.stringify(tool)));
  return [...texts, ...schemas].reduce((sum, tokens) => sum + tokens, tools.length > 0 ? TOOLS_TOKENS : 0);
}

function mostUsage(model: Model, request: CompletionRequest): Usage {
  return priced(model, mostInput(request), request.maxTokens + thinkingTokens(model, request.thinking));
}

/** What the provider tells, or else the most that it can be. More than was reserved cannot be: a wrong count must not use up the budget of all. */
function usageOf(model: Model, { inputTokens, outputTokens, text, calls = [] }: Completion, request: CompletionRequest): Usage {
  const written = Buffer.byteLength(text) + Buffer.byteLength(JSON.stringify(calls));
  const [mostRead, mostWritten] = [mostInput(request), request.maxTokens + thinkingTokens(model, request.thinking)];
  return priced(model, Math.min(inputTokens ?? mostRead, mostRead), Math.min(outputTokens ?? Math.min(written, request.maxTokens), mostWritten));
}

function priced({ usdCentsPerMillionInput, usdCentsPerMillionOutput }: Model, inputTokens: number, outputTokens: number): Usage {
  return { inputTokens, outputTokens, usdCents: (inputTokens * usdCentsPerMillionInput + outputTokens * usdCentsPerMillionOutput) / 1_000_000 };
}

/** What an attempt in vain may have cost: nobody tells, so it counts as all that was reserved for it. */
function billed(error: unknown, { model }: Route, request: CompletionRequest): Usage {
  return error instanceof ProviderError && !error.isBilled ? NOTHING : mostUsage(model, request);
}

/** A failure with the cost of this attempt and those before it. A request that was under way when it was cancelled is paid. */
function withCost(error: unknown, spent: Usage, route: Route, request: CompletionRequest, signal: AbortSignal): unknown {
  const cost = costOf(sumOf(spent, billed(error, route, request)));
  if (signal.aborted) return new PortError("router-cancelled", `complete was stopped before ${route.provider.name} had answered`, { cost });
  return error instanceof PortError ? new PortError(error.code, error.message, { ...error.options, cost }) : error;
}

function costOf({ inputTokens, outputTokens, usdCents }: Usage): { tokens: number; usdCents: number } {
  return { tokens: inputTokens + outputTokens, usdCents };
}

function sumOf(one: Usage, other: Usage): Usage {
  return { inputTokens: one.inputTokens + other.inputTokens, outputTokens: one.outputTokens + other.outputTokens, usdCents: one.usdCents + other.usdCents };
}

function ratio(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}
