// What Slack delivers, told as arrivals: messages that are meant for us, edits of them, presses of our buttons, and the command.
import { z } from "zod";
import { type ChannelArrival, ChannelError } from "../channel.js";
import type { Account } from "./api.js";
import { addressedText, decoded, mentions } from "./text.js";

/** Mentions, and files of other workspaces, have nothing but the id. */
export const file = z.object({
  id: z.string(), mode: z.string().optional(), name: z.string().nullish(), mimetype: z.string().optional(), size: z.int().min(0).optional(),
  url_private: z.string().optional(),
});
const message = z.object({
  subtype: z.string().optional(), user: z.string().optional(), bot_id: z.string().nullish(), text: z.string().nullish(), ts: z.string(),
  thread_ts: z.string().optional(), parent_user_id: z.string().optional(), files: z.array(file).optional(),
  edited: z.object({ user: z.string(), ts: z.string() }).optional(),
});
const event = message.extend({
  type: z.enum(["message", "app_mention"]), channel: z.string(), channel_type: z.string().optional(),
  message: message.optional(), previous_message: message.partial({ ts: true }).optional(),
});
const press = z.object({
  trigger_id: z.string(), user: z.object({ id: z.string() }), channel: z.object({ id: z.string() }),
  container: z.object({ message_ts: z.string(), thread_ts: z.string().optional() }),
  actions: z.array(z.object({ type: z.string(), value: z.string().optional(), action_ts: z.string().optional() })).min(1),
});
const command = z.object({ trigger_id: z.string(), user_id: z.string(), channel_id: z.string(), text: z.string().default("") });

type Message = z.output<typeof message>;
type Event = z.output<typeof event>;
export type SlackFile = z.output<typeof file>;
/** An arrival, and its files as Slack has them. */
export interface Told {
  readonly arrival: ChannelArrival;
  readonly files: readonly SlackFile[];
}

/** Other subtypes tell of joins, topics and the like. https://docs.slack.dev/reference/events/message#subtypes */
const SAID = new Set([undefined, "file_share", "thread_broadcast", "me_message"]);
const GONE = new Set(["tombstone", "hidden_by_limit"]);

/** What was said; undefined if it is nothing that was said to us. Throws `slack-unreadable-event` for what is not of Slack's shape. */
export function toldBy(body: unknown, account: Account): Told | undefined {
  const { type, event: { type: kind } = { type: undefined }, command: name } = parsed(z.object({
    type: z.string().optional(), event: z.object({ type: z.string() }).optional(), command: z.string().optional(),
  }), body);
  if (type === "event_callback" && (kind === "message" || kind === "app_mention")) {
    return ofEvent(parsed(z.object({ event }), body).event, account);
  }
  if (type === "block_actions") return ofPress(body, account);
  return type === undefined && name !== undefined ? ofCommand(parsed(command, body), account) : undefined;
}

/** Unique in a workspace, where Slack's own is so in a channel. Of messages, since a mention comes as two events. */
export function messageId(channel: string, ts: string): string {
  return `${channel}:${ts}`;
}

/** Slack's own id of a message, within its channel. */
export function timestampOf(id: string): string {
  return id.slice(id.indexOf(":") + 1);
}

function ofEvent(event: Event, account: Account): Told | undefined {
  if (event.subtype === "message_changed") return ofChange(event, account);
  if (!SAID.has(event.subtype) || !isAddressed(event, event, account)) return undefined;
  return said(event, event, account);
}

/** An edit by a person. A message that is only now meant for us is a new one; what Slack itself changes, as for a preview, is none. */
function ofChange(event: Event, account: Account): Told | undefined {
  const { message: now, previous_message: before, channel } = event;
  if (now?.edited === undefined || !SAID.has(now.subtype) || now.text === before?.text) return undefined;
  const wasAddressed = before === undefined || isAddressed(event, before, account);
  if (!wasAddressed && !isAddressed(event, now, account)) return undefined;
  const told = said(event, now, account);
  if (told === undefined || !wasAddressed) return told;
  const edits = messageId(channel, now.ts);
  return { ...told, arrival: { ...told.arrival, id: `${edits}:${now.edited.ts}`, edits, sender: now.edited.user, sentMs: millisecondsOf(now.edited.ts) } };
}

/** In a channel only a mention, or a reply in a thread that we began. */
function isAddressed({ type, channel, channel_type }: Event, { text, parent_user_id }: Partial<Message>, { user }: Account): boolean {
  if (type === "app_mention" || channel_type === "im" || channel.startsWith("D")) return true;
  return mentions(text ?? "", user) || parent_user_id === user;
}

/** Nothing if it is our own, or another program's: two agents that answer each other never end. */
function said({ channel }: Event, { user, bot_id, text, ts, thread_ts, files = [] }: Message, account: Account): Told | undefined {
  if (user === undefined || user === account.user || (bot_id ?? "") !== "") return undefined;
  const kept = files.filter(({ mode }) => !GONE.has(mode ?? ""));
  const words = addressedText(text ?? "", account.user);
  if (words === "" && kept.length === 0) return undefined;
  return { arrival: { id: messageId(channel, ts), account: account.team, channel, ...threadOf(ts, thread_ts), sender: user, text: words, sentMs: millisecondsOf(ts) }, files: kept };
}

/** The first of several: a press is of one button. Elements of other kinds are not ours. */
function ofPress(body: unknown, account: Account): Told | undefined {
  const { user, channel, container, actions: [action], trigger_id } = parsed(press, body);
  if (action?.type !== "button" || action.value === undefined) return undefined;
  const place = { account: account.team, channel: channel.id, ...threadOf(container.message_ts, container.thread_ts) };
  const sent = action.action_ts === undefined ? {} : { sentMs: millisecondsOf(action.action_ts) };
  return { arrival: { id: trigger_id, ...place, sender: user.id, text: action.value, repliesTo: messageId(channel.id, container.message_ts), ...sent }, files: [] };
}

/** `/ouro status` is our `/status`: Slack keeps all commands that begin with a stroke for itself. */
function ofCommand({ trigger_id, user_id, channel_id, text }: z.output<typeof command>, account: Account): Told {
  return { arrival: { id: trigger_id, account: account.team, channel: channel_id, sender: user_id, text: decoded(text).trim() || "help", isCalled: true }, files: [] };
}

/** The first message of a thread has its own id there. */
function threadOf(ts: string, thread: string | undefined): { readonly thread?: string } {
  return thread === undefined || thread === ts ? {} : { thread };
}

function millisecondsOf(ts: string): number {
  return Math.floor(Number(ts) * 1_000) || 0;
}

function parsed<Shape>(schema: z.ZodType<Shape>, body: unknown): Shape {
  const { success, data, error } = schema.safeParse(body);
  if (success) return data;
  throw new ChannelError("slack-unreadable-event", `an event is not of Slack's shape: ${error.issues.map(({ path, message: what }) => `${path.join(".")}: ${what}`).join("; ")}`);
}
