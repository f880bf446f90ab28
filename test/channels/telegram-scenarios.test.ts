// The shared scenarios, played against Telegram by both of its ways in.
import { playScenarios } from "./scenarios.js";
import { TelegramPeer } from "./telegram-peer.js";

playScenarios("Telegram by long polling", () => TelegramPeer.open("polling"));
playScenarios("Telegram by webhook", () => TelegramPeer.open("webhook"));
