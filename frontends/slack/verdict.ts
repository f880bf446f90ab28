// What an error of the Web API says: that Slack did not take what was asked, or that nobody knows whether it did.
import { webApi } from "@slack/bolt";
import { ChannelError } from "../channel.js";

/** Slack's own codes that leave it open: "It's possible some aspect of the operation succeeded before the error was raised." */
const UNKNOWN = new Set(["fatal_error", "internal_error"]);
const RETRYABLE = new Set(["ratelimited", "rate_limited", "service_unavailable", "request_timeout", "team_added_to_org", "migration_in_progress"]);
/** Of the connection, before a request has left. */
const NEVER_LEFT = new Set([
  "ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "ENETUNREACH", "EHOSTUNREACH", "UND_ERR_CONNECT_TIMEOUT", "CERT_HAS_EXPIRED",
  "DEPTH_ZERO_SELF_SIGNED_CERT", "SELF_SIGNED_CERT_IN_CHAIN", "UNABLE_TO_VERIFY_LEAF_SIGNATURE", "ERR_TLS_CERT_ALTNAME_INVALID",
]);

const NEW_TOKEN = "Install the app to the workspace again, and give its token to `ouro setup slack`.";
const INVITE = "Invite the app to the channel: /invite @ and its name.";
const HINTS: Readonly<Record<string, string>> = {
  account_inactive: NEW_TOKEN,
  channel_not_found: INVITE,
  file_not_found: "Whoever sent it has deleted it.",
  invalid_auth: NEW_TOKEN,
  is_archived: "The channel is archived: bring it back, or unbind it.",
  missing_scope: "Add the scope under OAuth & Permissions and install the app again; `ouro setup slack` prints a manifest with all of them.",
  not_allowed_token_type: "The bot token begins with xoxb-, the app token with xapp-: they may have changed places.",
  not_authed: NEW_TOKEN,
  not_in_channel: INVITE,
  restricted_action: "The workspace's administrators decide who may post there.",
  token_expired: NEW_TOKEN,
  token_revoked: NEW_TOKEN,
};

/** A `ChannelError` if Slack certainly did not take it; else the error itself. Codes: `slack-` and Slack's own. */
export function verdict(method: string, error: unknown): unknown {
  if (error instanceof webApi.WebAPIRateLimitedError) return rateLimited(method, error.retryAfter);
  if (error instanceof webApi.WebAPIPlatformError) return refusal(method, error);
  if (error instanceof webApi.WebAPIHTTPError) return failure(method, error);
  if (error instanceof webApi.WebAPIRequestError && neverLeft(error.original)) return unreachable(method, error.original);
  return error;
}

/** For what changes nothing at Slack, or nothing that anybody sees: if in doubt, it did not happen. */
export function harmless(method: string, error: unknown): ChannelError {
  const judged = verdict(method, error);
  return judged instanceof ChannelError ? judged : unreachable(method, error);
}

function rateLimited(method: string, seconds: number): ChannelError {
  return new ChannelError("slack-ratelimited", `Slack takes no more of ${method} for ${seconds} s`, { retryable: true, retryAfterMs: seconds * 1_000 });
}

/** `{"ok": false, "error": "not_in_channel"}`; what is no such code comes from something in between. */
function refusal(method: string, error: webApi.WebAPIPlatformError): unknown {
  const { error: code, needed, response_metadata: metadata } = error.data as { error?: unknown; needed?: string; response_metadata?: { retryAfter?: number } };
  if (typeof code !== "string" || !/^[a-z0-9_]{1,60}$/.test(code) || UNKNOWN.has(code)) return error;
  const seconds = metadata?.retryAfter;
  return new ChannelError(`slack-${code.replaceAll("_", "-")}`, `Slack refuses ${method}: ${code}${needed === undefined ? "" : ` (${needed})`}`, {
    retryable: RETRYABLE.has(code),
    ...(seconds === undefined ? {} : { retryAfterMs: seconds * 1_000 }),
    ...(HINTS[code] === undefined ? {} : { hint: HINTS[code] }),
  });
}

/** Of Slack's errors only 503 says that nothing was done; the others may come from a gateway that lost the answer. */
function failure(method: string, error: webApi.WebAPIHTTPError): unknown {
  if (error.statusCode >= 500 && error.statusCode !== 503) return error;
  const seconds = Number(error.headers["retry-after"]);
  return new ChannelError(`slack-http-${error.statusCode}`, `Slack answers ${method} with ${error.statusCode}`, {
    retryable: error.statusCode === 503,
    ...(seconds > 0 ? { retryAfterMs: seconds * 1_000 } : {}),
    ...(error.statusCode === 503 ? {} : { hint: "Is the setting `api` the address of Slack's Web API?" }),
  });
}

function neverLeft(error: Error): boolean {
  const { code } = (error.cause ?? error) as { code?: unknown };
  return typeof code === "string" && NEVER_LEFT.has(code);
}

function unreachable(method: string, error: unknown): ChannelError {
  const cause = error instanceof Error ? (error.cause instanceof Error ? error.cause : error) : undefined;
  const why = (cause as { code?: string } | undefined)?.code ?? cause?.message ?? String(error);
  return new ChannelError("slack-unreachable", `Slack cannot be asked for ${method}: ${why}`, { retryable: true, hint: "Is this machine connected, and the setting `api` right?" });
}
