// Every rung of the ladder: climbed at once, climbed with a kill in the middle, and replayed.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { World } from "../../epigenome/index.js";
import { climb, inFork, openRung } from "./climb.js";
import { readRung, type Rung } from "./rung.js";

const FILES = readdirSync(import.meta.dirname).filter((name) => name.endsWith(".scm")).sort();
/** Where the kill hurts most, first: the outside has done something and nobody knows it yet. */
const POINTS = ["port-ran", "turn-committed"];
let program = "";

beforeAll(async () => {
  // Beside node_modules, so that what is left out of the bundle is found.
  program = join(mkdtempSync(join(process.cwd(), "node_modules", ".ladder-")), "child.mjs");
  await build({
    entryPoints: [join(import.meta.dirname, "climb-child.ts")], outfile: program, bundle: true, format: "esm", platform: "node", target: "node20",
    external: ["better-sqlite3"], loader: { ".scm": "text" }, logLevel: "error",
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
  });
});

afterAll(() => rmSync(dirname(program), { recursive: true, force: true }));

test("the README lists every rung, in order", () => {
  const listed = [...readFileSync(join(import.meta.dirname, "README.md"), "utf8").matchAll(/^\| \[\S+\]\((\S+\.scm)\)/gm)].map(([, file]) => file);
  expect(listed).toEqual(FILES);
});

describe.each(FILES)("%s", (file) => {
  test("is climbed, also by a process that is killed in the middle, and replays to the same hashes", async () => {
    const rung = readRung(file);
    const whole = home();
    const counts = new Map<string, number>();
    const unharmed = await climbed(whole, rung, (point) => counts.set(point, (counts.get(point) ?? 0) + 1));
    const point = POINTS.find((each) => counts.has(each)) as string;
    const killed = home();
    expect(runToDeath(killed, rung, point, Math.ceil((counts.get(point) ?? 0) / 2))).toBe("SIGKILL");
    expect(await climbed(killed, rung)).toEqual(unharmed);
  });
});

function home(): string {
  return mkdtempSync(join(tmpdir(), "ouro-ladder-"));
}

/** Runs the child until it is killed at a point; answers how it ended. */
function runToDeath(where: string, rung: Rung, point: string, occurrence: number): string {
  const { signal, status, stderr } = spawnSync(process.execPath, [program, where, JSON.stringify(rung), point, String(occurrence)], { encoding: "utf8" });
  return signal ?? `${status} ${stderr}`;
}

/** Climbs what is left, then replays; answers the hashes of the cells' states, and of those in the fork if there is one. */
async function climbed(where: string, rung: Rung, at?: (point: string) => void): Promise<{ here: Hashes; there: Hashes | undefined }> {
  const climbing = openRung(where, rung, at);
  try {
    await climb(where, rung, climbing);
    return { here: replayed(climbing.world), there: await inFork(where, rung, async (world) => replayed(world)) };
  } finally {
    await climbing.world.close();
  }
}

type Hashes = Readonly<Record<string, string>>;

/** Replays twice, and answers the hash of every cell's state: the same as they live. */
function replayed(world: World): Hashes {
  expect(world.verify()).toMatchObject({ ok: true });
  for (const kind of ["intent", "receipt"] as const) expect(intents(world, kind), `each ${kind} once`).toEqual([...new Set(intents(world, kind))]);
  const [first, second] = [world.replay(), world.replay()];
  expect([first.problem, second.problem]).toEqual([undefined, undefined]);
  expect([first.commits, second.commits]).toEqual([commits(world), commits(world)]);
  const live = Object.fromEntries([...first.states.keys()].map((cell) => [cell, hash(world.state(cell))]));
  for (const { states } of [first, second]) expect(Object.fromEntries([...states].map(([cell, state]) => [cell, hash(state)]))).toEqual(live);
  return live;
}

/** The intents that entries of a kind are about. */
function intents(world: World, kind: "intent" | "receipt"): (string | undefined)[] {
  return world.entries(10_000).filter((entry) => entry.kind === kind).map(({ body }) => /:(?:intent|id) "([0-9a-f]{32})"/.exec(body)?.[1]);
}

function commits(world: World): number {
  return world.entries(10_000).filter(({ kind }) => kind === "commit").length;
}

function hash(state: string): string {
  return createHash("sha256").update(state).digest("hex");
}
