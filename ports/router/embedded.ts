// The provider that needs no key and no network: the genome's own responder.
import type { Message, Provider } from "./provider.js";

/** Answers the messages by rules; the host wires it to the genome. */
export type Responder = (messages: readonly Message[], signal: AbortSignal) => Promise<string> | string;

/** Its one model is called "embedded", costs nothing and counts no tokens. */
export function embeddedProvider(respond: Responder): Provider {
  return {
    name: "embedded",
    models: [{ name: "embedded", contextTokens: 1_000_000, tags: ["embedded", "free"], usdCentsPerMillionInput: 0, usdCentsPerMillionOutput: 0 }],
    async complete({ messages }, signal, onText) {
      const text = await respond(messages, signal);
      onText(text);
      return { text, stop: "end", inputTokens: 0, outputTokens: 0 };
    },
  };
}
