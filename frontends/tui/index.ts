// The console: all of the agent on one screen. Keys change what is typed and looked at; what happens changes the model; both are drawn.
import type { Evaluation, Host, Program, Session } from "../frontend.js";
import type { Look } from "./canvas.js";
import { LineEditor } from "./line-editor.js";
import { Model, PANES } from "./model.js";
import type { Focus } from "./panes.js";
import { type loadProgram, Terminal } from "./terminal.js";
import { draw, type Drawn } from "./view.js";

export { loadProgram, lookOf } from "./terminal.js";

/** Between two drawings, and before what changed is asked for: what comes in a burst is shown once. */
const DRAW_MS = 20;
const REFRESH_MS = 150;
/** What no event tells of, such as budgets that renew. */
const POLL_MS = 5_000;
const WELCOME = "Type and press Enter: a line that begins like Lisp is evaluated, any other is a message. Try: what can you do?";

/** One person at one terminal. */
export class Tui {
  private readonly model: Model;
  private readonly editor = new LineEditor();
  private readonly session: Session;
  private focus: Focus = { pane: "conversation", chosen: 0 };
  private scroll = 0;
  private drawn: Drawn | undefined;
  private terminal: Terminal | undefined;
  private drawing: NodeJS.Timeout | undefined;
  private refreshing: NodeJS.Timeout | undefined;
  private evaluations = 0;
  private leave: () => void = () => undefined;

  constructor(private readonly host: Host, private readonly program: Pick<Program, "input" | "output" | "signal" | "version">, private readonly look: Look) {
    this.model = new Model(host.home, program.version);
    this.session = host.session({ output: (text) => this.say("note", text), errors: (text) => this.say("problem", text) });
  }

  /** Resolves with the exit status when the person leaves, the signal aborts or the terminal is gone. */
  async run(load: ReturnType<typeof loadProgram>): Promise<number> {
    const left = new Promise<void>((resolve) => (this.leave = resolve));
    this.program.signal.addEventListener("abort", this.leave);
    const unwatch = this.host.watch((event) => {
      if (this.model.take(event, Date.now())) this.stale();
      this.changed();
    });
    const poll = setInterval(() => this.stale(), POLL_MS).unref();
    this.model.say("note", WELCOME);
    this.terminal = new Terminal(load, this.program, this.look, {
      key: (name, text) => this.pressed(name, text), paste: (text) => this.typed(text), resized: () => this.changed(), hungUp: () => this.leave(),
    });
    try {
      this.draw();
      await this.refresh();
      if (this.program.signal.aborted) this.leave();
      await left;
    } finally {
      this.terminal.leave();
      for (const timer of [this.drawing, this.refreshing]) clearTimeout(timer);
      clearInterval(poll);
      unwatch();
      this.program.signal.removeEventListener("abort", this.leave);
      this.session.interrupt();
    }
    return this.model.end === undefined ? 0 : 1;
  }

  private changed(): void {
    this.drawing ??= setTimeout(() => this.draw(), DRAW_MS);
  }

  private draw(): void {
    this.drawing = undefined;
    if (this.terminal === undefined) return;
    this.drawn = draw(this.model, this.focus, this.scroll, this.editor, this.terminal.size);
    this.scroll = Math.min(this.scroll, this.drawn.furthest);
    this.terminal.show(this.drawn);
  }

  private stale(): void {
    this.refreshing ??= setTimeout(() => void this.refresh(), REFRESH_MS);
  }

  private async refresh(): Promise<void> {
    try {
      if (this.model.end === undefined) await this.model.refresh(this.host);
    } catch (error) {
      this.say("problem", messageOf(error));
    }
    this.refreshing = undefined;
    this.focus = { ...this.focus, chosen: Math.max(0, Math.min(this.focus.chosen, this.model.waiting.length - 1)) };
    this.changed();
  }

  private say(who: "agent" | "note" | "problem", text: string): void {
    if (text.trim() !== "") this.model.say(who, text.trimEnd());
    this.changed();
  }

  private pressed(name: string, text: string): void {
    const act = (this.focus.pane === "approvals" ? APPROVAL_KEYS[name] : undefined) ?? KEYS[name];
    if (act !== undefined) act(this);
    else if (/^[^\p{Cc}]+$/u.test(text) && this.focus.pane !== "approvals") this.typed(text);
    this.changed();
  }

  /** Letters go into the line, wherever one looks. */
  private typed(text: string): void {
    this.editor.insert(text.replace(/\r\n?/g, "\n").replace(/[^\P{Cc}\n\t]/gu, ""));
    this.changed();
  }

  private turnTo(step: 1 | -1): void {
    const next = (PANES.indexOf(this.focus.pane) + step + PANES.length) % PANES.length;
    this.focus = { pane: PANES[next] ?? "conversation", chosen: 0 };
    this.scroll = 0;
  }

  private scrolled(pages: number): void {
    const { page = 1, furthest = 0 } = this.drawn ?? {};
    const isFromEnd = this.focus.pane === "conversation" || this.focus.pane === "log";
    this.scroll = Math.max(0, Math.min(furthest, this.scroll + Math.round((isFromEnd ? -pages : pages) * Math.max(1, page - 1))));
  }

  private choose(step: 1 | -1): void {
    const count = Math.max(1, this.model.waiting.length);
    this.focus = { ...this.focus, chosen: (this.focus.chosen + step + count) % count };
  }

  private async submit(): Promise<void> {
    const text = this.editor.take().trim();
    if (text === "") return;
    this.scroll = 0;
    this.focus = { pane: "conversation", chosen: 0 };
    this.model.say("you", text);
    try {
      if (await this.session.isLisp(text)) await this.evaluate(text);
      else await this.send(text);
    } catch (error) {
      this.say("problem", messageOf(error));
    }
    this.stale();
  }

  private async send(text: string): Promise<void> {
    this.model.asked++;
    try {
      this.say("agent", await this.host.send(text));
    } finally {
      this.model.asked--;
    }
  }

  private async evaluate(text: string): Promise<void> {
    this.evaluations++;
    try {
      const result = await this.session.evaluate(text, "console");
      this.say("agent", result.printed.join("\n"));
      if (!result.ok) this.say("problem", errorText(result));
    } finally {
      this.evaluations--;
    }
  }

  /** The word of the person about what is chosen, said in the conversation: there it is answered, and kept. */
  private async decide(word: "approve" | "deny"): Promise<void> {
    const chosen = this.model.waiting[this.focus.chosen];
    if (chosen === undefined) return;
    try {
      this.say("note", `/${word} ${chosen.id.slice(0, 8)}: ${await this.host.send(`/${word} ${chosen.id}`)}`);
    } catch (error) {
      this.say("problem", messageOf(error));
    }
    this.stale();
  }

  private stop(): void {
    if (this.evaluations > 0) this.session.interrupt();
    else if (this.model.asked > 0) void this.send("/stop").catch((error: unknown) => this.say("problem", messageOf(error)));
    else if (this.editor.text !== "") this.editor.clear();
    else this.say("note", "Nothing runs. Ctrl-D leaves.");
  }

  /** By the keys' names as blessed has them. */
  static readonly keys = {
    enter: (tui: Tui) => void tui.submit(), tab: (tui: Tui) => tui.turnTo(1), "S-tab": (tui: Tui) => tui.turnTo(-1),
    pageup: (tui: Tui) => tui.scrolled(-1), pagedown: (tui: Tui) => tui.scrolled(1),
    "C-c": (tui: Tui) => tui.stop(), "C-d": (tui: Tui) => (tui.editor.text === "" ? tui.leave() : tui.editor.delete()), "C-l": (tui: Tui) => tui.terminal?.redraw(),
    up: (tui: Tui) => tui.editor.recall(-1), down: (tui: Tui) => tui.editor.recall(1),
    left: (tui: Tui) => tui.editor.left(), right: (tui: Tui) => tui.editor.right(), "C-b": (tui: Tui) => tui.editor.left(), "C-f": (tui: Tui) => tui.editor.right(),
    home: (tui: Tui) => tui.editor.home(), end: (tui: Tui) => tui.editor.end(), "C-a": (tui: Tui) => tui.editor.home(), "C-e": (tui: Tui) => tui.editor.end(),
    backspace: (tui: Tui) => tui.editor.backspace(), delete: (tui: Tui) => tui.editor.delete(),
    "C-w": (tui: Tui) => tui.editor.eraseWord(), "C-u": (tui: Tui) => tui.editor.eraseToStart(), "C-k": (tui: Tui) => tui.editor.eraseToEnd(),
    escape: (tui: Tui) => (tui.focus = { pane: "conversation", chosen: 0 }),
  };

  /** While one looks at what waits. */
  static readonly approvalKeys = {
    up: (tui: Tui) => tui.choose(-1), down: (tui: Tui) => tui.choose(1), a: (tui: Tui) => void tui.decide("approve"), d: (tui: Tui) => void tui.decide("deny"),
  };
}

type Keys = Readonly<Partial<Record<string, (tui: Tui) => unknown>>>;
const KEYS: Keys = Tui.keys;
const APPROVAL_KEYS: Keys = Tui.approvalKeys;

function errorText({ error }: Extract<Evaluation, { ok: false }>): string {
  return [`${error.message} [${error.code}]`, error.excerpt, error.hint].filter((part) => part !== undefined && part !== "").join("\n");
}

function messageOf(error: unknown): string {
  const { message, code } = error as Error & { code?: string };
  return `${message}${code === undefined ? "" : ` [${code}]`}`;
}
