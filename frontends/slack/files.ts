// Files of both directions: fetched from where Slack keeps them, and brought to where it takes them.
import { z } from "zod";
import { type ArrivingFile, ChannelError, type OutgoingFile } from "../channel.js";
import type { SlackApi } from "./api.js";
import { file, type SlackFile } from "./arrivals.js";

const place = z.object({ upload_url: z.string(), file_id: z.string() });
const info = z.object({ file });
const INFO_MS = 30_000;

/** Uploads a file that nobody sees yet; answers its id. Any error is a `ChannelError`. */
export async function upload(api: SlackApi, { name, bytes }: OutgoingFile, signal: AbortSignal): Promise<string> {
  const { upload_url, file_id } = await api.ask("files.getUploadURLExternal", { filename: name, length: bytes.length }, place, signal);
  const response = await reach(checked(api, upload_url), { method: "POST", body: Buffer.from(bytes), redirect: "manual", signal });
  await response.body?.cancel();
  if (response.status !== 200) throw refused(`Slack took the file ${name} with ${response.status}`, response.status >= 500);
  return file_id;
}

/** As the host has files: read when it wants them. */
export function arriving(api: SlackApi, { id, name, mimetype, size, url_private }: SlackFile): ArrivingFile {
  const type = mimetype ?? "application/octet-stream";
  return { reference: id, name: name ?? id, type, ...(size === undefined ? {} : { size }), read: (mostBytes, signal) => download(api, { id, type, url: url_private ?? "" }, mostBytes, signal) };
}

/** The file of a reference, as Slack tells of it now: an event may have told only its id, and where it lies holds its name. */
export async function referred(api: SlackApi, reference: string): Promise<ArrivingFile> {
  return arriving(api, (await api.ask("files.info", { file: reference }, info, AbortSignal.timeout(INFO_MS))).file);
}

async function download(api: SlackApi, file: { readonly id: string; readonly url: string; readonly type: string }, mostBytes: number, signal: AbortSignal): Promise<Uint8Array> {
  const response = await reach(checked(api, file.url), { headers: { authorization: `Bearer ${await api.botToken()}` }, redirect: "manual", signal });
  const type = response.headers.get("content-type") ?? "";
  // Without the right to it, Slack leads to its sign-in page.
  if (response.status !== 200 || (type.startsWith("text/html") && file.type !== "text/html")) {
    await response.body?.cancel();
    throw refused(`Slack does not hand out the file ${file.id} (${response.status})`, response.status >= 500 || response.status === 429, Number(response.headers.get("retry-after") ?? 0) * 1_000);
  }
  return limited(response, mostBytes);
}

/** Tokens and files go to Slack and to nobody else, whatever address an event names. */
function checked(api: SlackApi, address: string): URL {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url !== undefined && (url.origin === api.address.origin || url.origin === `https://files.${api.address.hostname}`)) return url;
  throw new ChannelError("slack-file-elsewhere", `a file at ${url?.host ?? "no address"} is not Slack's own`, { hint: "Send the file itself, not a link to another service." });
}

async function reach(url: URL, request: RequestInit): Promise<Response> {
  try {
    return await fetch(url, request);
  } catch (error) {
    throw new ChannelError("slack-unreachable", `Slack's files cannot be reached: ${String((error as Error).cause ?? error)}`, { retryable: true });
  }
}

function refused(message: string, retryable: boolean, retryAfterMs = 0): ChannelError {
  return new ChannelError("slack-file-refused", message, { retryable, retryAfterMs, hint: "The app needs the scopes files:read and files:write; was it installed again since they were added?" });
}

async function limited(response: Response, mostBytes: number): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let bytes = Number(response.headers.get("content-length") ?? 0);
  if (bytes <= mostBytes) {
    bytes = 0;
    try {
      for await (const piece of response.body ?? []) {
        bytes += (piece as Uint8Array).length;
        if (bytes > mostBytes) break;
        pieces.push(piece as Uint8Array);
      }
    } catch (error) {
      throw new ChannelError("slack-unreachable", `the file broke off: ${String(error)}`, { retryable: true });
    }
  } else await response.body?.cancel();
  if (bytes > mostBytes) throw new ChannelError("slack-file-too-large", `the file has more than ${mostBytes} bytes`, { hint: "Send a smaller one, or raise the limit of the media policy." });
  return Buffer.concat(pieces);
}
