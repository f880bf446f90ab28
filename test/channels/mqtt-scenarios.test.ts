// The shared scenarios, played against MQTT.
import { MqttPeer } from "./mqtt-peer.js";
import { playScenarios } from "./scenarios.js";

playScenarios("MQTT", () => MqttPeer.open());
