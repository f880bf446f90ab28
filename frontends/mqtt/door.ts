// The way out to MQTT: one publish a message, an object of JSON.
import { ChannelError, type Door, type OutgoingPart } from "../channel.js";
import { askedBy, type Response } from "./arrivals.js";
import type { Link } from "./link.js";
import type { TopicTree } from "./topics.js";

/** Nothing is sent before it is `proven` that the broker lets us: to version 3.1.1 it would not say that it does not. */
export function createDoor(tree: TopicTree, link: Link, proven: Promise<void>): Door {
  const publish = async (part: OutgoingPart, more: object, signal: AbortSignal): Promise<void> => {
    const end = await Promise.race([link.ended, aborted(signal), proven]);
    if (end !== undefined) throw new ChannelError("mqtt-disconnected", `there is no connection to the broker: ${end.message}`, { retryable: true, hint: "It is sent once there is one." });
    const response = responseFor(part, tree);
    const topic = response?.topic ?? tree.answerTopic(part.channel, part.thread);
    const properties = link.hasProperties ? { contentType: "application/json", ...correlationOf(response) } : undefined;
    await link.publish(topic, JSON.stringify({ ...payloadOf(part), ...more }), { properties }, signal);
  };
  return {
    // The broker hands on whatever it gets; receivers may know a message by its id.
    dropsRepeated: false,
    hasButtons: true,
    split: (text) => [text],
    async send(part, signal) {
      await publish(part, {}, signal);
      return part.nonce;
    },
    edit: (message, part, signal) => publish(part, { edits: message }, signal),
  };
}

function aborted(signal: AbortSignal): Promise<Error> {
  return new Promise((resolve) => signal.addEventListener("abort", () => resolve(new Error("it took too long")), { once: true }));
}

function payloadOf({ nonce, text, buttons, files, repliesTo, isProgress }: OutgoingPart): object {
  return {
    id: nonce, text,
    ...(repliesTo !== undefined && { repliesTo: askedBy(repliesTo).id }),
    ...(buttons.length > 0 && { buttons }),
    ...(files.length > 0 && { files: files.map(({ name, type, bytes }) => ({ name, type, base64: Buffer.from(bytes).toString("base64") })) }),
    ...(isProgress && { isProgress }),
  };
}

/** A response is one message: progress goes where everybody's goes. */
function responseFor({ repliesTo, isProgress, channel }: OutgoingPart, tree: TopicTree): Response | undefined {
  if (repliesTo === undefined || isProgress) return undefined;
  const { sender, response } = askedBy(repliesTo);
  return response !== undefined && tree.mayAnswerAt(response.topic, { sender, channel }) ? response : undefined;
}

function correlationOf(response: Response | undefined): { correlationData?: Buffer } {
  return response?.correlation === undefined ? {} : { correlationData: Buffer.from(response.correlation, "base64url") };
}
