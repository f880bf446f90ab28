// A port that stands for the outside: files that outlive the process, where every effect leaves a line.
import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { datum, operation, type Port, PortError, tableReceipts, type TableService } from "../../ports/port.js";

/** What reached the outside: one line for each run, `operation key idempotency-key`. */
export function seen(folder: string): { readonly operation: string; readonly key: string; readonly intent: string }[] {
  const path = join(folder, "outside.log");
  if (!existsSync(path)) return [];
  return readFileSync(path, "utf8").trimEnd().split("\n").map((line) => {
    const [name = "", key = "", intent = ""] = line.split("\t");
    return { operation: name, key, intent };
  });
}

/** An outside in a folder, under the name `store`. `kept` are values by key, in the world's tables. */
export function outsidePort(folder: string, tables: TableService, stay: (operation: string) => Promise<void> = async () => undefined): Port {
  tables.execute("CREATE TABLE IF NOT EXISTS store_kept (key TEXT PRIMARY KEY, value TEXT NOT NULL, version INTEGER NOT NULL) STRICT");
  const receipts = tableReceipts(tables, "store");
  const note = (name: string, key: string, intent: string): void => appendFileSync(join(folder, "outside.log"), `${name}\t${key}\t${intent}\n`);
  const key = z.string();
  const none = z.object({});
  const simple = (name: string, outcome: "pure" | "idempotent", more: object = {}) =>
    operation({ name, doc: "Leaves a line.", parameters: none, result: none, outcome, accepts: { any: "a test" }, run: (_, { idempotencyKey }) => (note(name, "", idempotencyKey), {}), ...more });
  return {
    name: "store",
    doc: "An outside for tests.",
    operations: [
      operation({
        name: "read", doc: "The value of a key.", parameters: z.object({ key }), result: z.object({ value: datum.optional() }), outcome: "pure",
        run: (request) => {
          const row = tables.all("SELECT value FROM store_kept WHERE key = ?", request.key)[0];
          return row === undefined ? {} : { value: String(row["value"]) };
        },
      }),
      operation({
        name: "write!", doc: "Keeps a value.", parameters: z.object({ key, value: datum }), result: z.object({ version: z.int() }), outcome: "idempotent", accepts: { any: "a test" },
        run: (request, { idempotencyKey }) => receipts.once(idempotencyKey, () => {
          note("write!", request.key, idempotencyKey);
          tables.run("INSERT INTO store_kept VALUES (?, ?, 1) ON CONFLICT (key) DO UPDATE SET value = excluded.value, version = version + 1", request.key, request.value);
          return { version: Number(tables.all("SELECT version FROM store_kept WHERE key = ?", request.key)[0]?.["version"]) };
        }),
      }),
      operation({
        name: "bump!", doc: "Counts once for each key it is given.", parameters: z.object({ key }), result: none, outcome: "idempotent", accepts: { any: "a test" },
        run: async (request, { idempotencyKey }) => (note("bump!", request.key, idempotencyKey), await stay("bump!"), {}),
      }),
      operation({
        name: "send!", doc: "Sends; nobody can say later whether it did.", parameters: z.object({ key }), result: none, outcome: "unknown", accepts: { any: "a test" },
        run: async (request, { idempotencyKey }) => (note("send!", request.key, idempotencyKey), await stay("send!"), {}),
      }),
      operation({
        name: "submit!", doc: "Submits; the outside knows.", parameters: z.object({ key }), result: none, outcome: "checkable", accepts: { any: "a test" },
        run: async (request, { idempotencyKey }) => (note("submit!", request.key, idempotencyKey), await stay("submit!"), {}),
        check: (_, { idempotencyKey }) => (seen(folder).some(({ intent }) => intent === idempotencyKey) ? {} : undefined),
      }),
      operation({
        name: "fail", doc: "Fails.", parameters: none, result: none, outcome: "pure",
        run: () => { throw new PortError("store-broken", "it is broken, as its password hunter2 shows", { retryable: true, retryAfterMs: 5 }); },
      }),
      simple("fetch", "pure", { produces: "web" }),
      simple("guarded!", "idempotent", { accepts: [] }),
      simple("limited", "idempotent"),
      operation({ name: "costly", doc: "Costs.", parameters: z.object({ tokens: z.int() }), result: none, outcome: "pure", cost: ({ tokens }) => ({ tokens }), run: () => ({}) }),
      simple("expired", "pure"),
      simple("ungranted", "pure"),
      operation({ name: "question!", doc: "Asks first.", parameters: z.object({ key }), result: none, outcome: "idempotent", accepts: { any: "a test" }, run: (request, { idempotencyKey }) => (note("question!", request.key, idempotencyKey), {}) }),
    ],
  };
}

/** As a later version has it: its `bump!` takes one more parameter, so that a turn asks for something else than it did. */
export function grown(port: Port): Port {
  return {
    ...port,
    operations: port.operations.map((each) => (each.name === "bump!" ? { ...each, parameters: each.parameters.extend({ more: z.string().default("other") }) } : each)),
  };
}
