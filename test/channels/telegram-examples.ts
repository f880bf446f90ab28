// Updates as Telegram documents them, word for word: https://core.telegram.org/bots/webhooks#testing-your-bot-with-updates
const PERSON = { last_name: "Test Lastname", id: 1_111_111, first_name: "Test Firstname", username: "Testusername" };
const CHAT = { ...PERSON, type: "private" };
const MESSAGE = { date: 1_441_645_532, chat: CHAT, message_id: 1_365, from: PERSON };
const CAME = { account: "123456", channel: "1111111", id: "1111111/1365", sender: "1111111", sentMs: 1_441_645_532_000 };

export interface Example {
  readonly name: string;
  readonly update: Readonly<Record<string, unknown>>;
  /** What arrives, without its files; undefined if nothing does. */
  readonly arrives?: Readonly<Record<string, unknown>>;
  /** Name, type and size of each. */
  readonly files?: readonly (readonly [string, string, number])[];
}

export const EXAMPLES: readonly Example[] = [
  {
    name: "message with text, of a chat without a type",
    update: { message: { date: 1_441_645_532, chat: { last_name: "Test Lastname", id: 1_111_111, first_name: "Test", username: "Test" }, message_id: 1_365, from: { last_name: "Test Lastname", id: 1_111_111, first_name: "Test", username: "Test" }, text: "/start" } },
    arrives: { ...CAME, text: "/start" },
  },
  { name: "message with text", update: { message: { ...MESSAGE, text: "/start" } }, arrives: { ...CAME, text: "/start" } },
  {
    name: "forwarded message",
    update: { message: { ...MESSAGE, forward_from: { last_name: "Forward Lastname", id: 222_222, first_name: "Forward Firstname" }, forward_date: 1_441_645_550, text: "/start" } },
    arrives: { ...CAME, text: "" },
    files: [["forwarded.txt", "text/plain", 6]],
  },
  {
    name: "forwarded channel message",
    update: { message: { ...MESSAGE, forward_from: { id: -10_000_000_000, type: "channel", title: "Test channel" }, forward_date: 1_441_645_550, text: "/start" } },
    arrives: { ...CAME, text: "" },
    files: [["forwarded.txt", "text/plain", 6]],
  },
  {
    name: "message with a reply",
    update: { message: { ...MESSAGE, text: "/start", reply_to_message: { date: 1_441_645_000, chat: { last_name: "Reply Lastname", type: "private", id: 1_111_112, first_name: "Reply Firstname", username: "Testusername" }, message_id: 1_334, text: "Original" } } },
    arrives: { ...CAME, text: "/start", repliesTo: "1111111/1334" },
  },
  {
    name: "edited message",
    update: { edited_message: { ...MESSAGE, text: "Edited text", edit_date: 1_441_646_600 } },
    arrives: { ...CAME, id: "1111111/1365/10000", edits: "1111111/1365", text: "Edited text", sentMs: 1_441_646_600_000 },
  },
  {
    name: "message with entities",
    update: { message: { ...MESSAGE, text: "Bold and italics", entities: [{ type: "italic", offset: 9, length: 7 }, { type: "bold", offset: 0, length: 4 }] } },
    arrives: { ...CAME, text: "Bold and italics" },
  },
  {
    name: "message with audio",
    update: { message: { ...MESSAGE, audio: { file_id: "AwADBAADbXXXXXXXXXXXGBdhD2l6_XX", duration: 243, mime_type: "audio/mpeg", file_size: 3_897_500, title: "Test music file" } } },
    arrives: { ...CAME, text: "" },
    files: [["audio.mp3", "audio/mpeg", 3_897_500]],
  },
  {
    name: "voice message",
    update: { message: { ...MESSAGE, voice: { file_id: "AwADBAADbXXXXXXXXXXXGBdhD2l6_XX", duration: 5, mime_type: "audio/ogg", file_size: 23_000 } } },
    arrives: { ...CAME, text: "" },
    files: [["voice.ogg", "audio/ogg", 23_000]],
  },
  {
    name: "message with a document",
    update: { message: { ...MESSAGE, document: { file_id: "AwADBAADbXXXXXXXXXXXGBdhD2l6_XX", file_name: "Testfile.pdf", mime_type: "application/pdf", file_size: 536_392 } } },
    arrives: { ...CAME, text: "" },
    files: [["Testfile.pdf", "application/pdf", 536_392]],
  },
  { name: "inline query", update: { inline_query: { id: 134_567_890_097, from: CHAT, query: "inline query", offset: "" } } },
  { name: "chosen inline query", update: { chosen_inline_result: { result_id: "12", from: CHAT, query: "inline query", inline_message_id: "1234csdbsk4839" } } },
  { name: "callback query of a message sent inline", update: { callback_query: { id: "4382bfdwdsb323b2d9", from: CHAT, data: "Data from button callback", inline_message_id: "1234csdbsk4839" } } },
];
