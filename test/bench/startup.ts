// How long the built command takes to start, as ratios to bare Node in pairs, and how much memory it takes.
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const MAIN = new URL("frontends/main.js", import.meta.url).pathname;
const PAIRS = Number(process.env["OURO_PAIRS"] ?? 15);
const home = join(mkdtempSync(join(tmpdir(), "ouro-bench-")), "home");

const PEAK = "process.on('exit', () => process.stderr.write('peak ' + process.resourceUsage().maxRSS));";

function milliseconds(words: readonly string[], input = ""): number {
  const start = performance.now();
  const { status, stderr } = spawnSync(process.execPath, words, { input, encoding: "utf8" });
  if (status !== 0) throw new Error(stderr);
  return performance.now() - start;
}

function report(name: string, words: readonly string[], input = ""): void {
  milliseconds(words, input);
  const ratios: number[] = [];
  for (let pair = 0; pair < PAIRS; pair++) {
    const bare = milliseconds(["-e", "1"]);
    ratios.push(milliseconds(words, input) / bare);
  }
  ratios.sort((one, other) => one - other);
  const { stderr } = spawnSync(process.execPath, ["--import", `data:text/javascript,${PEAK}`, ...words], { input, encoding: "utf8" });
  const peak = Math.round(Number(/peak (\d+)/.exec(stderr)?.[1]) / 1024);
  process.stdout.write(`${name.padEnd(28)} ${ratios[PAIRS >> 1]?.toFixed(2)} × node -e 1, peak ${peak} MB\n`);
}

/** Until a word is on a terminal, which `script` provides. */
function untilShown(word: string, ...words: string[]): Promise<number> {
  const start = performance.now();
  const quoted = [process.execPath, ...words].map((each) => `'${each}'`).join(" ");
  const child = spawn("script", ["-qec", quoted, "/dev/null"], { env: { ...process.env, TERM: "xterm-256color" }, stdio: ["pipe", "pipe", "inherit"] });
  return new Promise((resolve, reject) => {
    let [text, shownMs] = ["", 0];
    child.stdout.setEncoding("utf8").on("data", (part: string) => {
      text += part;
      if (shownMs > 0 || !text.includes(word)) return;
      shownMs = performance.now() - start;
      child.stdin.end("\u0004");
    });
    child.once("error", reject).once("close", () => (shownMs > 0 ? resolve(shownMs) : reject(new Error(text))));
  });
}

async function reportConsole(): Promise<void> {
  const shown = (): Promise<number> => untilShown("Conversation", MAIN, "--home", home, "tui");
  await shown();
  const pairs: { readonly ratio: number; readonly ms: number }[] = [];
  for (let pair = 0; pair < PAIRS; pair++) {
    const bare = await untilShown("ready", "-e", 'process.stdout.write("ready")');
    const ms = await shown();
    pairs.push({ ratio: ms / bare, ms });
  }
  const { ratio = 0, ms = 0 } = pairs.sort((one, other) => one.ratio - other.ratio)[PAIRS >> 1] ?? {};
  process.stdout.write(`${"console, until it is drawn".padEnd(28)} ${ratio.toFixed(2)} × node -e 1, ${ms.toFixed(0)} ms\n`);
}

report("ouro eval '(+ 1 2)'", [MAIN, "eval", "(+ 1 2)"]);
report("REPL on an existing home", [MAIN, "--home", home, "repl"], "(+ 1 2)\n");
await reportConsole();
rmSync(join(home, ".."), { recursive: true, force: true });
