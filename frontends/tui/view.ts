// The console drawn: where the panes stand at this size of the terminal, their borders, the line that is typed, and the keys.
import { Canvas, clipped, type Span } from "./canvas.js";
import { columnsAfter, type LineEditor } from "./line-editor.js";
import type { Model, PaneName } from "./model.js";
import { type Focus, type Pane, paneOf } from "./panes.js";
import { widthOf } from "./width.js";

export interface Size {
  readonly columns: number;
  readonly rows: number;
}

export interface Drawn {
  readonly canvas: Canvas;
  readonly cursor: { readonly x: number; readonly y: number };
  /** Lines that a page of the focused pane has, and the furthest that it can be scrolled. */
  readonly page: number;
  readonly furthest: number;
}

interface Box {
  readonly pane: PaneName;
  /** Of what stands inside the border. */
  readonly x: number;
  readonly y: number;
  readonly columns: number;
  readonly rows: number;
}

const PROMPT = "› ";
/** Smaller than this, one pane is shown at a time. */
const ALL_PANES: Size = { columns: 64, rows: 18 };
const SMALLEST: Size = { columns: 16, rows: 6 };
const ASIDE: readonly { readonly pane: PaneName; readonly least: number; readonly share: number }[] = [
  { pane: "turns", least: 2, share: 2 }, { pane: "budgets", least: 2, share: 3 }, { pane: "evolution", least: 4, share: 6 }, { pane: "approvals", least: 2, share: 4 },
];

/** `scroll` counts lines away from where the focused pane stands by itself. */
export function draw(model: Model, focus: Focus, scroll: number, editor: LineEditor, { columns, rows }: Size): Drawn {
  const canvas = new Canvas(columns, rows);
  if (columns < SMALLEST.columns || rows < SMALLEST.rows) {
    canvas.put(0, 0, [{ text: clipped("too small: make the terminal larger", columns), style: "plain" }]);
    return { canvas, cursor: { x: 0, y: 0 }, page: 1, furthest: 0 };
  }
  const boxes = layout(focus, { columns, rows });
  borders(canvas, boxes);
  let [page, furthest] = [1, 0];
  for (const box of boxes) {
    const pane = paneOf(box.pane, model, focus, box.columns, box.rows);
    const isFocused = box.pane === focus.pane;
    title(canvas, box, `${pane.title}${box.pane === "approvals" && model.waiting.length > 0 ? ` (${model.waiting.length})` : ""}`, isFocused);
    const most = Math.max(0, pane.lines.length - box.rows);
    if (isFocused) [page, furthest] = [box.rows, most];
    fill(canvas, box, pane, isFocused ? Math.min(scroll, most) : 0);
  }
  const cursor = input(canvas, model, editor, focus);
  return { canvas, cursor, page, furthest };
}

/** From the top: the panes, the log below them, the line that is typed; all of that within borders, and the keys under it. */
function layout(focus: Focus, { columns, rows }: Size): Box[] {
  if (columns < ALL_PANES.columns || rows < ALL_PANES.rows) return [{ pane: focus.pane, x: 1, y: 1, columns: columns - 2, rows: rows - 5 }];
  const log = Math.max(3, Math.floor(rows * 0.17));
  const body = rows - 6 - log;
  const aside = Math.min(64, Math.max(28, Math.floor(columns * 0.36)));
  const main = columns - aside - 3;
  const heights = shared(body - ASIDE.length + 1);
  let y = 1;
  const beside = ASIDE.map(({ pane }, index) => {
    const box = { pane, x: main + 2, y, columns: aside, rows: heights[index] ?? 1 };
    y += box.rows + 1;
    return box;
  });
  return [{ pane: "conversation", x: 1, y: 1, columns: main, rows: body }, ...beside, { pane: "log", x: 1, y: body + 2, columns: columns - 2, rows: log }];
}

/** The rows of the panes at the side. */
function shared(rows: number): number[] {
  const least = ASIDE.reduce((sum, pane) => sum + pane.least, 0);
  const shares = ASIDE.reduce((sum, pane) => sum + pane.share, 0);
  const heights = ASIDE.map((pane) => pane.least + Math.floor(((rows - least) * pane.share) / shares));
  heights[2] = (heights[2] ?? 0) + rows - heights.reduce((sum, height) => sum + height, 0);
  return heights;
}

/** Sides and separators of all boxes, and of the line that is typed; where they meet, the right corner. */
function borders(canvas: Canvas, boxes: readonly Box[]): void {
  const marks = new Set<string>();
  const key = (x: number, y: number): string => `${x},${y}`;
  const outline = ({ x, y, columns, rows }: Omit<Box, "pane">): void => {
    for (let column = x - 1; column <= x + columns; column++) marks.add(key(column, y - 1)).add(key(column, y + rows));
    for (let row = y - 1; row <= y + rows; row++) marks.add(key(x - 1, row)).add(key(x + columns, row));
  };
  for (const box of boxes) outline(box);
  outline({ x: 1, y: canvas.height - 3, columns: canvas.width - 2, rows: 1 });
  for (const mark of marks) {
    const [x = 0, y = 0] = mark.split(",").map(Number);
    const ways = [marks.has(key(x, y - 1)), marks.has(key(x + 1, y)), marks.has(key(x, y + 1)), marks.has(key(x - 1, y))].map(Number).join("");
    canvas.put(x, y, [{ text: CORNERS[ways] ?? "─", style: "faint" }]);
  }
}

/** By whether a line goes on upwards, to the right, downwards, to the left. */
const CORNERS: Readonly<Record<string, string>> = {
  "1010": "│", "1000": "│", "0010": "│", "0110": "┌", "0011": "┐", "1100": "└", "1001": "┘", "1110": "├", "1011": "┤", "0111": "┬", "1101": "┴", "1111": "┼",
};

function title(canvas: Canvas, { x, y, columns }: Box, text: string, isFocused: boolean): void {
  canvas.put(x, y - 1, [{ text: ` ${isFocused ? "▸ " : ""}${clipped(text, columns - 5)} `, style: isFocused ? "focus" : "title" }], columns);
}

function fill(canvas: Canvas, { x, y, columns, rows }: Box, { lines, anchor }: Pane, scroll: number): void {
  const first = anchor === "end" ? Math.max(0, lines.length - rows - scroll) : scroll;
  for (const [index, spans] of lines.slice(first, first + rows).entries()) canvas.put(x, y + index, spans, columns);
}

function input(canvas: Canvas, model: Model, editor: LineEditor, focus: Focus): Drawn["cursor"] {
  const y = canvas.height - 3;
  const columns = canvas.width - 2;
  const { text, column } = editor.view(columnsAfter(PROMPT, columns));
  canvas.put(1, y, [{ text: PROMPT, style: "strong" }, { text, style: "plain" }], columns);
  const right = clipped(`Ouro ${model.version} · ${model.home}`, Math.max(0, columns - 4));
  canvas.put(canvas.width - 3 - widthOf(right), canvas.height - 2, [{ text: ` ${right} `, style: "faint" }]);
  canvas.put(1, canvas.height - 1, keys(model, focus), columns);
  return { x: 1 + widthOf(PROMPT) + column, y };
}

function keys({ asked, waiting }: Model, { pane }: Focus): Span[] {
  const shown: readonly (readonly [string, string])[] = pane === "approvals" && waiting.length > 0
    ? [["↑↓", "choose"], ["a", "approve"], ["d", "deny"], ["Tab", "next pane"], ["^D", "leave"]]
    : [["Enter", "send"], ["Tab", "next pane"], ["PgUp PgDn", "scroll"], ["^C", asked > 0 ? "stop" : "clear"], ["^D", "leave"]];
  return shown.flatMap(([key, what]) => [{ text: key, style: "strong" as const }, { text: ` ${what}   `, style: "faint" as const }]);
}
