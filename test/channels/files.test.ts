// Files on Telegram and Slack, with the genome that ships and a model on the provider's wire.
import { afterAll, beforeAll } from "vitest";
import { ownPackage } from "../../frontends/host-home.js";
import { openPeer, type Peer as Model } from "../ports/router/peer.js";
import { fileScenarios } from "./file-scenarios.js";
import { playScenarios } from "./scenarios.js";
import { SlackPeer } from "./slack-peer.js";
import { TelegramPeer } from "./telegram-peer.js";

const models: Model[] = [];

beforeAll(async () => {
  models.push(await openPeer(), await openPeer());
});

afterAll(async () => {
  for (const model of models) await model.close();
});

playScenarios("files on Telegram", () => TelegramPeer.open("polling"), fileScenarios(() => models[0] as Model), ownPackage);
playScenarios("files on Slack", () => SlackPeer.open(), fileScenarios(() => models[1] as Model), ownPackage);
