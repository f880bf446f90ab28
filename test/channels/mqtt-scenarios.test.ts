// The shared scenarios, played against MQTT in both of its versions.
import { MqttPeer } from "./mqtt-peer.js";
import { playScenarios } from "./scenarios.js";

playScenarios("MQTT 5", () => MqttPeer.open());
playScenarios("MQTT 3.1.1", () => MqttPeer.open("3.1.1"));
