// The Web API: each method called once, with the bot's token of that moment, and errors that say whether Slack took it.
import { type Logger, LogLevel, webApi } from "@slack/bolt";
import { z } from "zod";
import { ChannelError, type ChannelSettings, type Gateway } from "../channel.js";
import { harmless, verdict } from "./verdict.js";

const TIMEOUT_MS = 30_000;

/** Who we are there. */
export interface Account {
  /** The workspace: with it, ids of channels and people are unique. */
  readonly team: string;
  readonly teamName: string;
  readonly user: string;
  readonly userName: string;
  readonly scopes: readonly string[];
}

const answered = z.object({ response_metadata: z.object({ scopes: z.array(z.string()).optional() }).optional() });
const account = answered.extend({ team_id: z.string(), team: z.string(), user_id: z.string().regex(/^\w+$/), user: z.string() });

export class SlackApi {
  /** Of the Web API. */
  readonly address: URL;
  private readonly client: webApi.WebClient;

  constructor(private readonly gateway: ChannelSettings, logger: Logger = silentLogger()) {
    this.address = new URL(gateway.settings["api"] ?? "https://slack.com/api/");
    this.client = new webApi.WebClient(undefined, clientOptions(gateway, logger));
  }

  /** For what people see: an error that is no `ChannelError` leaves open whether Slack did it. */
  async call<Result>(method: string, parameters: Readonly<Record<string, unknown>>, result: z.ZodType<Result>, signal: AbortSignal): Promise<Result> {
    try {
      return await this.attempt(method, parameters, result, signal);
    } catch (error) {
      throw verdict(method, error);
    }
  }

  /** For what nobody sees: any error is a `ChannelError`. */
  async ask<Result>(method: string, parameters: Readonly<Record<string, unknown>>, result: z.ZodType<Result>, signal: AbortSignal): Promise<Result> {
    try {
      return await this.attempt(method, parameters, result, signal);
    } catch (error) {
      throw harmless(method, error);
    }
  }

  async account(signal: AbortSignal): Promise<Account> {
    const { team_id, team, user_id, user, response_metadata } = await this.ask("auth.test", {}, account, signal);
    return { team: team_id, teamName: team, user: user_id, userName: user, scopes: response_metadata?.scopes ?? [] };
  }

  async botToken(): Promise<string> {
    return secretOf(this.gateway, "bot-token");
  }

  private async attempt<Result>(method: string, parameters: Readonly<Record<string, unknown>>, result: z.ZodType<Result>, signal: AbortSignal): Promise<Result> {
    const token = await this.botToken();
    signal.throwIfAborted();
    return result.parse(await until(signal, this.client.apiCall(method, { token, ...parameters })));
  }
}

/** Without retries of its own: the outbox decides about those, and it knows what may be sent twice. */
export function clientOptions({ settings }: ChannelSettings, logger: Logger): webApi.WebClientOptions {
  return { slackApiUrl: settings["api"] ?? "https://slack.com/api/", retryConfig: { retries: 0 }, rejectRateLimitedCalls: true, timeout: TIMEOUT_MS, logger };
}

export async function secretOf(gateway: ChannelSettings, setting: string): Promise<string> {
  const secret = await gateway.secret(setting);
  if (secret === undefined) throw new ChannelError("slack-no-secret", `the secret \`${setting}\` is missing`, { hint: `Enter it: ouro setup slack` });
  return secret;
}

/** What the package has to say, into the home's log; its lower levels tell what people write. */
export function loggerFor(gateway: Gateway): Logger {
  const log = (level: "warn" | "error") => (...texts: unknown[]): void => gateway.log(level, "slack-package", { text: texts.map(String).join(" ") });
  return { ...silentLogger(), warn: log("warn"), error: log("error") };
}

/** Resolves when the signal aborts, at once if it has. */
export function abortion(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => (signal.aborted ? resolve() : signal.addEventListener("abort", () => resolve(), { once: true })));
}

/** Rejects when the signal aborts; what is under way at Slack goes on there. */
async function until<Result>(signal: AbortSignal, work: Promise<Result>): Promise<Result> {
  let leave = (): void => undefined;
  const aborted = new Promise<never>((_, reject) => {
    leave = () => reject(signal.reason as Error);
    signal.addEventListener("abort", leave, { once: true });
  });
  return Promise.race([work, aborted]).finally(() => signal.removeEventListener("abort", leave));
}

function silentLogger(): Logger {
  const nothing = (): void => undefined;
  return { debug: nothing, info: nothing, warn: nothing, error: nothing, setLevel: nothing, getLevel: () => LogLevel.WARN, setName: nothing };
}
