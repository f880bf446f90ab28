// The matrix port, in memory and in tables: default deny, direction, and evidence that fades.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { emptyWorld, HALF_LIFE_MS, matrixPort, memoryMatrix, type MatrixStorage, sqliteMatrix } from "../../ports/matrix/index.js";
import type { Port } from "../../ports/port.js";
import { ask, type Opened, portContract, refusal } from "./contract.js";
import { openTables } from "./tables.js";

const opened = (storage: MatrixStorage, close: () => void): Opened => ({ port: matrixPort(storage, emptyWorld()), state: () => storage.edges(), close });
const implementations: Record<string, () => Opened> = {
  memory: () => opened(memoryMatrix(), () => undefined),
  sqlite: () => {
    const tables = openTables();
    return opened(sqliteMatrix(tables), () => tables.close());
  },
};

const at = (timeMs: number) => ({ stamp: { timeMs, entropy: "00".repeat(32) } });
const edge = { from: "cell", to: "model" };
const good = { ...edge, success: true, "latency-ms": 100, cost: 2 };
const bad = { ...edge, success: false, "latency-ms": 300, cost: 0 };

describe.each(Object.entries(implementations))("matrix in %s", (implementation, open) => {
  portContract(implementation, {
    open,
    examples: [
      ["allow!", { ...edge, weight: 0.5 }],
      ["allow!", { ...edge, weight: 1 }],
      ["observe!", good],
      ["allowed?", edge],
      ["allowed?", { from: "model", to: "cell" }],
      ["edges", {}],
      ["edges", { from: "cell", to: "model" }],
      ["score", edge],
      ["deny!", edge],
      ["cells", { limit: 5, after: "a" }],
      ["journal", { limit: 5 }],
      ["budgets", {}],
      ["grants", {}],
      ["genome", {}],
      ["time", {}],
    ],
    refused: [
      ["allow!", { ...edge, weight: 0 }],
      ["allow!", { ...edge, weight: 1.5 }],
      ["allow!", { ...edge, weight: Number.NaN }],
      ["allow!", { from: "", to: "model", weight: 1 }],
      ["cells", { limit: 0 }],
      ["journal", { limit: 5, until: -1 }],
      ["observe!", { ...good, cost: -1 }],
      ["observe!", { ...good, "latency-ms": Infinity }],
    ],
  });

  const check = (title: string, body: (port: Port) => Promise<unknown>): void => {
    test(title, async () => {
      const it = open();
      await body(it.port);
      await it.close?.();
    });
  };

  test("a node reaches another only by an edge allowed and not denied since, whatever came before", async () => {
    const name = fc.constantFrom("a", "b", "c", "a\",\"b", "b\",\"a", "");
    const action = fc.tuple(fc.constantFrom("allow!", "deny!", "observe!"), name, name);
    await fc.assert(fc.asyncProperty(fc.array(action, { maxLength: 30 }), async (actions) => {
      const it = open();
      const model = new Set<string>();
      for (const [operation, from, to] of actions) {
        const key = JSON.stringify([from, to]);
        const parameters = operation === "allow!" ? { from, to, weight: 1 } : operation === "deny!" ? { from, to } : { ...good, from, to };
        const result = await ask(it.port, operation, parameters).then(() => "done", (error: { code: string }) => error.code);
        if (from === "" || to === "") expect(result).toBe("matrix-invalid-parameters");
        else if (operation === "observe!") expect(result).toBe(model.has(key) ? "done" : "matrix-no-edge");
        else if (operation === "allow!") model.add(key);
        else model.delete(key);
      }
      for (const from of ["a", "b", "c", "a\",\"b", "b\",\"a"]) {
        for (const to of ["a", "b", "c", "a\",\"b", "b\",\"a"]) {
          expect((await ask(it.port, "allowed?", { from, to }))["allowed"]).toBe(model.has(JSON.stringify([from, to])));
        }
      }
      await it.close?.();
    }), { seed: 20_262, numRuns: 60 });
  });

  check("no edge has no score, and an edge without observations expects one half", async (port) => {
    await refusal(ask(port, "score", edge), "matrix-no-edge");
    await ask(port, "allow!", { ...edge, weight: 0.5 });
    expect(await ask(port, "score", edge)).toEqual({ ...edge, weight: 0.5, success: 0.5, samples: 0, "latency-ms": 0, cost: 0, score: 0.25 });
  });

  check("observations halve with each half-life, and their means stay", async (port) => {
    await ask(port, "allow!", { ...edge, weight: 1 }, at(0));
    for (const observation of [bad, bad, good, bad]) await ask(port, "observe!", observation, at(0));
    expect(await ask(port, "score", edge, at(0))).toMatchObject({ samples: 4, success: 2 / 6, "latency-ms": 250, cost: 0.5 });
    expect(await ask(port, "score", edge, at(HALF_LIFE_MS))).toMatchObject({ samples: 2, success: 1.5 / 4, "latency-ms": 250 });
    expect(await ask(port, "score", edge, at(40 * HALF_LIFE_MS))).toMatchObject({ success: expect.closeTo(0.5, 9) });
    await ask(port, "observe!", good, at(HALF_LIFE_MS));
    expect(await ask(port, "score", edge, at(HALF_LIFE_MS))).toMatchObject({ samples: 3, success: 2.5 / 5 });
  });

  check("a clock set back neither fades evidence nor makes it grow", async (port) => {
    await ask(port, "allow!", { ...edge, weight: 1 }, at(HALF_LIFE_MS));
    await ask(port, "observe!", good, at(HALF_LIFE_MS));
    expect(await ask(port, "observe!", good, at(0))).toEqual({ samples: 2 });
    expect(await ask(port, "score", edge, at(HALF_LIFE_MS))).toMatchObject({ samples: 2 });
  });

  check("allowing again changes the weight and keeps the past; denying forgets it", async (port) => {
    await ask(port, "allow!", { ...edge, weight: 1 }, at(0));
    await ask(port, "observe!", good, at(0));
    expect(await ask(port, "allow!", { ...edge, weight: 0.1 }, at(0))).toEqual({ added: false });
    expect(await ask(port, "score", edge, at(0))).toMatchObject({ weight: 0.1, samples: 1 });
    await ask(port, "deny!", edge);
    await ask(port, "allow!", { ...edge, weight: 1 }, at(0));
    expect(await ask(port, "score", edge, at(0))).toMatchObject({ samples: 0 });
  });
});
