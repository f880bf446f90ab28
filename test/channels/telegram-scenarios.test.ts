// The shared scenarios, played against Telegram.
import { playScenarios } from "./scenarios.js";
import { TelegramPeer } from "./telegram-peer.js";

playScenarios("Telegram", () => TelegramPeer.open());
