// How long a home with a hundred thousand entries takes to start, beside a fresh one, bare Node and one durable commit.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { openHost } from "../../frontends/host.js";
import { ownPackage } from "../../frontends/host-home.js";

const MAIN = new URL("frontends/main.js", import.meta.url).pathname;
const ENTRIES = Number(process.env["OURO_ENTRIES"] ?? 100_000);
const PAIRS = Number(process.env["OURO_PAIRS"] ?? 11);
const SESSIONS = 50;
const folder = mkdtempSync(join(tmpdir(), "ouro-bench-"));

const median = (numbers: readonly number[]): number => numbers.toSorted((one, other) => one - other)[numbers.length >> 1] ?? 0;

function milliseconds(words: readonly string[], input = ""): number {
  const start = performance.now();
  const { status, stderr } = spawnSync(process.execPath, words, { input, encoding: "utf8" });
  if (status !== 0) throw new Error(stderr);
  return performance.now() - start;
}

/** Starts in pairs with bare Node; milliseconds and ratio, both medians. */
function starts(name: string, home: string): void {
  const words = [MAIN, "--home", home, "repl"];
  milliseconds(words, "1\n");
  const pairs = Array.from({ length: PAIRS }, () => [milliseconds(["-e", "1"]), milliseconds(words, "1\n")] as const);
  line(name, `${median(pairs.map(([, time]) => time)).toFixed(0)} ms, ${median(pairs.map(([bare, time]) => time / bare)).toFixed(2)} × node -e 1`);
}

function line(name: string, text: string): void {
  process.stdout.write(`${name.padEnd(44)} ${text}\n`);
}

function durableCommit(): number {
  const database = new Database(join(folder, "commit.db"));
  database.pragma("journal_mode = WAL");
  database.pragma("synchronous = FULL");
  database.exec("CREATE TABLE rows (text TEXT)");
  const insert = database.prepare("INSERT INTO rows VALUES (?)");
  const times = Array.from({ length: 50 }, () => {
    const start = performance.now();
    insert.run("x".repeat(300));
    return performance.now() - start;
  });
  database.close();
  return median(times);
}

/** Lives by messages, and by what an operator does by hand in many sessions at once, until the journal is long enough. */
async function grow(home: string): Promise<void> {
  const host = await openHost(home, ownPackage());
  const sessions = Array.from({ length: SESSIONS }, () => host.session());
  while (Number((await host.status())["entries"]) < ENTRIES) {
    const evaluated = await Promise.all(sessions.map((session, place) =>
      session.evaluate(`(let loop ((i 0)) (if (< i 40) (begin (store/put! (string-append "note/${place}/" (number->string i)) i) (loop (+ i 1)))))`)));
    if (evaluated.some(({ ok }) => !ok)) throw new Error("the home does not grow");
    for (let count = 0; count < 5; count++) await host.send(`message ${count}`);
  }
  await host.close();
}

const [fresh, full] = [join(folder, "fresh"), join(folder, "full")];
line("node -e 1", `${median(Array.from({ length: PAIRS }, () => milliseconds(["-e", "1"]))).toFixed(0)} ms`);
line("one durable commit", `${durableCommit().toFixed(2)} ms`);
starts("a fresh home", fresh);
await grow(full);
starts(`a home with ${ENTRIES} entries`, full);
const words = (...rest: string[]) => milliseconds([MAIN, "--home", full, ...rest]);
line("  a snapshot of it", `${words("log", "snapshot").toFixed(0)} ms`);
line("  pruned to a snapshot", `${words("log", "prune").toFixed(0)} ms`);
starts("  started from the snapshot", full);
const last = String(Number(spawnSync(process.execPath, [MAIN, "--home", full, "log", "show", "--last", "1"], { encoding: "utf8" }).stdout.split(" ")[0]));
line("  a second home made from the snapshot", `${words("fork", last, join(folder, "second")).toFixed(0)} ms`);
starts("  which starts in", join(folder, "second"));
rmSync(folder, { recursive: true, force: true });
