// The way out to Telegram: texts, buttons, photos and documents, each sent once.
import type { Door, OutgoingFile, OutgoingPart } from "../channel.js";
import { ChannelError } from "../channel.js";
import { nameOf, numberOf } from "./arrivals.js";
import { type Api, answered, InputFile, type Message } from "./client.js";
import { LONGEST_TEXT, splitText } from "./split.js";

/** Of a photo or document, in UTF-16 code units: https://core.telegram.org/bots/api#senddocument */
const LONGEST_CAPTION = 1_024;
/** Larger ones go as documents, in bytes: https://core.telegram.org/bots/api#sendphoto */
const LARGEST_PHOTO = 10_000_000;
const PHOTO_TYPES = new Set(["image/jpeg", "image/png", "image/webp"]);
const BUTTONS_IN_A_ROW = 3;
/** Parts that went out by half, of which it is remembered how far. */
const MOST_BEGUN = 1_000;

export function createDoor(api: Api): Door {
  // A part with files takes several requests: one that is tried again goes on after those that Telegram has taken.
  const begun = new Map<string, number[]>();
  return {
    // The Bot API knows no key of the sender's by which it would drop what it has seen.
    dropsRepeated: false,
    hasButtons: true,
    split: (text) => splitText(text),
    async send(part, signal) {
      const sent = begun.get(part.nonce) ?? [];
      const requests = requestsOf(api, part);
      try {
        for (const request of requests.slice(sent.length)) sent.push((await request(signal)).message_id);
        begun.delete(part.nonce);
      } catch (error) {
        if (sent.length > 0 && begun.size < MOST_BEGUN) begun.set(part.nonce, sent);
        throw error;
      }
      return nameOf(part.channel, sent[0] as number);
    },
    async edit(message, part, signal) {
      const text = splitText(part.text, LONGEST_TEXT)[0] ?? "";
      const parameters = { chat_id: part.channel, message_id: numberOf(message) ?? 0, text, ...QUIET, ...buttonsOf(part) };
      try {
        await answered("editMessageText", api.editMessageText(parameters, signal));
      } catch (error) {
        if (!(error instanceof ChannelError && error.code === "telegram-not-modified")) throw error;
      }
    },
  };
}

type Request = (signal: AbortSignal) => Promise<Message>;

/** An address in a text is not fetched for a preview: what a model writes must not reach strangers before a person follows it. */
const QUIET = { link_preview_options: { is_disabled: true } } as const;

/** The text first, alone or under the first file, buttons under the last. */
function requestsOf(api: Api, part: OutgoingPart): readonly Request[] {
  const { files, text } = part;
  const where = whereOf(part);
  const isCaption = files.length > 0 && text.length <= LONGEST_CAPTION;
  const messages: readonly ((more: object) => Request)[] = [
    ...(isCaption || text === "" ? [] : [(more: object): Request => (signal) => answered("sendMessage", api.sendMessage({ ...where, text, ...QUIET, ...more }, signal))]),
    ...files.map((file, index) => (more: object): Request => (signal) =>
      sendFile(api, file, { ...where, ...(isCaption && index === 0 && text !== "" && { caption: text }), ...more }, signal)),
  ];
  return messages.map((message, index) => message(index === messages.length - 1 ? buttonsOf(part) : {}));
}

function sendFile(api: Api, { name, type, bytes }: OutgoingFile, parameters: ReturnType<typeof whereOf>, signal: AbortSignal): Promise<Message> {
  const file = new InputFile(bytes, { filename: name, contentType: type });
  if (PHOTO_TYPES.has(type) && bytes.length <= LARGEST_PHOTO) return answered("sendPhoto", api.sendPhoto({ ...parameters, photo: file }, signal));
  return answered("sendDocument", api.sendDocument({ ...parameters, document: file, disable_content_type_detection: true }, signal));
}

function whereOf({ channel, thread, repliesTo, isProgress }: OutgoingPart): { chat_id: string; message_thread_id?: number } {
  const replied = numberOf(repliesTo);
  return {
    chat_id: channel,
    ...(thread !== "" && { message_thread_id: Number(thread) }),
    ...(replied !== undefined && { reply_parameters: { message_id: replied, allow_sending_without_reply: true } }),
    ...(isProgress && { disable_notification: true }),
  };
}

function buttonsOf({ buttons }: OutgoingPart): { reply_markup?: { inline_keyboard: { text: string; callback_data: string }[][] } } {
  if (buttons.length === 0) return {};
  const rows = Array.from({ length: Math.ceil(buttons.length / BUTTONS_IN_A_ROW) }, (_, row) =>
    buttons.slice(row * BUTTONS_IN_A_ROW, (row + 1) * BUTTONS_IN_A_ROW).map(({ label, says }) => ({ text: label, callback_data: says })));
  return { reply_markup: { inline_keyboard: rows } };
}
