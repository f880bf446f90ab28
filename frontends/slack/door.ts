// The way out: messages with buttons and files, and texts put in the place of others.
import { z } from "zod";
import type { Button, Door, OutgoingPart } from "../channel.js";
import type { SlackApi } from "./api.js";
import { messageId, timestampOf } from "./arrivals.js";
import { upload } from "./files.js";
import { escaped, MESSAGE_CHARACTERS, SECTION_CHARACTERS, split } from "./text.js";

/** Of a button's label, and of the buttons in one block. https://docs.slack.dev/reference/block-kit/block-elements/button-element */
const LABEL_CHARACTERS = 75;
const BUTTONS_OF_BLOCK = 25;

const posted = z.object({ ts: z.string(), channel: z.string() });
const done = z.object({});

export function slackDoor(api: SlackApi): Door {
  return {
    // Slack documents no nonce for chat.postMessage: it takes a client_msg_id, and pays no heed to it.
    dropsRepeated: false,
    hasButtons: true,
    split: (text) => split(text, MESSAGE_CHARACTERS),
    send: (part, signal) => (part.files.length > 0 ? share(api, part, signal) : post(api, part, signal)),
    edit: async (message, part, signal) => {
      await api.call("chat.update", { channel: part.channel, ts: timestampOf(message), text: escaped(part.text), blocks: blocksOf(part) }, done, signal);
    },
  };
}

/** Without previews: they would fetch whatever address a text names, and tell its server. */
async function post(api: SlackApi, part: OutgoingPart, signal: AbortSignal): Promise<string> {
  const { ts, channel } = await api.call("chat.postMessage", {
    channel: part.channel, ...threadOf(part), text: escaped(part.text), ...(part.buttons.length > 0 ? { blocks: blocksOf(part) } : {}),
    unfurl_links: false, unfurl_media: false,
  }, posted, signal);
  return messageId(channel, ts);
}

/** Nobody sees a file before the last request, which also has the text: so the outcome is one. Slack does not tell that message's id. */
async function share(api: SlackApi, part: OutgoingPart, signal: AbortSignal): Promise<string> {
  const files: { id: string; title: string }[] = [];
  for (const file of part.files) files.push({ id: await upload(api, file, signal), title: file.name });
  const words = part.buttons.length > 0 ? { blocks: blocksOf(part) } : part.text === "" ? {} : { initial_comment: escaped(part.text) };
  await api.call("files.completeUploadExternal", { files, channel_id: part.channel, ...threadOf(part), ...words }, done, signal);
  return "";
}

function threadOf({ thread }: OutgoingPart): { readonly thread_ts?: string } {
  return thread === "" ? {} : { thread_ts: thread };
}

/** None without buttons: an empty list takes those away that were there. */
function blocksOf({ text, buttons }: OutgoingPart): readonly unknown[] {
  if (buttons.length === 0) return [];
  const sections = text === "" ? [] : split(text, SECTION_CHARACTERS).map((piece) => ({ type: "section", text: { type: "mrkdwn", text: escaped(piece), verbatim: true } }));
  const rows = Array.from({ length: Math.ceil(buttons.length / BUTTONS_OF_BLOCK) }, (_, row) => buttons.slice(row * BUTTONS_OF_BLOCK, (row + 1) * BUTTONS_OF_BLOCK));
  return [...sections, ...rows.map((row) => ({ type: "actions", elements: row.map(element) }))];
}

function element({ label, says }: Button, index: number): unknown {
  const text = label.length > LABEL_CHARACTERS ? `${label.slice(0, LABEL_CHARACTERS - 1)}…` : label;
  return { type: "button", action_id: `says-${index}`, text: { type: "plain_text", text, emoji: false }, value: says };
}
