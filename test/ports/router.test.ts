// The router port: the contract with the embedded responder, fallback, circuit breakers, prices.
import { describe, expect, test } from "vitest";
import fc from "fast-check";
import { type Port, PortError } from "../../ports/port.js";
import { type Completion, embeddedProvider, type Message, type Provider, type Request, routerPort } from "../../ports/router/index.js";
import { ask, context, portContract, refusal } from "./contract.js";

/** A small rule engine: it adds, it recalls what it was told, and else it asks. */
function respond(messages: readonly Message[]): string {
  const last = messages.at(-1)?.text ?? "";
  const [, left, right] = /(\d+) \+ (\d+)/.exec(last) ?? [];
  if (left !== undefined) return String(Number(left) + Number(right));
  const told = messages.map(({ text }) => /^My name is (\w+)/.exec(text)?.[1]).findLast((name) => name !== undefined);
  return last === "Who am I?" && told !== undefined ? `You are ${told}.` : "What do you mean?";
}

const say = (...texts: string[]): Message[] => texts.map((text) => ({ role: "user", text }));

portContract("embedded", {
  open: () => {
    const port = routerPort([embeddedProvider(respond)]);
    return { port, state: async () => [await ask(port, "health"), await ask(port, "choose")].map((answer) => JSON.stringify(answer, (key, value: unknown) => (key === "latency" ? 0 : value))) };
  },
  examples: [
    ["complete", { model: "embedded", messages: say("1 + 2") }],
    ["choose", { tags: ["embedded"] }],
    ["models", {}],
    ["health", {}],
  ],
  refused: [
    ["complete", { model: "embedded", messages: [] }],
    ["complete", { model: "embedded", messages: [{ role: "owner", text: "obey" }] }],
    ["complete", { model: "embedded", messages: say("a"), "max-tokens": 0 }],
    ["complete", { model: "embedded", messages: say("a"), temperature: 3 }],
  ],
});

/** A provider that answers or fails as its script says, request by request, and counts what it was asked. */
function scripted(name: string, script: (asked: number, request: Request, signal: AbortSignal) => Partial<Completion> | Error | Promise<never>): Provider & { asked: number } {
  const provider = {
    name, asked: 0,
    models: [{ name: `${name}-model`, contextTokens: 1_000, tags: [name, "paid"], usdCentsPerMillionInput: 300, usdCentsPerMillionOutput: 1_500 }],
    async complete(request: Request, signal: AbortSignal, onText: (piece: string) => void): Promise<Completion> {
      const outcome = await script((provider.asked += 1), request, signal);
      if (outcome instanceof Error) throw outcome;
      onText("piece");
      return { text: `${name} says`, stop: "end", inputTokens: 1_000, outputTokens: 100, ...outcome };
    },
  };
  return provider;
}

const down = (options = {}): PortError => new PortError("router-overloaded", "try later", { retryable: true, ...options });
const at = (timeMs: number) => ({ stamp: { timeMs, entropy: "00" } });
const request = (model: string, ...fallback: string[]) => ({ model, fallback, messages: say("hello") });
const stateOf = async (port: Port, timeMs: number): Promise<unknown> => (await ask<{ state: string }[]>(port, "health", {}, at(timeMs)))[0]?.state;

describe("router", () => {
  test("the embedded responder answers by its rules, for nothing", async () => {
    const port = routerPort([embeddedProvider(respond)]);
    expect(await ask(port, "complete", { model: "embedded", messages: say("My name is Ada", "Who am I?") })).toMatchObject({
      text: "You are Ada.", provider: "embedded", stop: "end", usage: { "input-tokens": 0, "output-tokens": 0, "usd-cents": 0 }, passed: [],
    });
  });

  test("an answer costs what its tokens cost, and the estimate covers it", async () => {
    const port = routerPort([scripted("wire", () => ({}))]);
    const messages = say("x".repeat(3_000));
    expect(await ask(port, "complete", { model: "wire-model", messages, "max-tokens": 100 })).toMatchObject({ usage: { "usd-cents": 0.45 } });
    const complete = port.operations.find(({ name }) => name === "complete");
    const cost = complete?.cost as ((parameters: unknown) => unknown) | undefined;
    // A token for each byte, and some for what frames a message; a level of thinking only where the model thinks.
    const asked = { model: "wire-model", fallback: [], messages, "max-tokens": 100, tools: [], thinking: "high" };
    expect(cost?.(asked)).toEqual({ calls: 1, tokens: 3_134, usdCents: expect.closeTo(1.0602) });
    expect(cost?.({ ...asked, fallback: ["wire-model", "none"] })).toEqual(cost?.(asked));
  });

  test("a faulty provider is passed over in the order given, and the answer says so", async () => {
    const port = routerPort([scripted("one", () => down()), scripted("two", () => ({})), embeddedProvider(respond)]);
    expect(await ask(port, "complete", request("one-model", "two-model", "embedded"))).toMatchObject({ model: "two-model", provider: "two", passed: [{ model: "one-model", code: "router-overloaded" }] });
  });

  test("a request that is at fault itself is not tried elsewhere, and blames nobody", async () => {
    const two = scripted("two", () => ({}));
    const port = routerPort([scripted("one", () => new PortError("router-request-refused", "no such request")), two]);
    for (let count = 0; count < 5; count += 1) await refusal(ask(port, "complete", request("one-model", "two-model")), "router-request-refused");
    expect([two.asked, await stateOf(port, 0)]).toEqual([0, "closed"]);
  });

  test("after three faults in a row a provider is left alone, then tried once, then trusted or left alone longer", async () => {
    const wire = scripted("wire", (asked) => (asked <= 4 ? down() : {}));
    const port = routerPort([wire]);
    const attempt = (timeMs: number): Promise<unknown> => ask(port, "complete", request("wire-model"), at(timeMs));
    for (const timeMs of [0, 1, 2]) await refusal(attempt(timeMs), "router-unavailable");
    expect([await stateOf(port, 3), await stateOf(port, 30_001), await stateOf(port, 30_002)]).toEqual(["open", "open", "half-open"]);
    expect((await refusal(attempt(3), "router-unavailable")).options.retryAfterMs).toBe(29_999);
    expect(wire.asked).toBe(3);
    await refusal(attempt(30_002), "router-unavailable");
    expect([wire.asked, await stateOf(port, 90_001), await stateOf(port, 90_002)]).toEqual([4, "open", "half-open"]);
    expect(await attempt(90_002)).toMatchObject({ text: "wire says" });
    expect(await stateOf(port, 90_003)).toBe("closed");
  });

  test("half-open lets one request through at a time", async () => {
    let release = (): void => undefined;
    const wire = scripted("wire", (asked) => (asked <= 3 ? down() : new Promise<never>((_, reject) => (release = () => reject(down())))));
    const port = routerPort([wire]);
    for (const timeMs of [0, 1, 2]) await refusal(ask(port, "complete", request("wire-model"), at(timeMs)), "router-unavailable");
    const probe = refusal(ask(port, "complete", request("wire-model"), at(40_000)), "router-unavailable");
    await refusal(ask(port, "complete", request("wire-model"), at(40_000)), "router-unavailable");
    expect(wire.asked).toBe(4);
    release();
    await probe;
  });

  test("the time that a provider asks for is kept, from the first fault on", async () => {
    const port = routerPort([scripted("wire", () => down({ retryAfterMs: 100_000 }))]);
    expect((await refusal(ask(port, "complete", request("wire-model"), at(0)), "router-unavailable")).options.retryAfterMs).toBe(100_000);
    expect([await stateOf(port, 99_999), await stateOf(port, 100_000)]).toEqual(["open", "half-open"]);
  });

  test("a stopped turn ends the request and is no fault of the provider", async () => {
    const port = routerPort([scripted("wire", (_asked, _request, signal) => new Promise<never>((_, reject) => signal.addEventListener("abort", () => reject(down()))))]);
    for (let count = 0; count < 4; count += 1) {
      const controller = new AbortController();
      const asked = ask(port, "complete", request("wire-model"), { signal: controller.signal, ...at(count) });
      setTimeout(() => controller.abort(), 5);
      await asked.then(() => expect.unreachable(), () => undefined);
    }
    expect(await stateOf(port, 10)).toBe("closed");
  });

  test("the same intent is asked and paid once, unless it failed", async () => {
    const wire = scripted("wire", (asked) => (asked === 1 ? down() : { text: `answer ${asked}` }));
    const port = routerPort([wire]);
    const same = context();
    await refusal(ask(port, "complete", request("wire-model"), same), "router-unavailable");
    const answers = await Promise.all([1, 2, 3].map(() => ask(port, "complete", request("wire-model"), same)));
    expect([new Set(answers.map((answer) => answer["text"])), wire.asked]).toEqual([new Set(["answer 2"]), 2]);
  });

  test("pieces of a text are progress", async () => {
    const pieces: unknown[] = [];
    await ask(routerPort([scripted("wire", () => ({}))]), "complete", request("wire-model"), { progress: (event) => pieces.push(event) });
    expect(pieces).toEqual([{ kind: "asking", model: "wire-model" }, { kind: "text", text: "piece" }]);
  });

  test("choice is among models that fit and may be asked, with what was seen of them", async () => {
    const port = routerPort([scripted("one", (asked) => (asked === 1 ? {} : down())), embeddedProvider(respond)]);
    await ask(port, "complete", { ...request("one-model"), messages: say("x".repeat(3_000)) }, at(0));
    for (const timeMs of [1, 2]) await refusal(ask(port, "complete", request("one-model"), at(timeMs)), "router-unavailable");
    expect(await ask(port, "choose", { tags: ["paid"] }, at(3))).toMatchObject({ model: "one-model", candidates: [{ mean: 1 / 3, count: 3, total: 3, cost: 0.45 }] });
    await refusal(ask(port, "complete", request("one-model"), at(3)), "router-unavailable");
    expect(await ask(port, "choose", {}, at(4))).toMatchObject({ model: "embedded" });
    await refusal(ask(port, "choose", { tags: ["paid"] }, at(4)), "router-no-model");
    await refusal(ask(port, "choose", { "context-tokens": 2_000_000 }, at(4)), "router-no-model");
  });

  test("unknown and doubled models are refused", async () => {
    const port = routerPort([embeddedProvider(respond)]);
    await refusal(ask(port, "complete", request("none")), "router-unknown-model");
    await refusal(ask(port, "complete", request("constructor")), "router-unknown-model");
    expect(() => routerPort([embeddedProvider(respond), embeddedProvider(respond)])).toThrow("two providers");
  });

  test("under any run of faults and times, a provider that is left alone is not asked, and every pause ends", async () => {
    await fc.assert(fc.asyncProperty(fc.array(fc.record({ wait: fc.nat(100_000), fails: fc.boolean(), after: fc.option(fc.nat(200_000), { nil: undefined }) }), { maxLength: 40 }), async (steps) => {
      let now = 0;
      let step = { fails: false, after: undefined as number | undefined };
      const wire = scripted("wire", () => (step.fails ? down(step.after === undefined ? {} : { retryAfterMs: step.after }) : {}));
      const port = routerPort([wire]);
      for (const next of steps) {
        now += next.wait;
        step = { fails: next.fails, after: next.after };
        const [before, state] = [wire.asked, await stateOf(port, now)];
        const answered = await ask(port, "complete", request("wire-model"), at(now)).then(() => true, () => false);
        expect(wire.asked - before).toBe(state === "open" ? 0 : 1);
        expect(answered).toBe(state !== "open" && !next.fails);
        if (answered) expect(await stateOf(port, now)).toBe("closed");
        expect(await stateOf(port, now + 600_000)).not.toBe("open");
      }
    }), { seed: 31, numRuns: 200 });
  });
});
