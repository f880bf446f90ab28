// The store port, in memory and in tables: versions, pages, search, blobs.
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Port } from "../../ports/port.js";
import { memoryStore, sqliteStore, storePort, type StoreStorage } from "../../ports/store/index.js";
import { ask, context, type Opened, portContract, refusal } from "./contract.js";
import { openTables } from "./tables.js";

const HELLO = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";
const hello = new TextEncoder().encode("hello");
const everything = { prefix: "", after: "", limit: 1_000 };

function observed(storage: StoreStorage, close: () => void): Opened {
  const state = () => ({ records: storage.list(everything), text: storage.search(["milk"], everything), blob: storage.loadBlob(HELLO) });
  return { port: storePort(storage), state, close };
}

const implementations: Record<string, () => Opened> = {
  memory: () => observed(memoryStore(), () => undefined),
  sqlite: () => {
    const tables = openTables();
    const folder = mkdtempSync(join(tmpdir(), "ouro-store-"));
    return observed(sqliteStore(tables, join(folder, "objects")), () => {
      tables.close();
      rmSync(folder, { recursive: true });
    });
  },
};

describe.each(Object.entries(implementations))("store in %s", (implementation, open) => {
  portContract(implementation, {
    open,
    examples: [
      ["put!", { key: "notes/1", value: "(buy)", text: "buy milk" }],
      ["compare-and-set!", { key: "notes/1", "expected-version": 1, value: "(sell)" }],
      ["compare-and-set!", { key: "notes/2", "expected-version": 0, value: "2", text: "Milk again" }],
      ["get", { key: "notes/1" }],
      ["get", { key: "none" }],
      ["list", {}],
      ["list", { prefix: "notes/", after: "notes/1", limit: 5, values: true }],
      ["search", { query: "milk" }],
      ["delete!", { key: "notes/1" }],
      ["blob-put!", { bytes: hello }],
      ["blob-get", { hash: HELLO }],
    ],
    refused: [
      ["put!", { key: "", value: "1" }],
      ["put!", { key: "a\0b", value: "1" }],
      ["put!", { key: "\ud800", value: "1" }],
      ["put!", { key: "é".repeat(513), value: "1" }],
      ["put!", { key: "a", value: "1".repeat((1 << 20) + 1) }],
      ["compare-and-set!", { key: "a", "expected-version": -1, value: "1" }],
      ["list", { limit: 0 }],
      ["list", { limit: 1_001 }],
      ["blob-get", { hash: "../../etc/passwd" }],
      ["blob-put!", { bytes: "text" }],
    ],
  });

  const check = (title: string, body: (port: Port) => Promise<void>): void => {
    test(title, async () => {
      const it = open();
      await body(it.port);
      await it.port.close?.();
      await it.close?.();
    });
  };

  check("a key that was deleted never gets an old version again", async (port) => {
    await ask(port, "put!", { key: "a", value: "1" });
    await ask(port, "delete!", { key: "a" });
    await ask(port, "put!", { key: "a", value: "2" });
    expect(await ask(port, "compare-and-set!", { key: "a", "expected-version": 1, value: "3" })).toEqual({ set: false, version: 2 });
  });

  check("pages cover every key once, in byte order, and a prefix keeps out its neighbours", async (port) => {
    const keys = ["n/", "n/a", "n/b", "n/é", "n/\u{ffff}", "n/\u{10ffff}", "n/\u{10ffff}z"];
    for (const key of [...keys, "m", "n", "n0", "o"]) await ask(port, "put!", { key, value: "1" });
    const seen: string[] = [];
    for (let after: string | undefined = ""; after !== undefined;) {
      const page: { entries: { key: string }[]; next?: string } = await ask(port, "list", { prefix: "n/", after, limit: 2 });
      seen.push(...page.entries.map((entry) => entry.key));
      after = page.next;
    }
    expect(seen).toEqual(keys);
  });

  check("a page with values ends before it grows too large", async (port) => {
    for (const key of "abcdef") await ask(port, "put!", { key, value: "x".repeat(1 << 20) });
    expect(await ask(port, "list", { values: true })).toMatchObject({ entries: { length: 4 }, next: "d" });
  });

  check("search finds other forms of a word, ranks by BM25, and obeys prefix, limit and deletion", async (port) => {
    await ask(port, "put!", { key: "d/1", value: "1", text: "the ponies were running, ran and run all the day through the fields" });
    await ask(port, "put!", { key: "d/2", value: "2", text: "running ponies" });
    await ask(port, "put!", { key: "e/3", value: "3", text: "a cat sat" });
    const found = async (parameters: Record<string, unknown>): Promise<string[]> =>
      (await ask<{ matches: { key: string }[] }>(port, "search", parameters)).matches.map((match) => match.key);
    expect(await found({ query: "pony" })).toEqual(["d/2", "d/1"]);
    expect(await found({ query: "cats OR NOT \"pony*" })).toEqual(["e/3", "d/2", "d/1"]);
    expect(await found({ query: "pony cat", prefix: "e/" })).toEqual(["e/3"]);
    expect(await found({ query: "pony", limit: 1 })).toEqual(["d/2"]);
    expect(await found({ query: "\"' () * ^ -" })).toEqual([]);
    await ask(port, "delete!", { key: "d/2" });
    await ask(port, "put!", { key: "d/1", value: "no text any more" });
    expect(await found({ query: "pony" })).toEqual([]);
  });

  check("the beginning of a blob is answered as bytes or as text, a character that is cut left out", async (port) => {
    const { hash } = await ask<{ hash: string }>(port, "blob-put!", { bytes: new TextEncoder().encode("plüms") });
    expect(await ask(port, "blob-get", { hash, as: "text" })).toEqual({ text: "plüms", size: 6 });
    expect(await ask(port, "blob-get", { hash, as: "text", "limit-bytes": 3 })).toEqual({ text: "pl", size: 6 });
    expect(await ask(port, "blob-get", { hash, "limit-bytes": 3 })).toEqual({ bytes: Uint8Array.of(112, 108, 195), size: 6 });
    const bytes = await ask<{ hash: string }>(port, "blob-put!", { bytes: Uint8Array.of(65, 195) });
    await refusal(ask(port, "blob-get", { hash: bytes.hash, as: "text" }), "store-not-text");
  });

  check("a blob that nobody saved is refused", (port) => refusal(ask(port, "blob-get", { hash: HELLO }), "store-no-blob").then(() => undefined));

  test("under every interleaving, increments by compare-and-set never lose one", async () => {
    await fc.assert(fc.asyncProperty(fc.array(fc.tuple(fc.nat(3), fc.boolean()), { maxLength: 60 }), async (schedule) => {
      const it = open();
      const held = new Map<number, { value: number; version: number; intent: string }>();
      let applied = 0;
      for (const [worker, again] of schedule) {
        const mine = held.get(worker);
        if (mine === undefined) {
          const { value = "0", version } = await ask<{ value?: string; version: number }>(it.port, "get", { key: "n" });
          held.set(worker, { value: Number(value), version, intent: context().idempotencyKey });
          continue;
        }
        const request = { key: "n", "expected-version": mine.version, value: String(mine.value + 1) };
        const { set } = await ask<{ set: boolean }>(it.port, "compare-and-set!", request, { idempotencyKey: mine.intent });
        // A run repeated after a crash must neither count twice nor change its answer.
        if (again) expect(await ask(it.port, "compare-and-set!", request, { idempotencyKey: mine.intent })).toMatchObject({ set });
        if (set) applied += 1;
        held.delete(worker);
      }
      expect((await ask<{ value?: string }>(it.port, "get", { key: "n" })).value ?? "0").toBe(String(applied));
      await it.close?.();
    }), { seed: 20_261, numRuns: 60 });
  });
});

test("an idempotent write run again after another's write does not undo it", async () => {
  const tables = openTables();
  const port = storePort(sqliteStore(tables, "/nonexistent"));
  const crashed = { idempotencyKey: "crashed" };
  await ask(port, "put!", { key: "a", value: "old" }, crashed);
  await ask(port, "put!", { key: "a", value: "new" });
  expect(await ask(port, "put!", { key: "a", value: "old" }, crashed)).toEqual({ version: 1 });
  expect(await ask(port, "get", { key: "a" })).toEqual({ value: "new", version: 2 });
  tables.close();
});

test("a failed transaction of the world takes the store's rows and receipt with it", async () => {
  const tables = openTables();
  const storage = sqliteStore(tables, "/nonexistent");
  expect(() => tables.transaction(() => {
    storage.receipts.once("k", () => storage.write("a", "1", "text"));
    throw new Error("power");
  })).toThrow("power");
  expect([storage.read("a"), storage.search(["text"], everything)]).toEqual([undefined, []]);
  expect(storage.receipts.once("k", () => "again")).toBe("again");
  tables.close();
});

test.each(["memory", "tables"])("what came in from outside has its labels, whoever saves the same bytes, until somebody trusts them: %s", (kind) => {
  const tables = openTables();
  const storage = kind === "memory" ? memoryStore() : sqliteStore(tables, mkdtempSync(join(tmpdir(), "ouro-store-")));
  expect(storage.blobLabels(HELLO)).toEqual([]);
  storage.saveArrived(HELLO, hello, ["telegram 2"]);
  expect(storage.blobLabels(HELLO)).toEqual(["telegram 2"]);
  storage.saveArrived(HELLO, hello, ["telegram 1"]);
  storage.saveBlob(HELLO, hello, ["web"]);
  expect(storage.blobLabels(HELLO)).toEqual(["telegram 1", "telegram 2", "web"]);
  storage.saveBlob(HELLO, hello);
  expect(storage.blobLabels(HELLO)).toEqual([]);
  storage.close();
  tables.close();
});

test("a blob's file that was changed on disk is refused, and no draft is left behind", async () => {
  const tables = openTables();
  const folder = mkdtempSync(join(tmpdir(), "ouro-store-"));
  const port = storePort(sqliteStore(tables, folder));
  await ask(port, "blob-put!", { bytes: hello });
  expect(readdirSync(join(folder, "2c"))).toEqual([HELLO.slice(2)]);
  writeFileSync(join(folder, "2c", HELLO.slice(2)), "jello");
  await refusal(ask(port, "blob-get", { hash: HELLO }), "store-blob-damaged");
  rmSync(folder, { recursive: true });
  tables.close();
});
