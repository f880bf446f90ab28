// What goes wrong between a provider and us, each with its stable code.
import { PortError } from "../port.js";

/** `isBilled`: the provider may have worked for it, and nobody says how much. */
type Options = ConstructorParameters<typeof PortError>[2] & { readonly isBilled?: boolean };

/** A failure of a provider. One without `isBilled` came before any model worked. */
export class ProviderError extends PortError {
  readonly isBilled: boolean;

  constructor(code: string, message: string, { isBilled = false, ...options }: Options = {}) {
    super(code, message, options);
    this.isBilled = isBilled;
  }
}

export function streamCut(provider: string): ProviderError {
  return new ProviderError("router-stream-cut", `${provider} ended its answer in the middle`, { retryable: true, isBilled: true, hint: "What came is no answer; it is tried again, or elsewhere." });
}

export function malformed(provider: string, what: string): ProviderError {
  return new ProviderError("router-malformed", `${provider} answered what its wire does not have: ${what}`, { retryable: true, isBilled: true, hint: "Check that the provider's :wire in policy/models.scm is the one that it speaks." });
}

export function timedOut(provider: string, what: string): ProviderError {
  return new ProviderError("router-timeout", `${provider} ${what}`, { retryable: true, isBilled: true });
}

export function tooLong(provider: string, what: string): ProviderError {
  return new ProviderError("router-endless", `${provider} sent more than ${what}`, { retryable: true, isBilled: true });
}

interface Kind {
  readonly code: string;
  readonly retryable?: boolean;
  readonly hint: string;
}

const SETUP = "See the provider's entry in policy/models.scm.";
const BY_STATUS: Readonly<Record<number, Kind>> = {
  401: { code: "router-unauthorised", hint: "Put a valid key into the vault under the name that policy/models.scm gives." },
  402: { code: "router-no-credit", hint: "The account with this provider has no credit left." },
  403: { code: "router-unauthorised", hint: "The key may not use this model." },
  404: { code: "router-unknown-at-provider", hint: `The provider does not know this model or address. ${SETUP}` },
  408: { code: "router-provider-failed", retryable: true, hint: "It may do better later." },
  409: { code: "router-provider-failed", retryable: true, hint: "It may do better later." },
  413: { code: "router-too-long", hint: "Show the model less." },
  429: { code: "router-rate-limited", retryable: true, hint: "It is asked again when it said." },
  503: { code: "router-overloaded", retryable: true, hint: "It may do better later." },
  529: { code: "router-overloaded", retryable: true, hint: "It may do better later." },
};
const TOO_LONG = /context.{0,20}(length|window)|too long|maximum.{0,20}tokens|prompt is too/i;
const NO_CREDIT = /insufficient_quota|credit balance|billing/i;

/** What a response that is no stream means. `text` is its body, as far as it was read. */
export function refusedBy(provider: string, status: number, text: string, retryAfterMs?: number): ProviderError {
  const told = `${provider} answered ${status}: ${messageIn(text)}`;
  const kind = kindOf(status, text);
  return new ProviderError(kind.code, told, { retryable: kind.retryable, hint: kind.hint, ...(kind.retryable === true && retryAfterMs !== undefined ? { retryAfterMs } : {}) });
}

function kindOf(status: number, text: string): Kind {
  if (status >= 300 && status < 400) return { code: "router-redirected", hint: `It is not followed, for the key is for one address only. ${SETUP}` };
  if ((status === 400 || status === 429) && NO_CREDIT.test(text)) return BY_STATUS[402] as Kind;
  if (status === 400 && TOO_LONG.test(text)) return BY_STATUS[413] as Kind;
  if (status >= 500) return BY_STATUS[status] ?? { code: "router-provider-failed", retryable: true, hint: "It may do better later." };
  return BY_STATUS[status] ?? { code: "router-request-refused", hint: "The provider does not take such a request." };
}

/** An error that came within a stream, by the type that the provider gives it. */
export function failedIn(provider: string, type: string, message: string): ProviderError {
  const kind = /overload/i.test(type) ? BY_STATUS[529] : /rate_limit/i.test(type) ? BY_STATUS[429] : undefined;
  const { code, hint } = kind ?? { code: "router-provider-failed", hint: "It may do better later." };
  return new ProviderError(code, `${provider} failed while it answered: ${type} ${message}`.slice(0, MESSAGE), { retryable: true, isBilled: true, hint });
}

const MESSAGE = 400;

/** Both kinds of providers tell `{"error": {"message"}}`; some only `{"error"}`, or a text. */
function messageIn(text: string): string {
  try {
    const told = JSON.parse(text) as { error?: { message?: unknown } | string; message?: unknown } | null;
    const message = typeof told?.error === "string" ? told.error : told?.error?.message ?? told?.message;
    if (typeof message === "string") return message.slice(0, MESSAGE);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  return text.replaceAll(/\s+/g, " ").trim().slice(0, MESSAGE) || "nothing";
}
