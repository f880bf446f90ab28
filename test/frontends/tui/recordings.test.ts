// REPL and console as a person sees them, in tmux at the usual sizes: what stands where, and what is left of the terminal afterwards.
import { spawn } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeAll, describe, expect, test } from "vitest";
import { widthOf } from "../../../frontends/tui/width.js";
import { ensureBuilt, freshHome, MAIN, ouro } from "../command.js";
import { Terminal, type TerminalOptions } from "../terminal.js";

const MINUTES = 300_000;
const closing: (() => unknown)[] = [];
let home = "";
beforeAll(async () => {
  ensureBuilt();
  home = freshHome();
  expect(await ouro([], { home, input: "(+ 1 2)\n" })).toMatchObject({ status: 0 });
}, MINUTES);
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

function terminal(words: string, options: TerminalOptions, folder = home): Terminal {
  const made = new Terminal(folder, words, options);
  closing.push(() => made.close());
  return made;
}

/** The console's panes by their titles' rows and columns, and that the borders at both sides are whole. */
function layoutOf(rows: readonly string[], columns: number): string[] {
  const bordered = rows.slice(0, -1);
  expect(bordered.map((row) => widthOf(row))).toEqual(bordered.map(() => columns));
  expect(bordered.map((row) => `${row[0]}${row.at(-1)}`).join(" ")).toMatch(/^┌┐ ((││|├┤|│┤) )+└┘$/);
  return rows.flatMap((row, y) => Array.from(row.matchAll(/[┌├┬] (▸ )?([A-Z][a-z]+)( \(\d+\))? ─/g), ({ 2: title = "", index }) => `${title} ${widthOf(row.slice(0, index))},${y}`));
}

const SIZES = [
  [80, 24, ["Conversation 0,0", "Turns 50,0", "Budgets 50,3", "Evolution 50,6", "Approvals 50,12", "Log 0,15"]],
  [120, 40, ["Conversation 0,0", "Turns 75,0", "Budgets 75,5", "Evolution 75,11", "Approvals 75,22", "Log 0,29"]],
] as const;

describe.each(SIZES)("at %i by %i", (columns, rows, panes) => {
  test("the console: a conversation within its borders, panes in their places, and after it the terminal as it was", async () => {
    const screen = terminal("tui", { columns, rows });
    await screen.shows(/Enter send +Tab next pane +PgUp PgDn scroll +\^C clear +\^D leave/);
    screen.type("remember that 東京タワー is 333 m 👩‍👩‍👧 high");
    await screen.shows(/I will remember: 東京タワー/);
    screen.type("(* 6 7)");
    await screen.shows(/│42 /);
    await screen.shows(/\d\d:\d\d:\d\d message-[0-9a-f]+ is done/);
    await screen.shows(/The shipped ge/);
    await screen.shows(/record store\/put![^]*calls\/day/);
    const shown = screen.rows();
    expect(layoutOf(shown, columns)).toEqual(panes);
    expect(shown.at(-3)).toMatch(/^│› +│$/);
    expect(shown.at(-2)).toMatch(/^└─+ Ouro \d+\.\d+\.\d+ · \S+ ┘$/);
    expect(screen.variable("alternate_on")).toBe("1");
    screen.keys("C-d");
    await screen.shows(/^left with 0\nicanon$/);
    expect([screen.variable("alternate_on"), screen.variable("cursor_flag")]).toEqual(["0", "1"]);
  }, MINUTES);

  test("the REPL: greeting, answers, values, errors with their place, help within the lines", async () => {
    const screen = terminal("", { columns, rows }, freshHome());
    await screen.shows(/^Ouro \d+\.\d+\.\d+ has made itself a home in\n[^]*,help lists the rest[^]*\nouro>$/);
    screen.type("(+ 1 2)");
    await screen.shows(/\nouro> \(\+ 1 2\)\n3\nouro>$/);
    screen.type("remember that the demo is on Friday");
    await screen.shows(/\nI will remember: the demo is on Friday\nouro>$/);
    screen.type("when is the demo?");
    await screen.shows(/when is the demo\?\n.*Friday.*\nouro>$/);
    screen.type("(car 5)");
    await screen.shows(/\nrepl:1:1: car: expected a pair as operand 1, but got 5 \[wrong-type\]\n1 \| \(car 5\)\n {2}\| \^\n {2}hint: .*\n[^]*,retry +evaluate it again[^]*\nerror>$/);
    screen.type(",help");
    await screen.shows(/\*1 \*2 \*3 +the last values\nerror>$/);
    for (const row of screen.rows()) expect(widthOf(row)).toBeLessThanOrEqual(columns);
    screen.type(",quit");
    await screen.shows(/left with 0\nicanon$/);
  }, MINUTES);
});

test("what the agent says, unasked or while more is typed, stands above the line that is being typed, however long that is", async () => {
  const screen = terminal("", { columns: 80, rows: 24 }, freshHome());
  await screen.shows(/\nouro>$/);
  screen.type("remind me in 3 seconds to stretch");
  screen.keys("-l", `(+ ${"1 ".repeat(50)}`);
  await screen.shows(/to stretch\n.*\n?I will remind you [^]*\nReminder: stretch\nouro> \(\+( 1){36}\n[ 1]+$/);
  expect(screen.screen().match(/\(\+ 1 1/g)).toHaveLength(1);
  screen.type("1)");
  await screen.shows(/\n51\nouro>$/);
}, MINUTES);

test("the wizard of a channel: asks which, asks again after what cannot be, and leaves without a trace when it is given up", async () => {
  const screen = terminal("setup", { columns: 80, rows: 24 });
  await screen.shows(/^telegram +A Telegram bot[^]*\nWhich one [^]*\nplatform \(telegram, slack, mqtt\):$/);
  screen.type("fax");
  await screen.shows(/\n {2}platform is one of telegram, slack, mqtt\n[^]*:$/);
  screen.type("mqtt");
  await screen.shows(/\nThe broker: [^]*\nurl:$/);
  screen.keys("C-c");
  await screen.shows(/\nouro: given up, and nothing was kept \[given-up\]\nleft with 1\nicanon$/);
}, MINUTES);

test("another size: the console is drawn anew, with all its borders", async () => {
  const screen = terminal("tui", { columns: 80, rows: 24 });
  await screen.shows(/▸ Conversation/);
  screen.type(`say ${"漢字👍🏽".repeat(8)}`);
  await screen.shows(/message-[0-9a-f]+ is done/);
  for (const [columns, rows] of [[120, 40], [100, 30], [80, 24]] as const) {
    screen.resize(columns, rows);
    await expect.poll(() => screen.rows().at(-2) ?? "", { timeout: 60_000 }).toMatch(new RegExp(`^└.{${columns - 2}}┘$`));
    await expect.poll(() => layoutOf(screen.rows(), columns).length, { timeout: 60_000 }).toBe(6);
  }
}, MINUTES);

/** Loaded before the program: throws where nobody catches it, on a signal. */
function crashing(): string {
  const file = join(mkdtempSync(join(tmpdir(), "ouro-crash-")), "crash.cjs");
  writeFileSync(file, 'process.on("SIGUSR2", () => { throw new Error("out of the blue"); });\n');
  return `--require=${file}`;
}

test.each([
  ["SIGTERM", /^left with 0\nicanon$/], ["SIGHUP", /^left with 0\nicanon$/], ["SIGUSR2", /Error: out of the blue[^]*left with [1-9]\d*\nicanon$/],
] as const)("the terminal is given back after %s", async (signal, left) => {
  const screen = terminal("tui", { environment: { NODE_OPTIONS: crashing() } });
  await screen.shows(/message|\d+ done/);
  screen.signal(signal);
  await screen.shows(left);
  expect([screen.variable("alternate_on"), screen.variable("cursor_flag"), screen.variable("wrap_flag")]).toEqual(["0", "1", "1"]);
}, MINUTES);

test.each([[{ TERM: "dumb" }, /the terminal dumb cannot \[terminal-unfit\]\n +Use ouro repl/], [{ TERM: undefined }, /TERM is not set\) \[terminal-unfit\]/]])("a terminal that cannot is told so: %j", async (environment, told) => {
  const screen = terminal("tui", { columns: 120, environment });
  await screen.shows(told);
  await screen.shows(/left with 1\nicanon$/);
}, MINUTES);

test("NO_COLOR: no styles; a vt100: no styles and ASCII alone; else colours", async () => {
  const [coloured, plain, old] = [terminal("tui", {}), terminal("tui", { environment: { NO_COLOR: "1" } }, freshHome()), terminal("tui", { environment: { TERM: "vt100" } }, freshHome())] as const;
  for (const screen of [coloured, plain, old]) await screen.shows(/0 rounds, 0 adopted/);
  const styles = (screen: Terminal): boolean => screen.rows(true).join("").includes("\u001b[");
  expect([coloured, plain, old].map(styles)).toEqual([true, false, false]);
  expect(plain.rows()[0]).toMatch(/^┌ ▸ Conversation ─+┬ Turns ─+┐$/);
  expect(old.rows()[0]).toMatch(/^\+ > Conversation -+\+ Turns -+\+$/);
  expect(old.rows().join("")).toMatch(/^[ -~]*$/);
}, MINUTES);

test("while an agent runs, the REPL is a terminal of it: forms, messages, completion, Ctrl-C; and it goes on when the REPL leaves", async () => {
  const owner = spawn(process.execPath, [MAIN, "--home", home, "serve"], { stdio: ["ignore", "pipe", "inherit"] });
  const closed = new Promise((resolve) => owner.once("close", resolve));
  closing.push(async () => (owner.kill("SIGTERM"), await closed));
  await new Promise((resolve) => owner.stdout.once("data", resolve));
  const screen = terminal("--quiet", { columns: 80, rows: 24 });
  await screen.shows(/^ouro>$/);
  screen.type("(define (twice x)");
  await screen.shows(/ {4}>$/);
  screen.type("(* 2 x))");
  await screen.shows(/ouro>$/);
  screen.keys("-l", "(twi");
  screen.keys("Tab");
  await screen.shows(/\(twice$/);
  screen.type(" 21)");
  await screen.shows(/\n42\nouro>$/);
  screen.type('(begin (display "running") (newline) (let loop () (loop)))');
  await screen.shows(/\nrunning$/);
  screen.keys("C-c");
  await screen.shows(/\[interrupted\][^]*error>$/);
  screen.type("what is 6 * 7");
  await screen.shows(/\n42\nerror>$/);
  screen.keys("C-d");
  await screen.shows(/left with 0\nicanon$/);
  expect(JSON.parse((await ouro(["status", "--json"], { home })).output)).toMatchObject({ open: true });
}, MINUTES);
