// What a publish says to us, and the name by which its answer finds the way back; pure.
import { createHash } from "node:crypto";
import type { IPublishPacket } from "mqtt";
import { type ArrivingFile, type ChannelArrival, ChannelError } from "../channel.js";
import type { Place, TopicTree } from "./topics.js";

/** Of what the sender calls the message. */
const LONGEST_ID = 100;
/** Of a whole name, as the baseband takes it, with room to spare. */
const LONGEST_NAME = 480;
const MOST_FILES = 20;

/** What is said: a text, or an object of JSON that has one. */
export interface Said {
  readonly text: string;
  /** The sender's own, and the same when it sends again. */
  readonly id?: string;
  readonly edits?: string;
  readonly repliesTo?: string;
  readonly files: readonly ArrivingFile[];
}

/** Where a v5 sender wants the answer, and what it knows it by. */
export interface Response {
  readonly topic: string;
  /** base64url. */
  readonly correlation?: string;
}

/** Undefined of what is no text. */
export function saidOf({ payload, properties }: Pick<IPublishPacket, "payload" | "properties">): Said | undefined {
  const text = decoded(payload);
  if (text === undefined || text === "") return undefined;
  const property = properties?.userProperties?.["id"];
  const own = { text, id: Array.isArray(property) ? property[0] : property, files: [] };
  return text.trimStart().startsWith("{") ? { ...own, ...objectOf(text) } : own;
}

/** `id` names what the sender has not named. */
export function arrivalOf(place: Place, said: Said, response: Response | undefined, account: string, id: string): ChannelArrival {
  const { sender, channel, thread } = place;
  return {
    account, channel, sender, text: said.text,
    id: nameOf(sender, said.id ?? id, response),
    ...(thread !== "" && { thread }),
    ...(said.files.length > 0 && { files: said.files }),
    ...(said.edits !== undefined && { edits: nameOf(sender, said.edits) }),
    ...(said.repliesTo !== undefined && { repliesTo: said.repliesTo }),
  };
}

/** The response that a sender asks for; undefined if it asks for none, `refused` if it may not have it. */
export function responseOf({ properties }: Pick<IPublishPacket, "properties">, place: Place, tree: TopicTree): Response | "refused" | undefined {
  const topic = properties?.responseTopic;
  if (topic === undefined) return undefined;
  const response = { topic, ...(properties?.correlationData !== undefined && { correlation: properties.correlationData.toString("base64url") }) };
  const isShort = nameOf(place.sender, "x".repeat(LONGEST_ID), response).length <= LONGEST_NAME;
  return isShort && tree.mayAnswerAt(topic, place) ? response : "refused";
}

/** What was asked of the message that an answer is for, read off its name: it is known also in another life of the process. */
export function askedBy(name: string): { readonly sender: string; readonly id: string; readonly response?: Response } {
  const [path = "", query = ""] = name.split("?");
  const [sender = "", id = ""] = path.split("/").map(decodeURIComponent);
  const asked = new URLSearchParams(query);
  const [topic, correlation] = [asked.get("response"), asked.get("correlation")];
  return { sender, id, ...(topic !== null && { response: { topic, ...(correlation !== null && { correlation }) } }) };
}

/** Nobody can take the name of another's message: names begin with the sender. */
function nameOf(sender: string, id: string, response?: Response): string {
  const own = encodeURIComponent(id);
  const short = own.length <= LONGEST_ID ? own : createHash("sha256").update(id).digest("base64url");
  const query = response === undefined ? "" : `?${new URLSearchParams({ response: response.topic, ...(response.correlation !== undefined && { correlation: response.correlation }) })}`;
  return `${encodeURIComponent(sender)}/${short}${query}`;
}

function decoded(payload: string | Buffer): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(Buffer.from(payload));
  } catch {
    return undefined;
  }
}

/** What does not look like a message is a text that happens to be JSON. */
function objectOf(text: string): Partial<Said> {
  try {
    const { text: said, id, edits, repliesTo, files } = JSON.parse(text) as Record<string, unknown>;
    if (typeof said !== "string") return {};
    return { text: said, ...names({ id, edits, repliesTo }), files: Array.isArray(files) ? files.slice(0, MOST_FILES).flatMap(fileOf) : [] };
  } catch {
    return {};
  }
}

function names(given: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(given).filter((entry): entry is [string, string] => typeof entry[1] === "string" && entry[1] !== ""));
}

function fileOf(given: unknown): ArrivingFile[] {
  const { name, type, base64, size = 0 } = (given ?? {}) as Record<string, unknown>;
  if (typeof name !== "string" || typeof type !== "string" || typeof base64 !== "string") return [];
  const bytes = Buffer.from(base64, "base64");
  return [{ name, type, size: Math.max(bytes.length, Number(size) || 0), read: (most) => readable(bytes, most) }];
}

async function readable(bytes: Buffer, most: number): Promise<Uint8Array> {
  if (bytes.length > most) throw new ChannelError("mqtt-file-too-big", `the file is larger than ${most} bytes`, { hint: "Send a smaller one." });
  return bytes;
}
