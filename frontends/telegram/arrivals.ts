// What Telegram's updates mean: messages, edits and presses that are for us; pure.
import type { ArrivingFile, ChannelArrival, KeptFile } from "../channel.js";
import type { CallbackQuery, Message, MessageEntity, Update } from "./client.js";

/** Who we are there. */
export interface Account {
  readonly id: number;
  /** Without the at sign. */
  readonly username: string;
}

/** Fetches a file of Telegram's by its id. */
export type FileReader = (id: string, mostBytes: number, signal: AbortSignal) => Promise<Uint8Array>;

/** What `getUpdates` and `setWebhook` are asked for. */
export const UPDATE_KINDS = ["message", "edited_message", "callback_query"] as const;

/**
 * What an update says to us; undefined of what is for others. Messages are named `CHAT/MESSAGE`, because numbers of messages
 * repeat between chats; an edit or a press has a third part, which is its own.
 */
export function arrivalOf(update: Update, account: Account, read: FileReader): ChannelArrival | undefined {
  if (update.callback_query !== undefined) return pressOf(update.callback_query, account);
  const edited = update.edited_message;
  const message = edited ?? update.message;
  if (message === undefined) return undefined;
  const text = addressed(message, account);
  if (text === undefined || !isPersons(message)) return undefined;
  const files = [...forwardedText(message, text), ...filesOf(message, read)];
  const said = isForwarded(message) ? "" : text;
  if (said.trim() === "" && files.length === 0) return undefined;
  const id = nameOf(message.chat.id, message.message_id);
  return {
    ...placeOf(message, account),
    id: edited === undefined ? id : `${id}/${update.update_id}`,
    sender: String(message.from?.id),
    text: said,
    ...(files.length > 0 && { files }),
    ...(edited !== undefined && { edits: id }),
    ...repliedTo(message),
    sentMs: (message.edit_date ?? message.date) * 1_000,
  };
}

/** As arrivals and the door name a message. */
export function nameOf(chat: number | string, message: number): string {
  return `${chat}/${message}`;
}

/** The number within its chat of a message, or of the one that an edit or a press is about. */
export function numberOf(name: string | undefined): number | undefined {
  const number = Number(name?.split("/")[1]);
  return Number.isSafeInteger(number) && number > 0 ? number : undefined;
}

function pressOf({ id, from, message, data }: CallbackQuery, account: Account): ChannelArrival | undefined {
  // A button under a message that was sent through us into a chat where we are not tells no chat.
  if (message === undefined || data === undefined || from.is_bot) return undefined;
  const name = nameOf(message.chat.id, message.message_id);
  return { ...placeOf(message, account), id: `${name}/${id}`, sender: String(from.id), text: data, repliesTo: name };
}

function placeOf(message: Pick<Message, "chat"> & Partial<Message>, account: Account): Pick<ChannelArrival, "account" | "channel" | "thread"> {
  const { message_thread_id, is_topic_message } = message;
  return {
    account: String(account.id), channel: String(message.chat.id),
    // Groups without topics number their chains of replies too, and take no message with such a number.
    ...(is_topic_message === true && message_thread_id !== undefined && { thread: String(message_thread_id) }),
  };
}

/** Anonymous administrators and channels speak under one name for many, bots under nobody's. */
function isPersons({ from, sender_chat }: Message): boolean {
  return from !== undefined && from.is_bot !== true && sender_chat === undefined;
}

function repliedTo({ chat, reply_to_message: replied }: Message): Pick<ChannelArrival, "repliesTo"> {
  return replied === undefined || replied.forum_topic_created !== undefined ? {} : { repliesTo: nameOf(chat.id, replied.message_id) };
}

/** What is said without our name before it; undefined if it is for others. In a group we are meant by mention, command or reply. */
function addressed(message: Message, account: Account): string | undefined {
  const { chat, text = message.caption ?? "", entities = message.caption_entities ?? [], reply_to_message: replied } = message;
  const isPrivate = chat.type === "private" || chat.type === undefined;
  const command = entities.find(({ type, offset }) => type === "bot_command" && offset === 0);
  if (command !== undefined) return commandText(text, command, account);
  const mention = entities.find((entity) => isMention(entity, text, account));
  const isReply = replied?.from?.id === account.id && replied.forum_topic_created === undefined;
  if (!isPrivate && mention === undefined && !isReply) return undefined;
  return mention?.offset === 0 ? text.slice(mention.length).replace(/^[\s,:]+/, "") : text;
}

/** `/start` is what Telegram says for a person who opens a chat with a bot, with what the link to it carried. */
function commandText(text: string, { length }: MessageEntity, { username }: Account): string | undefined {
  const [name = "", addressee] = text.slice(0, length).split("@");
  if (addressee !== undefined && !isSame(addressee, username)) return undefined;
  return name === "/start" ? "/help" : `${name}${text.slice(length)}`;
}

function isMention({ type, offset, length, user }: MessageEntity, text: string, { id, username }: Account): boolean {
  if (type === "text_mention") return user?.id === id;
  return type === "mention" && isSame(text.slice(offset, offset + length), `@${username}`);
}

function isSame(name: string, other: string): boolean {
  return name.toLowerCase() === other.toLowerCase();
}

/** Also as it was told before version 7.0 of the Bot API. */
function isForwarded(message: Message): boolean {
  return message.forward_origin !== undefined || "forward_date" in message;
}

/** Words of others that a person passes on are no words of that person's: they come as a file, and so as from outside. */
function forwardedText(message: Message, text: string): ArrivingFile[] {
  if (!isForwarded(message) || text === "") return [];
  const bytes = Buffer.from(text);
  return [{ name: "forwarded.txt", type: "text/plain", size: bytes.length, read: async () => bytes }];
}

interface TelegramFile {
  readonly file_id: string;
  readonly file_size?: number;
  readonly file_name?: string;
  readonly mime_type?: string;
}

function filesOf(message: Message, read: FileReader): ArrivingFile[] {
  const { photo = [], document, audio, voice, video, video_note, animation, sticker } = message;
  const largest = [...photo].sort((one, other) => one.width * one.height - other.width * other.height).at(-1);
  const found: readonly [TelegramFile | undefined, string, string][] = [
    [largest, "photo.jpg", "image/jpeg"],
    // An animation comes as a document besides, for old programs.
    [animation ?? document, "document", "application/octet-stream"],
    [audio, "audio.mp3", "audio/mpeg"],
    [voice, "voice.ogg", "audio/ogg"],
    [video, "video.mp4", "video/mp4"],
    [video_note, "video.mp4", "video/mp4"],
    [sticker, "sticker.webp", "image/webp"],
  ];
  return found.flatMap(([file, name, type]) => file === undefined ? [] : [readFrom({
    reference: file.file_id, name: file.file_name ?? name, type: file.mime_type ?? type, ...(file.file_size !== undefined && { size: file.file_size }),
  }, read)]);
}

/** Telegram keeps a file under its id for as long as the bot has its token: https://core.telegram.org/bots/api#file */
export function readFrom(kept: KeptFile, read: FileReader): ArrivingFile {
  return { ...kept, read: (mostBytes, signal) => read(kept.reference, mostBytes, signal) };
}
