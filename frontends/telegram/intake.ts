// Hands updates to the host, those of a chat one after the other, and answers presses: the same for polling and webhook.
import type { Gateway } from "../channel.js";
import { type Account, arrivalOf } from "./arrivals.js";
import { answered, type Client, type Update } from "./client.js";

/** Resolves once the update is the host's or nobody's; rejects if Telegram has to keep it, and with it those of its chat that wait behind it. */
export type Intake = (update: Update) => Promise<void>;

export function createIntake(gateway: Gateway, { api, download }: Client, account: Account, signal: AbortSignal): Intake {
  const answerPress = (id: string): void => {
    // Only stops the clock on the button, so nobody waits for it.
    answered("answerCallbackQuery", api.answerCallbackQuery({ callback_query_id: id }, signal)).catch((error: unknown) => {
      if (!signal.aborted) gateway.log("info", "telegram-press-unanswered", { reason: String(error) });
    });
  };
  const take = async (update: Update): Promise<void> => {
    const arrival = readable(update);
    if (arrival === undefined) return;
    const { state } = await gateway.accept(arrival);
    if (update.callback_query !== undefined && state !== "refused") answerPress(update.callback_query.id);
  };
  /** An update that cannot be understood will not be understood tomorrow: it must not hold up those behind it. */
  const readable = (update: Update): ReturnType<typeof arrivalOf> => {
    try {
      return arrivalOf(update, account, download);
    } catch (error) {
      gateway.log("error", "telegram-update-unreadable", { update: update.update_id, reason: String(error) });
      return undefined;
    }
  };
  /** The last update of each chat that is being taken. */
  const lasts = new Map<number | undefined, Promise<void>>();
  return (update) => {
    const chat = chatOf(update);
    const taken = (lasts.get(chat) ?? Promise.resolve()).then(() => take(update));
    const forget = (): void => void (lasts.get(chat) === taken && lasts.delete(chat));
    lasts.set(chat, taken);
    taken.then(forget, forget);
    return taken;
  };
}

function chatOf({ message, edited_message: edited, callback_query: press }: Update): number | undefined {
  return (message ?? edited ?? press?.message)?.chat?.id;
}
