// MQTT: devices and programs reach the agent through a broker, version 5 or 3.1.1.
import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { IPublishPacket } from "mqtt";
import { ChannelError, type ChannelFrontend, type ChannelSettings, type Gateway } from "../channel.js";
import { arrivalOf, responseOf, saidOf } from "./arrivals.js";
import { createDoor } from "./door.js";
import { ACL_HINT, type Link, openLink, subscriptionDenied } from "./link.js";
import { createRedeliveries } from "./redeliveries.js";
import { PROBE, topicTree, type TopicTree } from "./topics.js";

const MOST_WAIT_MS = 30_000;
/** Without any message for so long, what we said to ourselves will not come either. */
const PROBE_MS = 10_000;

export const frontend: ChannelFrontend = {
  name: "mqtt",
  doc: "A broker of MQTT 5 or 3.1.1: devices and programs, each by the name that the broker knows it by.",
  settings: [
    {
      name: "url", doc: "The broker: mqtts://HOST:8883, or mqtt://HOST:1883 without encryption.",
      problem: (entry) => (isBroker(entry) ? undefined : "It looks like mqtts://broker.example:8883, without user and password."),
    },
    {
      name: "agent", doc: "The agent's name in topics: ouro/NAME/in/SENDER.", default: "ouro",
      problem: (entry) => (/^[\w-]{1,40}$/.test(entry) ? undefined : "Up to 40 letters, digits, - and _."),
    },
    { name: "version", doc: "The version of the protocol.", default: "5", choices: ["5", "3.1.1"] },
    { name: "username", doc: "The agent's user at the broker.", isOptional: true },
    { name: "password", doc: "That user's password.", isSecret: true, isOptional: true },
    { name: "ca-file", doc: "For a broker whose certificate is signed by an authority of your own: the file of that authority's certificate, PEM.", isOptional: true },
    { name: "response-topics", doc: "Filters, by commas, of topics outside of ouro/NAME at which senders may ask for answers; %u is the sender's name.", isOptional: true },
  ],
  async check(settings, signal) {
    const tree = treeOf(settings);
    const probe = createProbe(tree);
    const link = await openLink(settings, { clientId: `${clientIdOf(settings)}-check-${randomUUID().slice(0, 8)}`, isPassing: true, ready: Promise.resolve(), take: async ({ topic }) => void probe.hear(topic) }, signal);
    try {
      await link.subscribe(tree.filters);
      await probe.prove(link);
      return `${settings.settings["agent"]} at ${settings.settings["url"]}`;
    } finally {
      await link.end();
    }
  },
  async run(gateway, signal) {
    const tree = treeOf(gateway);
    const take = createIntake(gateway, tree);
    for (let failures = 0; !signal.aborted; failures++) {
      gateway.report("connecting");
      const beganMs = Date.now();
      const reason = await serve(gateway, tree, take, signal);
      if (Date.now() - beganMs > MOST_WAIT_MS) failures = 0;
      if (!signal.aborted) await passed(gateway, reason, failures, signal);
    }
    gateway.report("disconnected");
  },
};

/** Waits out a failure that may pass, and throws one that does not. */
async function passed(gateway: Gateway, reason: unknown, failures: number, signal: AbortSignal): Promise<void> {
  if (reason instanceof ChannelError && reason.options.retryable !== true) throw reason;
  gateway.report("disconnected", reason instanceof Error ? reason.message : String(reason));
  await sleep(Math.min(MOST_WAIT_MS, 250 * 2 ** Math.min(failures, 10)), undefined, { signal }).catch(() => undefined);
}

/** One connection; answers why it ended. */
async function serve(gateway: Gateway, tree: TopicTree, take: (packet: IPublishPacket) => Promise<void>, signal: AbortSignal): Promise<unknown> {
  const probe = createProbe(tree);
  const [opened, proven, told] = [signalled(), signalled(), signalled()];
  const hear = async (packet: IPublishPacket): Promise<void> => {
    if (!probe.hear(packet.topic)) await take(packet);
  };
  const lived = async (link: Link): Promise<Error> => {
    await link.subscribe(tree.filters);
    await probe.prove(link);
    await link.publish(tree.status, "online", { retain: true });
    proven.tell();
    gateway.report("connected", gateway.settings["url"]);
    return link.ended;
  };
  signal.addEventListener("abort", told.tell, { once: true });
  let [link, detach]: [Link | undefined, () => void] = [undefined, () => {}];
  try {
    // What the broker has kept for us comes at once, and the host takes nothing while it has no way back.
    link = await openLink(gateway, { clientId: clientIdOf(gateway), isPassing: false, will: { topic: tree.status, payload: "offline" }, ready: opened.come, take: hear }, signal);
    // Without a connection what is to be sent waits with the host.
    detach = gateway.attach(createDoor(tree, link, proven.come));
    opened.tell();
    return await Promise.race([told.come, lived(link)]);
  } catch (error) {
    return error;
  } finally {
    signal.removeEventListener("abort", told.tell);
    detach();
    await link?.end({ topic: tree.status, payload: "offline" });
  }
}

function signalled(): { readonly come: Promise<void>; readonly tell: () => void } {
  let tell = (): void => {};
  const come = new Promise<void>((resolve) => (tell = resolve));
  return { come, tell };
}

/** What comes, one packet after the other, as the package hands them over: each is acknowledged when it is the host's or nobody's. */
function createIntake(gateway: Gateway, tree: TopicTree): (packet: IPublishPacket) => Promise<void> {
  const idOf = createRedeliveries(gateway);
  return async (packet) => {
    // Retained: said before we listened, perhaps long ago.
    if (packet.retain) return;
    const place = tree.placeOf(packet.topic);
    const said = place === undefined ? undefined : saidOf(packet);
    if (place === undefined || said === undefined) return gateway.log("info", "mqtt-message-unreadable", { topic: packet.topic });
    const response = responseOf(packet, place, tree);
    if (response === "refused") gateway.log("warn", "mqtt-response-refused", { topic: packet.topic, response: packet.properties?.responseTopic });
    const id = said.id === undefined ? idOf(packet) : "";
    await gateway.accept(arrivalOf(place, said, response === "refused" ? undefined : response, gateway.settings["agent"] ?? "", id));
  };
}

interface Probe {
  /** True of what we said to ourselves. */
  hear(topic: string): boolean;
  /** Fails with `mqtt-subscribe-denied` or `mqtt-publish-denied` if the broker does not let us speak and listen. */
  prove(link: Link): Promise<void>;
}

/** Brokers such as Mosquitto 2.0 grant a subscription that their ACL denies, and then bring nothing; to 3.1.1 they acknowledge a denied publish too. So it is tried. */
function createProbe(tree: TopicTree): Probe {
  const missing = new Set<string>();
  let heard = (): void => {};
  return {
    hear(topic) {
      missing.delete(topic);
      heard();
      return topic.includes(`/${PROBE}/`);
    },
    async prove(link) {
      const topics = tree.probes(randomUUID());
      for (const topic of topics) missing.add(topic);
      for (const topic of topics) await link.publish(topic, "probe").catch((error: unknown) => Promise.reject(deniedPublish(error, topic, link)));
      let timer: NodeJS.Timeout | undefined;
      const silence = new Promise<void>((resolve) => {
        heard = () => {
          clearTimeout(timer);
          if (missing.size === 0) resolve();
          else timer = setTimeout(resolve, PROBE_MS);
        };
        heard();
      });
      await Promise.race([silence, link.ended.then((reason) => Promise.reject(deniedPublish(reason, topics.at(-1) ?? "", link)))]).finally(() => {
        heard = () => {};
        clearTimeout(timer);
      });
      const [denied] = missing;
      if (denied !== undefined) throw subscriptionDenied(denied.slice(0, denied.indexOf(PROBE)));
    },
  };
}

/** It may be allowed later. To version 3.1.1 brokers cannot say it: Mosquitto 2.0 acknowledges, and ends the connection. */
function deniedPublish(error: unknown, topic: string, link: Link): unknown {
  const isDenied = error instanceof ChannelError ? error.code === "mqtt-publish-denied" : !link.hasProperties;
  return isDenied ? new ChannelError("mqtt-publish-denied", `the broker does not let the agent write ${topic}: ${(error as Error).message}`, { hint: ACL_HINT, retryable: true }) : error;
}

function treeOf({ settings }: ChannelSettings): TopicTree {
  const elsewhere = (settings["response-topics"] ?? "").split(",").map((filter) => filter.trim()).filter((filter) => filter !== "");
  return topicTree(settings["agent"] ?? "", elsewhere);
}

/** The same in every life: by it the broker knows what it keeps for us. */
function clientIdOf({ settings }: ChannelSettings): string {
  return `ouro-${settings["agent"]}`;
}

function isBroker(entry: string): boolean {
  if (!URL.canParse(entry)) return false;
  const { protocol, username, password, hostname } = new URL(entry);
  return /^(mqtts?|wss?):$/.test(protocol) && username === "" && password === "" && hostname !== "";
}
