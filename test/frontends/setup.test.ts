// What `ouro setup` asks, and what it does not ask since its command says it.
import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import type { ChannelEntries } from "../../frontends/channel.js";
import { setup } from "../../frontends/cli/setup.js";
import type { Program } from "../../frontends/frontend.js";
import { LocalPeer } from "../channels/local.js";

/** A terminal, or a pipe, with what is typed there; whoever types waits for the next question. */
function programWith(answers: readonly string[], isTTY: boolean) {
  const input = Object.assign(new PassThrough(), { isTTY, setRawMode: () => undefined });
  const configured: ChannelEntries[] = [];
  const [output, errors] = [new PassThrough(), new PassThrough()];
  const left = [...answers];
  const shown = { text: "" };
  errors.on("data", (part: Buffer) => {
    shown.text += part.toString();
    if (shown.text.endsWith(": ") && left.length > 0) setImmediate(() => input.write(`${left.shift()}\n`));
  });
  const desk = { configure: async (entries: ChannelEntries) => (configured.push(entries), { platform: "local", account: "it" }), close: async () => undefined };
  const program = { input, output, errors, signal: new AbortController().signal, platforms: async () => [new LocalPeer().frontend], desk: async () => desk };
  return { program: program as unknown as Program, configured, shown };
}

test("in a terminal, operators and channels that the command names are not asked for, and are kept", { timeout: 60_000 }, async () => {
  const { program, configured, shown } = programWith(["attic", "a word"], true);
  expect(await setup.run(["local", "--operator", "U1,U2", "--channel", "C1"], program)).toBe(0);
  expect(configured).toEqual([{ platform: "local", settings: { room: "attic" }, secrets: { key: "a word" }, operators: ["U1", "U2"], channels: ["C1"] }]);
  expect(shown.text).not.toMatch(/operators/);
});

test("in a terminal, what the command does not name is asked for", { timeout: 60_000 }, async () => {
  const { program, configured } = programWith(["", "a word", "U7", ""], true);
  expect(await setup.run(["local"], program)).toBe(0);
  expect(configured).toEqual([{ platform: "local", settings: { room: "hall" }, secrets: { key: "a word" }, operators: ["U7"], channels: ["*"] }]);
});

test.each([["--set", "room=attic"], ["--secret", "key"], ["--operator", "U1"], ["--channel", "C1"], ["--about"]])("a script that names no platform is told so: %s %s", async (...words) => {
  const { program, configured } = programWith([], false);
  await expect((async () => setup.run(words.filter((word) => word !== undefined), program))()).rejects.toThrow(/name the platform/);
  expect(configured).toEqual([]);
});

test("without a word, a script is told the platforms", async () => {
  const { program } = programWith([], false);
  expect(await setup.run([], program)).toBe(0);
});
