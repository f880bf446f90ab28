// The console in a terminal of this process, on a real home: talk, panes, approvals, sizes, and the terminal given back.
import { afterEach, expect, test } from "vitest";
import { attach } from "../../../frontends/control/index.js";
import type { Host } from "../../../frontends/frontend.js";
import { loadProgram, Tui } from "../../../frontends/tui/index.js";
import { serve, type Served } from "../control/served.js";
import { borderCells, Screen } from "./screen.js";

const closing: (() => Promise<unknown> | void)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

interface Run {
  readonly screen: Screen;
  readonly served: Served;
  readonly status: Promise<number>;
  readonly end: AbortController;
}

async function console_(columns = 80, rows = 24, through: (served: Served) => Promise<Host> = async ({ host }) => host): Promise<Run> {
  const served = await serve();
  closing.push(() => served.close());
  const host = await through(served);
  const [screen, end] = [new Screen(columns, rows), new AbortController()];
  const tui = new Tui(host, { input: screen.input as never, output: screen.output as never, signal: end.signal, version: "1.2.3" }, { hasColours: true, hasUnicode: true });
  const status = tui.run(loadProgram());
  closing.push(async () => (end.abort(), await status, host === served.host ? undefined : host.close()));
  await screen.shows(/▸ Conversation[^]*Tab/);
  return { screen, served, status, end };
}

/** The row and column structure of the panes at 80 by 24, by their titles. */
const LAYOUT_80 = [/^┌ ▸ Conversation ─+┬ Turns ─+┐$/, /^│.*├ Budgets ─+┤$/, /^│.*├ Evolution ─+┤$/, /^│.*├ Approvals.* ─+┤$/, /^├ Log ─+┴─+┤$/, /^├─+┤$/, /^│› +│$/, /^└─+ Ouro 1\.2\.3 · .* ┘$/, /^ Enter send {3}Tab next pane .*\^D leave *$/];

test.each([["on its own home", undefined], ["attached to the agent of another process", async (served: Served) => (await attach(served.home)) as Host]])("%s: a message is answered, Lisp is evaluated, an error is told, Ctrl-D leaves", async (_title, through) => {
  const { screen, status } = await console_(80, 24, through);
  screen.keys("hello 漢字 👋\r");
  await screen.shows(/› hello 漢字 👋[^]*> hello 漢字 👋/);
  screen.keys('(begin (display "shown") (* 6 7))\r');
  await screen.shows(/shown[^]*42/);
  screen.keys("(car 5)\r");
  await screen.shows(/car: expected a pair[^]*\[wrong-type\]/);
  await screen.shows(/message-[0-9a-f]+ is done/);
  const rows = screen.text.split("\n");
  for (const line of LAYOUT_80) expect(rows.filter((row) => line.test(row)), String(line)).toHaveLength(1);
  screen.keys("\u0004");
  expect(await status).toBe(0);
  await expect.poll(() => screen.buffer, { timeout: 60_000 }).toBe("normal");
  expect(screen.written).toMatch(/\p{Cc}\[\?2004l[^]*\p{Cc}\[\?7h\p{Cc}\[\?25h\p{Cc}\[\?1049l$/u);
  expect(screen.input.isRaw).toBe(false);
});

test("what waits is approved and denied by keys, which are shown", async () => {
  const { screen, served } = await console_(120, 40);
  screen.keys("store\r");
  await screen.shows(/Approvals \(1\)/);
  screen.keys("\t\t\t\t");
  await screen.shows(/▸ Approvals \(1\)[^]*▸ store\/put![^]*a approve {3}d deny/);
  // Letters that are no keys here go nowhere.
  screen.keys("xyz");
  screen.keys("a");
  await screen.shows(/nothing waits for you/);
  await screen.shows(/store\/put!: done/);
  expect((await served.host.desk.effects({})).map(({ operation, approval }) => ({ operation, allowed: approval?.allowed }))).toEqual([{ operation: "store/put!", allowed: true }]);
  screen.keys("\u001b");
  await screen.shows(/▸ Conversation/);
  screen.keys("store\r");
  await screen.shows(/Approvals \(1\)/);
  screen.keys("\t\t\t\t");
  await screen.shows(/d deny/);
  screen.keys("d");
  await screen.shows(/nothing waits for you/);
  expect((await served.host.desk.effects({ last: 1 }))[0]?.approval).toMatchObject({ allowed: false });
});

test("Ctrl-C ends what runs: an evaluation, and a turn", async () => {
  const { screen } = await console_();
  screen.keys('(begin (display "running") (let loop () (loop)))\r');
  await screen.shows(/\nrunning|│running/);
  screen.keys("\u0003");
  await screen.shows(/\[interrupted\]/);
  screen.keys("loop\r");
  await screen.shows(/● message-[0-9a-f]+/);
  screen.keys("\u0003");
  await screen.shows(/message-[0-9a-f]+ is stopped/);
  await screen.shows(/idle/);
  screen.keys("half a line\u0003");
  await screen.shows(/\n│› +│/);
});

test("a new size is drawn anew, whole, and wide letters stay within the borders", async () => {
  const { screen, served } = await console_(80, 24);
  await served.host.send("漢字👩‍👩‍👧שלום ".repeat(20));
  screen.keys(`${"宽".repeat(30)}\r`);
  await screen.shows(/│› 宽宽[^]*│> 宽宽/);
  for (const [columns, rows] of [[120, 40], [81, 25], [200, 60], [40, 12], [80, 24]] as const) {
    screen.resize(columns, rows);
    await expect.poll(() => [screen.at(0, 0), screen.at(columns - 1, 0), screen.at(0, rows - 2), screen.at(columns - 1, rows - 2)].join(""), { timeout: 60_000 }).toBe("┌┐└┘");
    const cells = borderCells(screen);
    for (let y = 1; y < rows - 2; y++) for (const x of [0, columns - 1]) expect(cells.some((cell) => cell.startsWith(`${x},${y} `)), `${columns}x${rows}: ${x},${y}`).toBe(true);
  }
});

test("a paste goes into the line whole, and is not sent; the cursor stands where it is typed", async () => {
  const { screen } = await console_();
  screen.keys("\u001b[200~first line\rsecond \u001b[201~漢");
  await screen.shows(/› first line⏎second 漢/);
  await expect.poll(() => screen.cursor).toEqual({ x: 3 + "first line⏎second ".length + 2, y: 21 });
  screen.keys("\u001b[D\u001b[D!");
  await screen.shows(/› first line⏎second! 漢/);
});

test("each pane can be looked at, also where there is room for one alone", async () => {
  const { screen } = await console_(50, 14);
  for (const title of ["Turns", "Budgets", "Evolution", "Approvals", "Log", "Conversation"]) {
    screen.keys("\t");
    await screen.shows(new RegExp(`^┌ ▸ ${title} ─+┐`));
  }
  screen.keys("\u001b[Z");
  await screen.shows(/▸ Log/);
});

test("when the agent ends, that is told, and the exit status says so", async () => {
  const { screen, served, status } = await console_(80, 24, async ({ home }) => (await attach(home)) as Host);
  await served.control.close();
  await screen.shows(/the process that has the home open does/);
  screen.keys("\u0004");
  expect(await status).toBe(1);
});

test.each([["the signal", ({ end }: Run) => end.abort()], ["the end of the input", ({ screen }: Run) => screen.input.end()]])("%s gives the terminal back", async (_title, leave) => {
  const run = await console_();
  leave(run);
  expect(await run.status).toBe(0);
  await expect.poll(() => run.screen.buffer, { timeout: 60_000 }).toBe("normal");
});
