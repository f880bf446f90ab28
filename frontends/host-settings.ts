// The channels of a home as a person entered them: a file that people read and that is checked, with secrets by reference.
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import type { ChannelFrontend, Setting } from "./channel.js";
import { HostError } from "./host-error.js";

const name = z.string().regex(/^[a-z][a-z0-9-]{0,40}$/, "A name has small letters, digits and hyphens");
const reference = z.string().regex(/^secret:[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/, "A secret is named as secret:NAME");

const schema = z.strictObject({
  channels: z.record(name, z.strictObject({ settings: z.record(z.string(), z.string()), secrets: z.record(z.string(), reference) })),
  /** Written by earlier versions; what is let in stands in the genome's policy/media.scm. */
  media: z.unknown().optional(),
});

export type ChannelsFile = z.output<typeof schema>;
export type ChannelConfig = ChannelsFile["channels"][string];

export const CHANNELS_FILE = "channels.json";

/** Of a home without the file: no channels. Errors: `bad-channels`. */
export function readChannels(home: string): ChannelsFile {
  const path = join(home, CHANNELS_FILE);
  if (!existsSync(path)) return { channels: {} };
  const parsed = schema.safeParse(parse(readFileSync(path, "utf8"), path));
  if (!parsed.success) throw new HostError("bad-channels", `${path}: ${z.prettifyError(parsed.error).replace(/\n/g, " ")}`);
  return parsed.data;
}

/** Whole or not at all, and for its owner alone. */
export function writeChannels(home: string, file: ChannelsFile): void {
  const path = join(home, CHANNELS_FILE);
  writeFileSync(`${path}.new`, `${JSON.stringify(file, undefined, 2)}\n`, { mode: 0o600, flush: true });
  renameSync(`${path}.new`, path);
}

function parse(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new HostError("bad-channels", `${path} is not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** Under which name the vault keeps a setting's secret. */
export function secretName(platform: string, setting: string): string {
  return `${platform}.${setting}`;
}

/** Where a platform's secrets may be sent. */
export function secretOrigin(platform: string): string {
  return `baseband:${platform}`;
}

/**
 * The entries that are not secret, with defaults where something was left out. `has` tells whether a secret was ever
 * entered. Errors: `bad-setting`.
 */
export function checkedSettings(frontend: ChannelFrontend, entries: Readonly<Record<string, string>>, has: (secret: string) => boolean): Record<string, string> {
  const unknown = Object.keys(entries).find((entry) => !frontend.settings.some((setting) => setting.name === entry));
  if (unknown !== undefined) throw new HostError("bad-setting", `${frontend.name} has no setting ${unknown}; it has ${frontend.settings.map((setting) => setting.name).join(", ")}`);
  const given = (setting: Setting): string => entries[setting.name] ?? setting.default ?? "";
  for (const setting of frontend.settings) {
    const isThere = given(setting) !== "" || (setting.isSecret === true && has(setting.name));
    const problem = isThere ? entryProblem(setting, given(setting)) : setting.isOptional === true ? undefined : `is wanting: ${setting.doc}`;
    if (problem !== undefined) throw new HostError("bad-setting", `${frontend.name}: ${setting.name} ${problem}`);
  }
  return Object.fromEntries(frontend.settings.filter((setting) => setting.isSecret !== true && given(setting) !== "").map((setting) => [setting.name, given(setting)]));
}

/** What is wrong with an entry; undefined if nothing, or if it is a secret that was kept before. */
export function entryProblem(setting: Setting, entry: string): string | undefined {
  if (entry === "") return undefined;
  if (setting.choices !== undefined && !setting.choices.includes(entry)) return `is one of ${setting.choices.join(", ")}`;
  return setting.problem?.(entry);
}
