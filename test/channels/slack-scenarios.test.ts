// The shared scenarios against Slack: all of them by Socket Mode, and over HTTP those in which it matters how things come.
import { playScenarios, SCENARIOS } from "./scenarios.js";
import { SlackPeer } from "./slack-peer.js";

playScenarios("Slack by Socket Mode", () => SlackPeer.open("socket"));
const COMING = /a text is answered|in that order|platform's command|slow file|still waits|delivered|turned away|by a button|however often|the connection is cut|the agent is away|a file that is let in/;
playScenarios("Slack over HTTP", () => SlackPeer.open("http"), SCENARIOS.filter(({ name }) => COMING.test(name)));
