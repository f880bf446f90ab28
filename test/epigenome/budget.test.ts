// Budgets: reserved before an effect, settled by its receipt, and never exceeded, whoever asks at once and whatever dies.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import Database from "better-sqlite3";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { datumOf, field, fieldInteger, fieldText, parseManifest, systemClock, type World } from "../../epigenome/index.js";
import { evaluatingGenome, openEvaluating } from "./evaluating.js";
import { COMMIT, seededClock } from "./home.js";

const DAY_MS = 86_400_000;
const START_MS = Date.UTC(2028, 0, 1);

const fresh = (): string => mkdtempSync(join(tmpdir(), "ouro-budget-"));
const metered = (tokens: number, used: number, fails = false): string => `(guard (e (#t (condition-code e))) (metered! ${tokens} ${used} ${fails ? "#t" : "#f"}) :ok)`;

async function within<Result>(options: Parameters<typeof openEvaluating>[1], work: (world: World) => Promise<Result>, wait?: () => Promise<void>): Promise<Result> {
  const world = openEvaluating(fresh(), options, wait);
  try {
    return await work(world);
  } finally {
    await world.close(10);
  }
}

/** What a table of the ledger says is used of an account in all periods. */
function usedOf(world: World, account: string, dimension: string): number {
  return Number(world.tables.all("SELECT coalesce(sum(used), 0) AS used FROM world_budgets WHERE account = ? AND dimension = ?", account, dimension)[0]?.["used"]);
}

const METERED = "(genome turn turn) tool-runtime/metered!";
const clock = { ...systemClock(), stamp: seededClock(1, START_MS).stamp, timeMs: () => START_MS };
const ask = (world: World, text: string, cell = "a") => world.ask({ cell, kind: "run", text });

describe("a budget", () => {
  test.each<[string, string, number, number]>([
    ["is settled by what was used", metered(500, 20), 20, 1],
    ["is released by a failure, which was a call all the same", metered(500, 20, true), 0, 1],
    ["is not touched by what it refuses", metered(1_001, 1), 0, 0],
  ])("%s", async (_title, form, tokens, calls) => {
    await within({ clock }, async (world) => {
      await ask(world, form);
      expect([usedOf(world, METERED, "tokens"), usedOf(world, METERED, "calls")]).toEqual([tokens, calls]);
    });
  });

  test("says what is left and when it renews, to the turn and to the journal", async () => {
    await within({ clock }, async (world) => {
      await ask(world, metered(900, 900));
      const told = await ask(world, "(guard (e (#t (list (condition-message e) (car (condition-irritants e))))) (metered! 101 1 #f))");
      const message = `${METERED} may use 1000 tokens a day; 100 are left, and this takes 101; it renews at 2028-01-02T00:00:00.000Z`;
      expect(told.answer).toBe(`("${message}" {:account "${METERED}" :dimension :tokens :limit 1000 :left 100 :wanted 101 :renews-ms ${START_MS + DAY_MS}})`);
      const decisions = world.entries(100).filter(({ kind }) => kind === "decision").map(({ body }) => datumOf(body));
      expect(decisions.map((body) => [fieldText(body, "decision"), fieldText(body, "rule")])).toEqual([["allow", "rest"], ["deny", "budget"]]);
      expect(fieldText(decisions[1], "reason")).toBe(message);
      // Of what is allowed, the journal says what is left after it.
      expect(fieldText(decisions[0], "left")).toContain(`{:account "${METERED}" :dimension :tokens :limit 1000 :per :day :left 100}`);
    });
  });

  test("of the agent and of the cell stand beside the grant's", async () => {
    const manifest = (evaluatingGenome()["manifest.scm"] ?? "").replace("(cell {:calls 60 :per :day}) (agent {:calls 2000 :per :day})", "(cell {:calls 2 :per :day}) (agent {:calls 3 :per :hour})");
    const form = '(guard (e (#t (:account (car (condition-irritants e))))) (put! "notes/a" 1) :ok)';
    await within({ clock, genome: { commit: COMMIT, files: evaluatingGenome({ "manifest.scm": manifest }) } }, async (world) => {
      const answers = [];
      for (const cell of ["a", "a", "a", "b", "b"]) answers.push((await ask(world, form, cell)).answer);
      expect(answers).toEqual(["ok", "ok", "cell a", "ok", "agent"]);
    });
  });

  const limited = '(guard (e (#t (condition-code e))) (limited!) :ok)';
  const budgeted = (clauses: string) => evaluatingGenome({ "manifest.scm": (evaluatingGenome()["manifest.scm"] ?? "").replace("(tool-runtime/limited! (budget {:calls 2 :per :day}))", `(tool-runtime/limited! ${clauses})`) });

  test.each([
    "(budget {:calls 1000 :per :ever}) (budget {:calls 2 :per :day})",
    "(budget {:calls 1000 :per :day}) (budget {:tokens 5 :per :day}) (budget {:calls 2 :per :day})",
    "(budget {:calls 2 :per :day}) (budget {:calls 1000 :per :hour})",
  ])("is not spent again where it has another place among the grant's: %s", async (clauses) => {
    await within({ clock }, async (world) => {
      const spent = [await ask(world, limited), await ask(world, limited)];
      expect(spent.map(({ answer }) => answer)).toEqual(["ok", "ok"]);
      world.adopt("2".repeat(40), budgeted(clauses));
      expect(await ask(world, limited)).toMatchObject({ answer: "budget-exceeded" });
      expect(world.replay()).toMatchObject({ ok: true });
    });
  });

  test("counts what an older version counted under its place", async () => {
    const files = budgeted("(budget {:calls 1000 :per :ever}) (budget {:calls 3 :per :day})");
    await within({ clock, genome: { commit: COMMIT, files } }, async (world) => {
      expect(await ask(world, limited)).toMatchObject({ answer: "ok" });
      world.tables.run("INSERT INTO world_budgets SELECT '2. ' || account, period, dimension, 1 FROM world_budgets WHERE period LIKE 'day %'");
      expect(world.budgets().filter(({ account }) => account.endsWith("limited!")).map(({ per, left }) => [per, left])).toEqual([["day", 1], ["ever", 999]]);
      const answers = [await ask(world, limited), await ask(world, limited)];
      expect(answers.map(({ answer }) => answer)).toEqual(["ok", "budget-exceeded"]);
    });
  });

  test.each([
    "(budgets (turn {:steps 5}) (house {:calls 1}))", "(budgets (cell {:calls 1.5}))", "(budgets (cell {:calls -1}))", "(budgets (agent {:per :day}))", "(budgets (agent {:calls 1 :per :year}))",
  ])("that is none is refused: %s", (budgets) => {
    expect(() => parseManifest(`(manifest (turn (a)) ${budgets})`)).toThrow(expect.objectContaining({ code: "bad-manifest" }));
  });
});

describe("a thousand reservations at once", () => {
  test("never exceed the limit, nor leave of it what they could have used", async () => {
    const under = { way: 0 };
    const stays: (() => void)[] = [];
    await within({ clock }, async (world) => {
      world.on("progress", ({ kind }: { kind: string }) => { if (kind === "effect") under.way += 1; });
      const turns = Promise.all(Array.from({ length: 1_000 }, (_, index) => ask(world, metered(3, 3), `cell ${index}`)));
      // All that fit are under way before the first one ends.
      while (under.way < 333 || world.status().turns.length > 333) await new Promise((resolve) => setImmediate(resolve));
      expect(usedOf(world, METERED, "tokens")).toBe(999);
      for (const go of stays) go();
      const answers = (await turns).map(({ answer }) => answer);
      expect(answers.filter((answer) => answer === "ok")).toHaveLength(333);
      expect(answers.filter((answer) => answer === "budget-exceeded")).toHaveLength(667);
      expect([under.way, usedOf(world, METERED, "tokens"), usedOf(world, METERED, "calls")]).toEqual([333, 999, 333]);
      expect(world.replay()).toMatchObject({ ok: true });
    }, () => new Promise((resolve) => stays.push(resolve)));
  });

  describe("and deaths among them", () => {
    let program = "";
    beforeAll(async () => {
      program = join(mkdtempSync(join(process.cwd(), "node_modules", ".budget-")), "child.mjs");
      await build({
        entryPoints: [join(import.meta.dirname, "budget-child.ts")], outfile: program, bundle: true, format: "esm", platform: "node", target: "node20",
        external: ["better-sqlite3"], loader: { ".scm": "text" }, logLevel: "error",
        banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
      });
    });
    afterAll(() => rmSync(dirname(program), { recursive: true, force: true }));

    test("never exceed it either: after each death the ledger is what the journal says, within the limit", () => {
      const home = fresh();
      const run = (point = "", occurrence = 0): string => {
        const { signal, status, stderr } = spawnSync(process.execPath, [program, home, "1000", point, String(occurrence)], { timeout: 300_000, encoding: "utf8" });
        return signal ?? `${status} ${stderr}`;
      };
      for (const [point, occurrence] of [["intent-durable", 40], ["port-ran", 25], ["receipt-durable", 60], ["after-commit", 9]] as const) {
        expect(run(point, occurrence)).toBe("SIGKILL");
        inStep(home);
      }
      expect(run()).toBe("0 ");
      const { tokens, calls } = inStep(home);
      // What was refused had no room: less than the most that one reserves is left of one or the other.
      expect(tokens > 1_000 - 9 || calls === 900).toBe(true);
    });
  });
});

/** Checks the ledger of a home that nobody has open against its journal and the limits, and answers what is used. */
function inStep(home: string): { readonly tokens: number; readonly calls: number } {
  const database = new Database(join(home, "world.db"), { readonly: true });
  try {
    const journaled = { tokens: 0, calls: 0 };
    const open = new Map<string, { tokens: number; calls: number }>();
    const rows = database.prepare("SELECT kind, body FROM journal WHERE kind IN ('intent', 'receipt') ORDER BY sequence").all() as { kind: string; body: string }[];
    for (const { kind, body } of rows) {
      const datum = datumOf(body);
      const amounts = field(datum, kind === "intent" ? "reserved" : "cost");
      open.set(`${fieldText(datum, "turn")} ${fieldText(datum, "index")}`, { tokens: fieldInteger(amounts, "tokens") ?? 0, calls: fieldInteger(amounts, "calls") ?? 0 });
    }
    for (const { tokens, calls } of open.values()) [journaled.tokens, journaled.calls] = [journaled.tokens + tokens, journaled.calls + calls];
    const used = database.prepare("SELECT dimension, sum(used) AS used FROM world_budgets WHERE account = ? GROUP BY dimension").all(METERED) as { dimension: string; used: number }[];
    const ledger = Object.fromEntries(used.map(({ dimension, used: amount }) => [dimension, amount])) as { tokens: number; calls: number };
    expect(ledger).toEqual(journaled);
    expect([ledger.tokens <= 1_000, ledger.calls <= 900]).toEqual([true, true]);
    return ledger;
  } finally {
    database.close();
  }
}
