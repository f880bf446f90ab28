// The swarm port over children in memory: the contract, authority, mailboxes, waiting, cancelling.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Port } from "../../ports/port.js";
import { type ChildContext, memoryChildren, swarmPort } from "../../ports/swarm/index.js";
import { ask, context, portContract, refusal } from "./contract.js";

const KNOWN = ["store/get", "store/put!", "router/complete", "swarm/spawn"];
const PARENT = ["store/get", "router/complete", "swarm/spawn"];

/** Tasks that children of these tests can do. */
async function work(task: string, child: ChildContext): Promise<string> {
  if (task === "(fail)") throw new Error("no luck");
  if (task === "(forever)") return new Promise<never>(() => undefined);
  const [, count] = /^\(sum (\d+)\)$/.exec(task) ?? [];
  if (count === undefined) return `(done ${task})`;
  let sum = 0;
  for (let index = 0; index < Number(count); index += 1) sum += Number(await child.receive());
  return String(sum);
}

function open(): { port: Port; state: () => unknown } {
  const children = memoryChildren({ work, authority: (cell) => (cell === "test" ? PARENT : []), mailboxSize: 5 });
  return { port: swarmPort(children, { known: () => KNOWN, peers: () => [{ peer: "other", doc: "Another agent" }] }), state: () => Object.keys(children.state()) };
}

const spawn = async (port: Port, task: string, operations: string[] = [], given = {}): Promise<string> => (await ask<{ child: string }>(port, "spawn", { task, operations }, given)).child;
// The name that a child of the cell "test" gets for the key "fixed".
const FIXED = "test/992a93455c71";

portContract("memory", {
  async open() {
    const opened = open();
    const child = await spawn(opened.port, "(sum 1)", [], { idempotencyKey: "fixed" });
    expect(child).toBe(FIXED);
    return opened;
  },
  examples: [
    ["spawn", { task: "(work)", operations: ["store/get"] }],
    ["send!", { child: FIXED, message: "7" }],
    ["await", { child: FIXED }],
    ["cancel!", { child: FIXED }],
    ["peers", {}],
  ],
  refused: [
    ["spawn", { task: "(work)", operations: "store/get" }],
    ["await", { child: FIXED, "timeout-ms": -1 }],
    ["send!", { child: "", message: "1" }],
  ],
});

describe("swarm", () => {
  test("children work beside each other and read their messages in order", async () => {
    const { port } = open();
    const children = [await spawn(port, "(sum 2)"), await spawn(port, "(sum 3)")];
    for (const number of [1, 2, 3]) for (const [index, child] of children.entries()) if (index === 1 || number < 3) await ask(port, "send!", { child, message: String(number * 10 ** index) });
    expect(await Promise.all(children.map((child) => ask(port, "await", { child })))).toEqual([{ done: true, answer: "3" }, { done: true, answer: "60" }]);
  });

  test.each([
    ["what no port has", ["store/steal!"], "swarm-unknown-capability"],
    ["what its parent may not", ["store/get", "store/put!"], "swarm-wider-than-parent"],
  ])("a child that asks for %s is refused", async (_, operations, code) => {
    const { port } = open();
    await refusal(ask(port, "spawn", { task: "1", operations }), code);
  });

  test("over generations no child ever has more than its parent", async () => {
    const everyCell = fc.array(fc.tuple(fc.nat(20), fc.subarray(KNOWN)), { maxLength: 20 });
    await fc.assert(fc.asyncProperty(everyCell, async (steps) => {
      const { port } = open();
      const cells: { cell: string; operations: readonly string[] }[] = [{ cell: "test", operations: PARENT }];
      for (const [index, operations] of steps) {
        const parent = cells[index % cells.length]!;
        const isNarrower = operations.every((operation) => parent.operations.includes(operation));
        const child = await spawn(port, "(forever)", operations, { cell: parent.cell }).catch(() => undefined);
        expect(child !== undefined).toBe(isNarrower);
        if (child !== undefined) cells.push({ cell: child, operations });
      }
    }), { seed: 41, numRuns: 200 });
  });

  test("the same intent is one child", async () => {
    const { port, state } = open();
    const same = context();
    expect(await spawn(port, "1", [], same)).toBe(await spawn(port, "1", [], same));
    expect(state()).toHaveLength(1);
  });

  test("an answer is delivered once, though the same intent may read it again", async () => {
    const { port } = open();
    const child = await spawn(port, "1");
    const same = context();
    expect(await ask(port, "await", { child }, same)).toEqual({ done: true, answer: "(done 1)" });
    expect(await ask(port, "await", { child }, same)).toEqual({ done: true, answer: "(done 1)" });
    await refusal(ask(port, "await", { child }), "swarm-delivered");
  });

  test("nobody but its parent reaches a child", async () => {
    const { port } = open();
    const child = await spawn(port, "(sum 1)");
    for (const [name, more] of [["send!", { message: "1" }], ["await", {}], ["cancel!", {}]] as const)
      for (const cell of ["stranger", child]) await refusal(ask(port, name, { child, ...more }, { cell }), "swarm-unknown-child");
    await ask(port, "send!", { child, message: "4" });
    expect(await ask(port, "await", { child })).toEqual({ done: true, answer: "4" });
  });

  test("of many that wait at once, one gets the answer", async () => {
    const { port } = open();
    const child = await spawn(port, "1");
    const outcomes = await Promise.all([1, 2, 3].map(() => ask<{ answer: string }>(port, "await", { child }).then(({ answer }) => answer, (error: { code: string }) => error.code)));
    expect(outcomes.toSorted()).toEqual(["(done 1)", "swarm-delivered", "swarm-delivered"]);
  });

  test("waiting ends at the timeout, and can be taken up again", async () => {
    const { port } = open();
    const child = await spawn(port, "(sum 1)");
    expect(await ask(port, "await", { child, "timeout-ms": 10 })).toEqual({ done: false });
    await ask(port, "send!", { child, message: "4" });
    expect(await ask(port, "await", { child })).toEqual({ done: true, answer: "4" });
  });

  test("a stopped turn waits no longer, and the child works on", async () => {
    const { port } = open();
    const child = await spawn(port, "(sum 1)");
    const controller = new AbortController();
    const waiting = ask(port, "await", { child }, { signal: controller.signal });
    setTimeout(() => controller.abort(), 10);
    await refusal(waiting, "swarm-cancelled");
    await ask(port, "send!", { child, message: "4" });
    expect(await ask(port, "await", { child })).toEqual({ done: true, answer: "4" });
  });

  test("a cancelled child answers nothing and reads nothing", async () => {
    const { port } = open();
    const child = await spawn(port, "(sum 1)");
    const waiting = ask(port, "await", { child });
    await ask(port, "cancel!", { child });
    await refusal(waiting, "swarm-child-cancelled");
    await refusal(ask(port, "send!", { child, message: "1" }), "swarm-child-ended");
  });

  test("a child that fails says why to whoever waits", async () => {
    const { port } = open();
    const child = await spawn(port, "(fail)");
    const failure = await refusal(ask(port, "await", { child }), "swarm-child-failed");
    expect(failure.message).toContain("no luck");
  });

  test("a mailbox is bounded", async () => {
    const { port } = open();
    const child = await spawn(port, "(forever)");
    for (let count = 0; count < 5; count += 1) await ask(port, "send!", { child, message: "1" });
    expect((await refusal(ask(port, "send!", { child, message: "1" }), "swarm-mailbox-full")).retryable).toBe(true);
  });

  test("unknown children are refused", async () => {
    const { port } = open();
    for (const [name, more] of [["send!", { message: "1" }], ["await", {}], ["cancel!", {}]] as const) await refusal(ask(port, name, { child: "test/none", ...more }), "swarm-unknown-child");
  });
});
