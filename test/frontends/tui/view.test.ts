// The console's screen: borders that nothing written moves, at every size; what is typed; what each pane says.
import { describe, expect, test } from "vitest";
import type { EvolveRound, Host, LiveEvent, StatusReport } from "../../../frontends/frontend.js";
import { clipped, type Look, wrapped } from "../../../frontends/tui/canvas.js";
import { LineEditor } from "../../../frontends/tui/line-editor.js";
import { Model, PANES } from "../../../frontends/tui/model.js";
import { paneOf } from "../../../frontends/tui/panes.js";
import { plot } from "../../../frontends/tui/plot.js";
import { lookOf, type Streams } from "../../../frontends/tui/terminal.js";
import { draw, type Size } from "../../../frontends/tui/view.js";
import { glyphs, widthOf } from "../../../frontends/tui/width.js";
import { borderCells, Screen } from "./screen.js";

const COLOUR: Look = { hasColours: true, hasUnicode: true };

/** What terminals disagree about, or would obey. */
const TROUBLE = [
  "漢字かな交じり文と한국어그리고中文，全角。", "👩‍👩‍👧‍👦 👍🏽 🇩🇪 ❤️ 🧑🏿‍🚀 1️⃣ ☺︎ 🏴󠁧󠁢󠁥󠁮󠁧󠁿", "é à̴̧ ñ̈ क्षत्रिय ไทยแลนด์ ᄒ\u1161ᆫ", "שלום עולם مرحبا بالعالم \u202eevil\u202c \u2067x\u2069",
  "\u001b[2J\u001b[31mred\u001b[10;10Hmoved\u0007\u0000\r\nnext\tTab\u009b5A", "x".repeat(500), "漢".repeat(300), "\ud83d broken \udc4d", "·—…“”€½±°×÷§¶†‡•※→⇒∀∂∈ℝ⌈√∞≠≡⌘▲●◆★☆♠",
];

function modelOf(texts: readonly string[]): Model {
  const model = new Model(`/home/${texts[0]?.slice(0, 20)}`, "1.2.3");
  for (const text of texts) {
    model.say("you", text);
    model.say("agent", `${text} ${text}`);
    model.take({ kind: "refused", input: "message-1", operation: text, rule: text }, 0);
  }
  model.take({ kind: "started", input: "message-9", cell: texts[0] }, 0);
  model.take({ kind: "effect", input: "message-9", operation: texts[1] ?? "" }, 0);
  model.waiting = texts.map((text, index) => ({ id: String(index), kind: "effect", text }));
  model.budgets = texts.map((text, index) => ({ account: text, dimension: "calls", limit: 10, left: index, per: "day" }));
  model.commits = texts.map((text) => ({ commit: "0123456789", subject: text }));
  return model;
}

async function shown(model: Model, { columns, rows }: Size, pane: (typeof PANES)[number] = "conversation", typed = "", screen = new Screen(columns, rows)): Promise<Screen> {
  const editor = new LineEditor();
  editor.insert(typed);
  const { canvas } = draw(model, { pane, chosen: 0 }, 0, editor, { columns, rows });
  await screen.write(Array.from({ length: rows }, (_, y) => canvas.output(y, COLOUR)).join(""));
  return screen;
}

const SIZES: readonly Size[] = [{ columns: 80, rows: 24 }, { columns: 120, rows: 40 }, { columns: 200, rows: 60 }, { columns: 64, rows: 18 }, { columns: 63, rows: 40 }, { columns: 40, rows: 12 }, { columns: 16, rows: 6 }];

describe.each(SIZES)("at $columns by $rows", (size) => {
  test.each(PANES)("whatever stands in the panes, the borders stand where they do without it: %s", async (pane) => {
    const plain = borderCells(await shown(modelOf(["one", "two", "three", "four"]), size, pane));
    expect(plain.length).toBeGreaterThan(2 * size.rows - 6);
    for (const troubles of [TROUBLE, [...TROUBLE].reverse(), ...(size.columns === 80 && pane === "conversation" ? TROUBLE.map((text) => [text]) : [])])
      expect(borderCells(await shown(modelOf(troubles), size, pane, troubles[0]))).toEqual(plain);
  });
});

test.each([22, 60])("in a pane of %d columns, budgets of several libraries for one operation can be told apart", (columns) => {
  const model = modelOf([]);
  const accounts = [["record) store/put!", "month"], ["record) store/put!", "day"], ["clock) store/put!", "day"], ["abilities) store/put!", "day"], ["abilities) store/delete!", "day"]];
  model.budgets = accounts.map(([account, per = ""]) => ({ account: `(genome turn ${account}`, dimension: "calls", limit: 1000, left: 1000, per }));
  const { lines } = paneOf("budgets", model, { pane: "budgets", chosen: 0 }, columns, 40);
  const figures = "1000/1000calls/";
  expect(lines.map((spans) => spans.map(({ text }) => text).join("")).join("").replaceAll(" ", "").split(/(?<=day|month)/)).toEqual([
    `store/put!${figures}month`, `recordstore/put!${figures}day`, `clockstore/put!${figures}day`, `abilitiesstore/put!${figures}day`, `store/delete!${figures}day`,
  ]);
  for (const spans of lines) expect(spans.map(({ text }) => text).join("").length).toBeLessThanOrEqual(columns);
});

test("what one text leaves on the screen, another takes away, also where terminals disagree on widths", async () => {
  const size = { columns: 80, rows: 24 };
  const screen = await shown(modelOf(TROUBLE), size);
  await shown(modelOf(["one"]), size, "conversation", "", screen);
  expect(screen.text).toBe((await shown(modelOf(["one"]), size)).text);
});

test("a terminal too small says so, and nothing breaks at any size", () => {
  for (let columns = 1; columns < 70; columns += 3)
    for (let rows = 1; rows < 20; rows += 2) expect(draw(modelOf(TROUBLE), { pane: "conversation", chosen: 0 }, 5, new LineEditor(), { columns, rows }).canvas.height).toBe(rows);
  const { canvas } = draw(modelOf(["one"]), { pane: "log", chosen: 0 }, 0, new LineEditor(), { columns: 15, rows: 6 });
  expect(canvas.output(0, { hasColours: false, hasUnicode: true })).toContain("too small");
});

test("without colours there is no escape but the cursor's; without Unicode there is ASCII alone", () => {
  const { canvas } = draw(modelOf(TROUBLE), { pane: "approvals", chosen: 1 }, 0, new LineEditor(), { columns: 100, rows: 30 });
  for (let y = 0; y < 30; y++) {
    expect(canvas.output(y, { hasColours: false, hasUnicode: true }).replace(/\p{Cc}\[\d+;\d+H/gu, "")).not.toContain("\u001b");
    expect(canvas.output(y, { hasColours: false, hasUnicode: false }).replace(/\p{Cc}\[\d+;\d+H/gu, "")).toMatch(/^[ -~]*$/);
  }
  expect(canvas.output(0, { hasColours: false, hasUnicode: false })).toMatch(/^\p{Cc}\[1;1H\+ Conversation -+\+ Turns -+\+$/u);
});

test.each([["", 0], ["abc", 3], ["漢字", 4], ["ｱ", 1], ["é", 1], ["e\u0301", 1], ["👍🏽", 2], ["👩‍👩‍👧‍👦", 2], ["🇩🇪", 2], ["❤️", 2], ["❤", 1], ["שלום", 4], ["\u202eab", 2], ["\t", 2], ["\u001b[2J", 3], ["ᄒ\u1161ᆫ", 2], ["\ud83d", 0]])("%j takes %i columns", (text, width) => {
  expect(widthOf(text)).toBe(width);
  expect(glyphs(text).map((glyph) => glyph.text).join("")).not.toMatch(/[\p{Cc}\u202e]/u);
});

test("texts are broken at spaces, long words where they must be, and no line is too long", () => {
  expect(wrapped([{ text: "one two  three\nfour", style: "plain" }], 8).map((line) => line.map(({ text }) => text).join(""))).toEqual(["one two", "three", "four"]);
  for (const text of TROUBLE) for (const line of wrapped([{ text, style: "plain" }], 7)) expect(widthOf(line.map((span) => span.text).join(""))).toBeLessThanOrEqual(7);
  expect(clipped("漢字漢字", 5)).toBe("漢字…");
  expect(clipped("short", 5)).toBe("short");
});

test("the line is edited by whole characters, and earlier lines come back", () => {
  const editor = new LineEditor();
  for (const half of "a👩‍👩‍👧e\u0301漢") editor.insert(half);
  editor.left();
  editor.backspace();
  expect([editor.text, editor.cursor]).toEqual(["a👩‍👩‍👧漢", 9]);
  editor.backspace();
  editor.home();
  editor.delete();
  expect(editor.take()).toBe("漢");
  editor.insert("two words");
  editor.eraseWord();
  expect(editor.text).toBe("two ");
  editor.recall(-1);
  expect(editor.text).toBe("漢");
  editor.recall(1);
  expect(editor.text).toBe("");
  editor.insert("漢".repeat(50));
  expect(editor.view(20)).toEqual({ text: "漢".repeat(9), column: 18 });
});

test("an answer is shown as it comes, until it is whole, and only of one's own conversation", async () => {
  const model = new Model("/home", "1.2.3");
  const event = (kind: string, more: object): void => void model.take({ kind, input: "message-4", cell: "ouro/repl/local/terminal/", ...more } as LiveEvent, 0);
  event("started", {});
  event("asking", { model: "big" });
  event("text", { text: "The answer " });
  event("text", { text: "is com" });
  model.take({ kind: "text", input: "message-5", cell: "ouro/telegram/bot/7/", text: "nobody's business" }, 0);
  const { text } = await shown(model, { columns: 80, rows: 24 });
  expect(text).toMatch(/The answer is com…/);
  expect(text).toMatch(/● message-4 is answered/);
  expect(text).not.toContain("nobody's");
  event("outcome", { outcome: "done" });
  expect((await shown(model, { columns: 80, rows: 24 })).text).not.toMatch(/is com…|●/);
});

const round = (number: number, before: number | undefined, after: number, adopted: boolean): EvolveRound => ({ round: number, policy: "retry", proposer: "search", adopted, reason: "", evaluations: 3, before, after });

test("the score plot has a column for each measured round: bars for what was adopted, dots for what was not", () => {
  const rounds = [round(1, 1, 1.5, true), round(2, 1, 2, false), round(3, undefined, 9, true), round(4, 2, 2.02, true), round(5, 1, 0.5, true)];
  const rows = plot(rounds, 30, 4).map((line) => line.map(({ text }) => text).join(""));
  expect(rows).toEqual(["+100%  ·  ", "           ".slice(0, 10), "      █   ", "    0 █ ▁▁"]);
  expect(plot(rounds, 8, 3)[0]?.length).toBe(1 + 2);
  expect(plot([], 20, 3)).toHaveLength(3);
});

describe("which terminals it is for", () => {
  const streams = (isTTY: boolean): Streams => ({ input: { isTTY }, output: { isTTY } }) as unknown as Streams;
  test.each([
    [{ TERM: "xterm-256color" }, { hasColours: true, hasUnicode: true }], [{ TERM: "xterm", NO_COLOR: "1" }, { hasColours: false, hasUnicode: true }],
    [{ TERM: "xterm", LANG: "C" }, { hasColours: true, hasUnicode: false }], [{ TERM: "xterm", LANG: "C", LC_ALL: "de_DE.utf8" }, { hasColours: true, hasUnicode: true }],
    [{ TERM: "vt100" }, { hasColours: false, hasUnicode: false }], [{ TERM: "screen", NO_COLOR: "" }, { hasColours: true, hasUnicode: true }],
  ])("%j", (environment, look) => expect(lookOf(streams(true), environment)).toEqual(look));
  test.each([[{ TERM: "dumb" }, "terminal-unfit"], [{}, "terminal-unfit"], [{ TERM: "" }, "terminal-unfit"], [{ TERM: "vt52" }, "terminal-unfit"]])("%j is refused", (environment, code) =>
    expect(() => lookOf(streams(true), environment)).toThrow(expect.objectContaining({ code, hint: expect.stringContaining("ouro repl") as string }) as Error));
  test("a pipe is refused", () => expect(() => lookOf(streams(false), { TERM: "xterm" })).toThrow(expect.objectContaining({ code: "no-terminal" }) as Error));
});

test("lists are asked for anew, and a turn that has ended meanwhile is taken away", async () => {
  const model = new Model("/home", "1.2.3");
  model.take({ kind: "started", input: "message-1", cell: "c" }, 0);
  const status = { genome: "g", turns: [{ cell: "c", input: "message-2", steps: 7, effects: 1 }], "waiting for a person": [{ commit: "abcdef0123", branch: "b", policy: "retry" }], probations: [], outcomes: {}, rounds: 0 } as unknown as StatusReport;
  await model.refresh({
    status: async () => status, genome: { log: async () => [{ commit: "g", subject: "s" }] },
    desk: { budgets: async () => [], rounds: async () => [], approvals: async () => [{ id: "e1", operation: "store/put!", parameters: "{}" }] },
  } as unknown as Host);
  expect([...model.turns.keys()]).toEqual(["message-2"]);
  expect(model.waiting).toEqual([{ id: "e1", kind: "effect", text: "store/put! {}" }, { id: "abcdef0123", kind: "change", text: "change of retry abcdef01" }]);
});
