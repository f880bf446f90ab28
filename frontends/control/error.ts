// What the control API refuses: stable codes, the HTTP status of each, and what to do about it.

/** Codes of this layer. Those of the world, the ports and the host go through with their own hints. */
const CATALOGUE = {
  unauthorised: { status: 401, hint: "Send the header Authorization: Bearer TOKEN; the token stands in the home's control.token." },
  "wrong-host": { status: 403, hint: "Ask by 127.0.0.1 or localhost: another name may be a web page's trick." },
  "no-route": { status: 404, hint: "GET /v1/openapi.json lists the routes." },
  "wrong-method": { status: 405, hint: "GET /v1/openapi.json lists the methods of each route." },
  "invalid-request": { status: 400, hint: "Compare the request with the route's parameters: ouro control lists them, and so does /v1/openapi.json." },
  "too-large": { status: 413, hint: "Send less: a request has at most a megabyte." },
  "too-many": { status: 429, hint: "Close a stream of events, or a terminal, before you open another." },
  "no-session": { status: 404, hint: "A connection has a thousand sessions at most; leave and attach again." },
  "owner-gone": { status: 503, hint: "The process that had the home open has ended or is closing: try again." },
  internal: { status: 500, hint: "This is a fault in Ouro itself; its log tells more." },
} as const;

export type ControlCode = keyof typeof CATALOGUE;

export class ControlError extends Error {
  override readonly name = "ControlError";
  readonly hint: string;

  constructor(
    readonly code: ControlCode,
    message: string,
  ) {
    super(message);
    this.hint = CATALOGUE[code].hint;
  }
}

export interface Refusal {
  readonly status: number;
  readonly error: { readonly code: string; readonly message: string; readonly hint: string };
}

const STATUS: Readonly<Record<string, number>> = { "no-cell": 404, "no-approval": 404, "no-input": 404, "not-ready": 503, "world-closed": 503, "world-failed": 503 };

/** An error as an answer. What has no code is a fault of ours, and only the log tells more of it. */
export function refusalOf(error: unknown): Refusal {
  if (error instanceof ControlError) return { status: CATALOGUE[error.code].status, error: { code: error.code, message: error.message, hint: error.hint } };
  const { code, message, hint, options } = (error instanceof Error ? error : {}) as Error & { code?: unknown; hint?: unknown; options?: { hint?: unknown } };
  if (typeof code !== "string") return refusalOf(new ControlError("internal", "the request could not be answered"));
  return { status: STATUS[code] ?? 409, error: { code, message, hint: String(hint ?? options?.hint ?? "") } };
}
