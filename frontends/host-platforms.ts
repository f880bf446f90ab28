// The platforms that there are: each is a folder beside this file, loaded when it is asked for.
import type { ChannelFrontend } from "./channel.js";
import { HostError } from "./host-error.js";

export type Platforms = Readonly<Record<string, () => Promise<ChannelFrontend>>>;

/** By name, as in addresses. */
export const PLATFORMS: Platforms = {
  telegram: async () => (await import("./telegram/index.js")).frontend,
  slack: async () => (await import("./slack/index.js")).frontend,
  mqtt: async () => (await import("./mqtt/index.js")).frontend,
};

/** Errors: `no-platform`. */
export function platformOf(platforms: Platforms, name: string): Promise<ChannelFrontend> {
  const load = Object.hasOwn(platforms, name) ? platforms[name] : undefined;
  if (load === undefined) throw new HostError("no-platform", `there is no platform ${name}`);
  return load();
}

export function allPlatforms(platforms: Platforms = PLATFORMS): Promise<readonly ChannelFrontend[]> {
  return Promise.all(Object.values(platforms).map((load) => load()));
}
