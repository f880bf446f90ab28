// What a wire format is: how a request is written in it, and how the events of the answer are read.
import { z } from "zod";
import type { ServerEvent } from "./events.js";
import { malformed } from "./failure.js";
import type { Completion, Image, Message, Request } from "./provider.js";

export interface Wire {
  /** Below the provider's address. */
  readonly path: string;
  /** Without a key for endpoints that want none. */
  headers(key: string | undefined): Readonly<Record<string, string>>;
  body(request: Request, options: WireOptions): Readonly<Record<string, unknown>>;
  /** Reads one answer. */
  reader(provider: string, model: string, onText: (piece: string) => void): AnswerReader;
}

export interface WireOptions {
  /** OpenAI's own Chat Completions want `max_completion_tokens`; many that speak it know only `max_tokens`. */
  readonly limitName: string;
}

export interface AnswerReader {
  /** Fails with a ProviderError. */
  take(event: ServerEvent): void;
  /** True once nothing more is to come. */
  readonly isOver: boolean;
  /** The whole answer; undefined if its end has not come. */
  completion(): Completion | undefined;
}

/** The event's data as JSON of this shape; further fields are left alone. */
export function dataOf<Shape>(provider: string, { data }: ServerEvent, shape: z.ZodType<Shape>): Shape {
  const parsed = shape.safeParse(jsonOf(provider, data));
  if (!parsed.success) throw malformed(provider, z.prettifyError(parsed.error).slice(0, 300));
  return parsed.data;
}

/** Levels of arrays and objects in an event or in arguments of a call: more than any schema has, and few enough to be written again. */
const DEEPEST = 200;

/** Whether JSON is nested deeper than anything here is taken apart; counted on the text, so that nothing can overflow. */
export function isTooDeep(json: string): boolean {
  let depth = 0;
  for (let at = 0, inText = false; at < json.length; at += 1) {
    const character = json[at];
    if (inText && character === "\\") at += 1;
    else if (character === "\"") inText = !inText;
    else if (!inText && (character === "{" || character === "[") && (depth += 1) > DEEPEST) return true;
    else if (!inText && (character === "}" || character === "]")) depth -= 1;
  }
  return false;
}

function jsonOf(provider: string, data: string): unknown {
  if (isTooDeep(data)) throw malformed(provider, `JSON of more than ${DEEPEST} levels`);
  try {
    return JSON.parse(data);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw malformed(provider, `no JSON: ${data.slice(0, 100)}`);
  }
}

export function systemOf(messages: readonly Message[]): string {
  return messages.filter(({ role }) => role === "system").map(({ text }) => text).join("\n\n");
}

export function base64Of({ bytes }: Image): string {
  return Buffer.from(bytes).toString("base64");
}

/** What a model wants back of its own messages; another model gets nothing of it. */
export function carry(model: string, items: readonly unknown[]): string {
  return items.length === 0 ? "" : JSON.stringify({ model, items });
}

const carriedShape = z.object({ model: z.string(), items: z.array(z.unknown()) });

export function carriedItems({ carried = "" }: Message, model: string): readonly unknown[] {
  if (carried === "") return [];
  const parsed = carriedShape.safeParse(parsedOr(carried, undefined));
  return parsed.success && parsed.data.model === model ? parsed.data.items : [];
}

/** Arguments of a call as the model wrote them; what is no object goes back to it as it was. */
export function argumentsOf(text: string): Readonly<Record<string, unknown>> {
  const value = parsedOr(text === "" ? "{}" : text, undefined);
  return typeof value === "object" && value !== null && !Array.isArray(value) ? value as Record<string, unknown> : { malformed: text };
}

function parsedOr(text: string, otherwise: unknown): unknown {
  if (isTooDeep(text)) return otherwise;
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return otherwise;
    throw error;
  }
}
