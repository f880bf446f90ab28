// How long `ouro status` and `ouro doctor` take on a home with a long journal, at rest and while another process has it open.
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const MAIN = new URL("frontends/main.js", import.meta.url).pathname;
const PAIRS = Number(process.env["OURO_PAIRS"] ?? 15);
/** Each put of an operator is two entries. */
const PUTS = Number(process.env["OURO_ENTRIES"] ?? 10_000) / 2;
/** What the promise allows, in times of `node -e 1`. */
const MOST = 6;
const home = join(mkdtempSync(join(tmpdir(), "ouro-bench-")), "home");

function milliseconds(words: readonly string[], input = ""): number {
  const start = performance.now();
  const { status, stderr } = spawnSync(process.execPath, words, { input, encoding: "utf8" });
  if (status !== 0) throw new Error(stderr);
  return performance.now() - start;
}

/** The median ratio of pairs that run one after the other, so that what slows the machine slows both. */
function report(name: string, words: readonly string[]): boolean {
  for (let run = 0; run < 2; run++) milliseconds(words);
  const ratios = Array.from({ length: PAIRS }, () => {
    const bare = milliseconds(["-e", "1"]);
    return milliseconds(words) / bare;
  }).sort((one, other) => one - other);
  const [least = 0, median = 0] = [ratios[0], ratios[PAIRS >> 1]];
  process.stdout.write(`${name.padEnd(34)} ${median.toFixed(2)} × node -e 1 (least ${least.toFixed(2)}, most allowed ${MOST})\n`);
  return median <= MOST;
}

async function whileOpen(work: () => boolean): Promise<boolean> {
  const owner = spawn(process.execPath, [MAIN, "--home", home, "serve"], { stdio: ["ignore", "pipe", "inherit"] });
  const closed = new Promise((resolve) => owner.once("close", resolve));
  await new Promise((resolve) => owner.stdout.once("data", resolve));
  try {
    return work();
  } finally {
    owner.kill();
    await closed;
  }
}

function bothVerbs(state: string): boolean {
  return ["status", "doctor"].map((verb) => report(`ouro ${verb}, ${state}`, [MAIN, verb, "--home", home])).every(Boolean);
}

milliseconds([MAIN, "--home", home, "repl"], `(let loop ((i 0)) (if (< i ${PUTS}) (begin (store/put! "notes/k" i) (loop (+ i 1)))))\n`);
const { stdout } = spawnSync(process.execPath, [MAIN, "status", "--home", home, "--json"], { encoding: "utf8" });
process.stdout.write(`a home with ${(JSON.parse(stdout) as { entries: number }).entries} entries, ${PAIRS} pairs\n`);
const isKept = [bothVerbs("at rest"), await whileOpen(() => bothVerbs("while another has it open"))].every(Boolean);
rmSync(join(home, ".."), { recursive: true, force: true });
process.exitCode = isKept ? 0 : 1;
