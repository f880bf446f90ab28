// How far a long turn has come, in one message that is edited in place; the answer is another one, and comes after it.
import type { World } from "../epigenome/index.js";
import type { Address, Part, Turn } from "../ports/baseband/index.js";
import type { Door } from "./channel.js";
import type { Conversations } from "./host-conversation.js";

/** A turn that is done by then shows no progress. */
const FIRST_MS = 4_000;
/** Between two edits at least. */
const BETWEEN_MS = 2_500;
const SEND_MS = 10_000;

interface Way {
  readonly door: Door;
  readonly signal: AbortSignal;
}

/** One turn that may show progress. */
interface Shown {
  readonly turn: Turn;
  readonly beganMs: number;
  /** Effects that have ended, and the one under way. */
  done: number;
  now: string;
  /** The platform's id of the message, once there is one. */
  message?: string;
  text: string;
  timer?: NodeJS.Timeout;
  underWay: Promise<void>;
  isOver: boolean;
}

/** Only what a platform can take back is shown there; nothing of it is kept, and nothing is tried again. */
export class Progress {
  private readonly ways = new Map<string, Way>();
  private readonly shown = new Map<string, Shown>();
  private readonly unwatch: () => void;

  constructor(world: World, conversations: Conversations) {
    const take = (event: Record<string, unknown>): void => this.take(event);
    world.on("progress", take);
    const leave = conversations.attend({
      began: (turn, input) => this.begin(turn, input),
      ended: (turn) => this.end(turn),
      failed: (turn) => this.end(turn),
    });
    this.unwatch = () => (world.off("progress", take), leave());
  }

  /** Shows progress by this door too, until the answer is called, which then calls `close`. */
  through(platform: string, door: Door, signal: AbortSignal, close: () => void): () => void {
    const way = { door, signal };
    this.ways.set(platform, way);
    return () => {
      if (this.ways.get(platform) === way) this.ways.delete(platform);
      close();
    };
  }

  /** Resolves once no progress is shown in a chat any more: then the next message is the last one there. */
  async quiet(chat: Address): Promise<void> {
    for (const shown of this.shown.values()) if (isSame(shown.turn.envelope, chat)) {
      this.stop(shown);
      await shown.underWay;
    }
  }

  close(): void {
    this.unwatch();
    for (const shown of this.shown.values()) this.stop(shown);
  }

  private begin(turn: Turn, input: string): void {
    const shown: Shown = { turn, beganMs: performance.now(), done: 0, now: "", text: "", underWay: Promise.resolve(), isOver: false };
    this.shown.set(input, shown);
    shown.timer = setTimeout(() => this.show(shown), FIRST_MS).unref();
  }

  private end(turn: Turn): void {
    for (const [input, shown] of this.shown) if (shown.turn.id === turn.id) {
      this.stop(shown);
      void shown.underWay.then(() => this.shown.delete(input));
    }
  }

  private stop(shown: Shown): void {
    shown.isOver = true;
    clearTimeout(shown.timer);
  }

  private take(event: Record<string, unknown>): void {
    const shown = this.shown.get(String(event["input"]));
    if (shown === undefined) return;
    if (event["kind"] === "effect") shown.now = String(event["operation"]);
    else if (event["kind"] === "receipt") [shown.done, shown.now] = [shown.done + 1, ""];
  }

  private show(shown: Shown): void {
    const way = this.ways.get(shown.turn.envelope.platform);
    if (shown.isOver || way?.door.edit === undefined) return;
    shown.underWay = this.put(shown, way).then(
      () => { if (!shown.isOver) shown.timer = setTimeout(() => this.show(shown), BETWEEN_MS).unref(); },
      // Progress is a courtesy: where it fails once, the answer alone will do.
      () => this.stop(shown),
    );
  }

  private async put(shown: Shown, { door, signal }: Way): Promise<void> {
    const text = textOf(shown);
    if (text === shown.text) return;
    shown.text = text;
    const { account, channel, thread } = shown.turn.envelope;
    const part = { account, channel, thread, text, buttons: [], files: [], nonce: `progress-${shown.turn.id}-${shown.turn.token}`, isProgress: true };
    const limited = AbortSignal.any([signal, AbortSignal.timeout(SEND_MS)]);
    if (shown.message === undefined) shown.message = await door.send(part, limited);
    else await door.edit?.(shown.message, part, limited);
    if (shown.message === "") this.stop(shown);
  }
}

function textOf({ done, now, beganMs }: Shown): string {
  const seconds = Math.round((performance.now() - beganMs) / 1000);
  const steps = done === 0 ? "" : `, ${done} ${done === 1 ? "step" : "steps"} done`;
  return `Working on it: ${seconds} s${steps}${now === "" ? "" : `, now ${now}`}. /stop ends it.`;
}

function isSame(one: Address, other: Address | Part): boolean {
  return one.platform === other.platform && one.account === other.account && one.channel === other.channel && one.thread === other.thread;
}
