// Which files of people are let in: the genome's policy, which can only tighten what is set here.
import { z } from "zod";
import type { World } from "../epigenome/index.js";
import { expected } from "./host-error.js";
import type { Log } from "./host-log.js";
import { policyOf } from "./host-policy.js";

const LARGEST_BYTES = 64 << 20;
const MOST_FILES = 20;

export const mediaPolicy = z.strictObject({
  types: z.array(z.string().regex(/^[a-z*]+\/[a-z0-9.+*-]+$/, "A type is like image/png or image/*")).max(1_000),
  "most-bytes": z.int().min(0).max(LARGEST_BYTES),
  "most-files": z.int().min(0).max(MOST_FILES),
});
export type MediaPolicy = z.output<typeof mediaPolicy>;

const CLOSED: MediaPolicy = { types: [], "most-bytes": 0, "most-files": 0 };

/** That of the genome in force. Nothing is let in by a genome without one, or with one that cannot be used, which the log tells. */
export function mediaOf(world: World, log: Log): MediaPolicy {
  try {
    return policyOf(world, "(genome policy media)", "media", mediaPolicy) ?? CLOSED;
  } catch (error) {
    log("error", { error: expected(error)?.message ?? String(error) }, "policy/media.scm cannot be used: no file is let in");
    return CLOSED;
  }
}

const TYPE = /^[a-z0-9!#$&^_.+-]{1,100}\/[a-z0-9!#$&^_.+-]{1,100}$/;

/** A media type as policies name it: in small letters, without parameters; of what is none, that of bytes. https://www.rfc-editor.org/rfc/rfc6838#section-4.2 */
export function mediaType(text: string): string {
  const [type = ""] = text.slice(0, 500).toLowerCase().split(";");
  return TYPE.test(type.trim()) ? type.trim() : "application/octet-stream";
}

/** Whether a file may come in; else why not. */
export function mediaProblem(policy: MediaPolicy, { type, size }: { readonly type: string; readonly size?: number }): string | undefined {
  const fits = (pattern: string): boolean => pattern === "*/*" || pattern === type || (pattern.endsWith("/*") && type.startsWith(pattern.slice(0, -1)));
  if (!policy.types.some(fits)) return `files of the type ${type} are not let in`;
  return sizeProblem(policy, size);
}

/** The same by its size alone, which a platform may tell sooner than its type. */
export function sizeProblem(policy: MediaPolicy, size: number | undefined): string | undefined {
  if (size !== undefined && size > policy["most-bytes"]) return `it has ${size} bytes, and at most ${policy["most-bytes"]} are let in`;
  return undefined;
}
