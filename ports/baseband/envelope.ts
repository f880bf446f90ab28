// The one shape of a message that comes in, whatever its platform.
import { z } from "zod";

const name = z.string().min(1).max(500);

export const attachmentSchema = z.strictObject({
  /** SHA-256 of bytes that the store keeps. */
  hash: z.string().regex(/^[0-9a-f]{64}$/),
  name: z.string().max(500),
  type: z.string().max(200),
  size: z.int().min(0),
});

export type Attachment = z.output<typeof attachmentSchema>;

/** A file that a platform keeps, and that is still to be fetched from there. */
export const arrivingSchema = z.strictObject({
  /** By which the platform's frontend finds it again. */
  reference: z.string().min(1).max(4_000),
  name: z.string().max(500),
  type: z.string().max(200),
  /** Absent where the platform does not tell before. */
  size: z.int().min(0).optional(),
});

export type Arriving = z.output<typeof arrivingSchema>;

/** The most characters of a message. */
export const LONGEST_TEXT = 65_536;

export const envelopeSchema = z.strictObject({
  /** The platform's own id of the message: the same when it is delivered again. */
  id: name,
  platform: z.string().regex(/^[a-z][a-z0-9-]{0,40}$/),
  /** Which of our accounts there received it. */
  account: name,
  channel: name,
  /** Empty outside threads. */
  thread: z.string().max(500).default(""),
  /** The platform's id of who sent it. */
  sender: name,
  // The next three are overwritten on acceptance: nobody outside says who they are or how far they are trusted.
  /** Who the sender is to us, from the allow-list. */
  identity: z.string().default(""),
  /** The conversation, and so the cell, that the message belongs to. */
  session: z.string().default(""),
  /** Empty for an operator's own message, which is trusted; else "platform sender". */
  label: z.string().default(""),
  body: z.strictObject({
    text: z.string().max(LONGEST_TEXT),
    /** What there is to say about the text, such as which earlier message it corrects. */
    parts: z.array(z.strictObject({ kind: z.string().max(40), text: z.string().max(LONGEST_TEXT) })).max(100).default([]),
  }),
  attachments: z.array(attachmentSchema).max(20).default([]),
  /** Files that are still to come: until then its turn is not leased. */
  arriving: z.array(arrivingSchema).max(20).optional(),
  /** Milliseconds since the epoch, by the clock that stamps inputs. */
  received: z.int().min(0),
});

export type Envelope = z.output<typeof envelopeSchema>;
/** What a frontend gives: defaults may be left out. */
export type Arrival = z.input<typeof envelopeSchema>;
