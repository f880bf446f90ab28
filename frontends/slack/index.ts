// Slack as a channel: what its set-up asks for, and its connection, which is loaded when it starts and not before.
import type { ChannelFrontend, Setting } from "../channel.js";
import { EVENTS_PATH, manifest } from "./manifest.js";

const SETTINGS: readonly Setting[] = [
  {
    name: "receive",
    doc: "How events come: by a `socket` that is opened from here, or by `http` requests to a public address that you forward to this machine.",
    choices: ["socket", "http"],
    default: "socket",
  },
  {
    name: "bot-token",
    doc: "The Bot User OAuth Token of your app, under OAuth & Permissions at https://api.slack.com/apps.",
    isSecret: true,
    problem: beginningWith("xoxb-"),
  },
  {
    name: "app-token",
    doc: "For `socket`: an App-Level Token with the scope connections:write, under Basic Information.",
    isSecret: true,
    isOptional: true,
    problem: beginningWith("xapp-"),
  },
  {
    name: "signing-secret",
    doc: "For `http`: the Signing Secret, under Basic Information.",
    isSecret: true,
    isOptional: true,
    problem: (entry) => (/^[0-9a-zA-Z]{16,}$/.test(entry) ? undefined : "is a word of letters and digits"),
  },
  {
    name: "port",
    doc: "For `http`: the port of 127.0.0.1 that your public address is forwarded to; Slack's request URL ends with /slack/events.",
    default: "3000",
    problem: (entry) => (/^\d{1,5}$/.test(entry) && Number(entry) < 65_536 ? undefined : "is a number below 65536"),
  },
  { name: "api", doc: "Where the Web API is: GovSlack's is https://slack-gov.com/api/.", default: "https://slack.com/api/", problem: apiProblem },
];

export const frontend: ChannelFrontend = {
  name: "slack",
  doc: "Slack: direct messages, channels where the agent is mentioned, threads, the command /ouro, buttons and files.",
  settings: SETTINGS,
  guide: ({ receive }) => [
    "Make an app at https://api.slack.com/apps: Create New App, From a manifest. Its manifest:",
    manifest(receive === "http" ? `https://YOUR-HOST${EVENTS_PATH}` : undefined),
    "Install it to your workspace; its tokens are asked for next.",
  ].join("\n\n"),
  check: async (gateway, signal) => (await import("./connection.js")).check(gateway, signal),
  file: async (settings, kept) => (await import("./connection.js")).file(settings, kept),
  run: async (gateway, signal) => (await import("./connection.js")).run(gateway, signal),
};

function beginningWith(start: string): (entry: string) => string | undefined {
  return (entry) => (entry.startsWith(start) && /^[\w-]+$/.test(entry) ? undefined : `begins with ${start}`);
}

/** Tokens travel there, so it is encrypted, or does not leave the machine. */
function apiProblem(entry: string): string | undefined {
  const url = URL.canParse(entry) ? new URL(entry) : undefined;
  if (url?.protocol === "https:" || (url?.protocol === "http:" && url.hostname === "127.0.0.1")) return undefined;
  return "is an address that begins with https://";
}
