// What a provider of models is: the interface behind which every wire, and the genome's own responder, stand.
import type { PortError } from "../port.js";

export interface Message {
  readonly role: "system" | "user" | "assistant" | "tool";
  readonly text: string;
  /** Of a user. */
  readonly images?: readonly Image[];
  /** Of the assistant: the tools that it called. */
  readonly calls?: readonly ToolCall[];
  /** Of a tool: the id of the call that this answers. */
  readonly call?: string;
  /** Of the assistant: what the completion had under this name. */
  readonly carried?: string;
}

export interface Image {
  readonly type: string;
  readonly bytes: Uint8Array;
}

export interface Tool {
  readonly name: string;
  readonly description: string;
  /** JSON Schema of an object. */
  readonly parameters: Readonly<Record<string, unknown>>;
}

export interface ToolCall {
  readonly id: string;
  readonly name: string;
  /** What the model wrote: JSON if all is well. */
  readonly arguments: string;
}

export const THINKING_LEVELS = ["off", "low", "medium", "high"] as const;
export type ThinkingLevel = (typeof THINKING_LEVELS)[number];

/** `none`: it cannot. `budget`: so many tokens. `adaptive`: as much as it wants, at an effort. `always`: the same, and cannot be told not to. */
export const THINKING_KINDS = ["none", "budget", "adaptive", "always"] as const;
export type ThinkingKind = (typeof THINKING_KINDS)[number];

export interface Request {
  /** One of the provider's models. */
  readonly model: Model;
  readonly messages: readonly Message[];
  readonly tools: readonly Tool[];
  readonly thinking: ThinkingLevel;
  /** Of the answer and of what is thought before it. */
  readonly maxTokens: number;
  readonly temperature?: number;
  /** The same for every run of one intent: hand it on where the wire takes one. */
  readonly idempotencyKey: string;
}

export interface Completion {
  readonly text: string;
  readonly calls?: readonly ToolCall[];
  /** "length": the text was cut off at the limit. "tools": it waits for what the calls answer. */
  readonly stop: "end" | "length" | "refusal" | "tools";
  /** What the same model wants back with this message, such as its thoughts, sealed. */
  readonly carried?: string;
  /** Absent where the provider does not tell. */
  readonly inputTokens?: number;
  readonly outputTokens?: number;
}

export interface Model {
  readonly name: string;
  /** What the provider calls it, if not by its name. */
  readonly id?: string;
  /** Tokens that it reads and writes at most. */
  readonly contextTokens: number;
  readonly tags: readonly string[];
  readonly usdCentsPerMillionInput: number;
  readonly usdCentsPerMillionOutput: number;
  /** Absent: it cannot. */
  readonly thinking?: ThinkingKind;
}

export interface Provider {
  readonly name: string;
  readonly models: readonly Model[];
  /** What is missing before it can be asked, such as a key; undefined if nothing. */
  missing?(): string | undefined;
  /**
   * Rejects with a PortError: `retryable` if it may pass (`retryAfterMs` where it is known when), one of `isElsewhere` if
   * only another provider may do better; else the request is at fault. `isBilled` of it tells whether it may have cost
   * something. A stream that is cut short is a failure. `onText` gets pieces as they come.
   */
  complete(request: Request, signal: AbortSignal, onText: (piece: string) => void): Promise<Completion>;
  close?(): Promise<void>;
}

export function idOf({ id, name }: Model): string {
  return id ?? name;
}

const ELSEWHERE: ReadonlySet<string> = new Set([
  "router-no-key", "router-unauthorised", "router-no-credit", "router-unknown-at-provider", "router-too-long", "router-redirected", "router-not-a-stream", "router-no-images",
]);

/** True of a failure that another provider may not have. */
export function isElsewhere(error: PortError): boolean {
  return error.retryable || ELSEWHERE.has(error.code) || error.code.startsWith("vault-");
}

/** Tokens that a level of thinking adds to those of the answer. */
const ALLOWANCES: Readonly<Record<ThinkingLevel, number>> = { off: 0, low: 2_048, medium: 8_192, high: 24_576 };

export function isThoughtless({ thinking = "none" }: Model): boolean {
  return thinking === "none";
}

/** The level at which a model does think when it is asked for one. */
export function effectiveLevel({ thinking = "none" }: Model, level: ThinkingLevel): ThinkingLevel {
  if (thinking === "none") return "off";
  return thinking === "always" && level === "off" ? "low" : level;
}

export function thinkingTokens(model: Model, level: ThinkingLevel): number {
  return ALLOWANCES[effectiveLevel(model, level)];
}
