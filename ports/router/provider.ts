// What a provider of models is: the interface behind which every wire, and the genome's own responder, stand.

export interface Message {
  readonly role: "system" | "user" | "assistant" | "tool";
  readonly text: string;
}

export interface Request {
  /** One of the provider's models. */
  readonly model: string;
  readonly messages: readonly Message[];
  readonly maxTokens: number;
  readonly temperature?: number;
  /** The same for every run of one intent: hand it on where the wire takes one. */
  readonly idempotencyKey: string;
}

export interface Completion {
  readonly text: string;
  /** "length": the text was cut off at the limit. */
  readonly stop: "end" | "length" | "refusal";
  readonly inputTokens: number;
  readonly outputTokens: number;
}

export interface Model {
  readonly name: string;
  readonly contextTokens: number;
  readonly tags: readonly string[];
  readonly usdCentsPerMillionInput: number;
  readonly usdCentsPerMillionOutput: number;
}

export interface Provider {
  readonly name: string;
  readonly models: readonly Model[];
  /**
   * Rejects with a PortError: `retryable` if the fault is the provider's and another may do better (`retryAfterMs` where it says
   * when), else the request is at fault. A stream that is cut short is a failure. `onText` gets pieces as they come.
   */
  complete(request: Request, signal: AbortSignal, onText: (piece: string) => void): Promise<Completion>;
  close?(): Promise<void>;
}
