// How a port's operation is called: checked before and after, every failure a PortError with a stable code.
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { callOperation, checkOperation, memoryReceipts, operation, type Port, PortError, type Receipts, tableReceipts } from "../../ports/port.js";
import { context, refusal } from "./contract.js";
import { openTables } from "./tables.js";

const happened = new Set<string>();

function echoing(name: string, result: z.ZodType, run: (text: string) => unknown) {
  return operation({
    name, doc: "Answers.", parameters: z.object({ text: z.string() }), result, outcome: "checkable", accepts: { any: "a test" },
    run: ({ text }) => run(text),
    check: ({ text }) => (happened.has(text) ? run(text) : undefined),
  });
}

function nested(depth: number): unknown {
  let value: unknown = [];
  for (let left = depth - 1; left > 0; left -= 1) value = [value];
  return value;
}

const port: Port = {
  name: "store",
  doc: "For the tests of calls.",
  operations: [
    echoing("echo", z.object({ text: z.string() }), (text) => ({ text, more: "dropped" })),
    echoing("lie", z.object({ text: z.string() }), () => ({ text: 1 })),
    echoing("undefined", z.object({ text: z.string().optional() }), () => ({ text: undefined })),
    echoing("date", z.object({ deep: z.array(z.unknown()) }), () => ({ deep: [{ at: new Date(0) }] })),
    echoing("infinite", z.unknown(), () => Number.POSITIVE_INFINITY),
    echoing("null", z.unknown(), () => ({ deep: { value: null } })),
    echoing("deep", z.json(), (text) => nested(Number(text))),
    echoing("throw", z.unknown(), (text) => { throw new TypeError(text); }),
    echoing("refuse", z.unknown(), () => { throw new PortError("store-conflict", "taken", { retryable: true }); }),
    operation({ name: "slow", doc: "Waits.", parameters: z.object({}), result: z.object({}), outcome: "unknown", accepts: { any: "a test" }, run: (_parameters, { signal }) =>
      new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(new Error("aborted")))) }),
  ],
};

describe("calling an operation", () => {
  test("answers what its schema admits, and nothing else", async () => {
    expect(await callOperation(port, "echo", { text: "a" }, context())).toEqual({ text: "a" });
  });

  for (const [name, parameters, code, message] of [
    ["none", {}, "store-unknown-operation", "no operation none"],
    ["echo", { text: 1 }, "store-invalid-parameters", "text"],
    ["echo", { text: "a", more: 1 }, "store-invalid-parameters", "more"],
    ["lie", { text: "a" }, "store-invalid-result", "text"],
    ["undefined", { text: "a" }, "store-invalid-result", "result.text is undefined"],
    ["date", { text: "a" }, "store-invalid-result", "result.deep[0].at is an instance of a class"],
    ["infinite", { text: "a" }, "store-invalid-result", "result is Infinity"],
    ["null", { text: "a" }, "store-invalid-result", "result.deep.value is null"],
    ["deep", { text: "1001" }, "store-invalid-result", "result nests deeper than 1000"],
    ["deep", { text: "200000" }, "store-invalid-result", "result nests deeper than 1000"],
    ["throw", { text: "oh no" }, "store-internal", "throw: oh no"],
    ["refuse", { text: "a" }, "store-conflict", "taken"],
  ] as const) {
    test(`${name} with ${JSON.stringify(parameters)} fails with ${code}`, async () => {
      expect((await refusal(callOperation(port, name, parameters, context()), code)).message).toContain(message);
    });
  }

  test("a result may nest as deep as data that are kept", async () => {
    expect(await callOperation(port, "deep", { text: "1000" }, context())).toEqual(nested(1_000));
  });

  test("an unexpected failure keeps its cause, and a retryable one says so", async () => {
    expect((await refusal(callOperation(port, "throw", { text: "x" }, context()), "store-internal")).cause).toBeInstanceOf(TypeError);
    expect((await refusal(callOperation(port, "refuse", { text: "x" }, context()), "store-conflict")).retryable).toBe(true);
  });

  test("a call that is stopped under way is cancelled, whatever it throws then", async () => {
    const stop = new AbortController();
    const call = callOperation(port, "slow", {}, context({ signal: stop.signal }));
    stop.abort();
    await refusal(call, "store-cancelled");
  });

  test("a check says what came of an intent, or that it never happened", async () => {
    happened.add("yes");
    expect(await checkOperation(port, "echo", { text: "yes" }, context())).toEqual({ text: "yes" });
    expect(await checkOperation(port, "echo", { text: "no" }, context())).toBeUndefined();
    await refusal(checkOperation(port, "slow", {}, context()), "store-not-checkable");
    await refusal(checkOperation(port, "echo", {}, context()), "store-invalid-parameters");
  });
});

const implementations: Record<string, () => Receipts> = { memory: memoryReceipts, tables: () => tableReceipts(openTables(), "tool-runtime") };

describe.each(Object.entries(implementations))("receipts in %s", (_implementation, receiptsOf) => {
  test("work is done once for each intent, and not remembered when it threw", () => {
    const receipts = receiptsOf();
    let runs = 0;
    const work = (): { runs: number } => ({ runs: ++runs });
    expect(() => receipts.once("a", () => { throw new Error("power"); })).toThrow("power");
    expect([receipts.once("a", work), receipts.once("a", work), receipts.once("b", work)]).toEqual([{ runs: 1 }, { runs: 1 }, { runs: 2 }]);
  });

  test("only the last ten thousand are kept", () => {
    const receipts = receiptsOf();
    for (let index = 0; index < 10_001; index += 1) receipts.once(`${index}`, () => index);
    expect([receipts.once("1", () => "again"), receipts.once("0", () => "again")]).toEqual([1, "again"]);
  });
});
