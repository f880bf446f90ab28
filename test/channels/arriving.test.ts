// Files on their way: whatever their names, however late they come, and whatever happens meanwhile.
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ownPackage } from "../../frontends/host-home.js";
import { openHost } from "../../frontends/host.js";
import { KEY, openPeer, refuse } from "../ports/router/peer.js";
import type { SentFile } from "./peer.js";
import { SlackPeer } from "./slack-peer.js";
import { Stage, until } from "./stage.js";
import { TelegramPeer } from "./telegram-peer.js";

const CAT = { name: "cat.png", type: "image/png", bytes: Uint8Array.from([137, 80, 78, 71, 13, 10, 26, 10, 1, 2, 3]) };
const text = (name: string, type = "text/plain"): SentFile => ({ name, type, bytes: Buffer.from("hi") });
const PATIENCE = { timeout: 120_000 };

function held(): { readonly promise: Promise<void>; readonly release: () => void } {
  let release = (): void => undefined;
  const promise = new Promise<void>((resolve) => (release = resolve));
  return { promise, release };
}

describe("on Telegram", () => {
  let peer: TelegramPeer;
  let stage: Stage;

  beforeAll(async () => {
    peer = await TelegramPeer.open("polling");
    stage = await Stage.open(peer, ownPackage());
  }, 120_000);

  afterAll(async () => {
    await stage.stop();
    await peer.close();
  });

  const waiting = (count: number) => until(`${count} wait`, async () => (await stage.host.desk.queue()).in.length, (length) => length === count);
  const ofType = async (file: SentFile): Promise<string> => {
    await stage.begin();
    await peer.say("ada", "", { files: [file] });
    return (await stage.next()).text;
  };

  test.each([
    ["of 4,100 characters", "x".repeat(4_100)], ["of control characters", `${"\u0001".repeat(660)}.txt`],
    ["that looks like a secret", "-----BEGIN RSA PRIVATE KEY-----.txt"],
  ])("a file whose name is one %s is kept", PATIENCE, async (_what, name) => {
    expect(await ofType(text(name))).toMatch(/^I have kept /);
  });

  test("a file that cannot be asked for is left out, and its chat goes on", PATIENCE, async () => {
    await stage.begin();
    const document = { file_id: "x".repeat(5_000), file_unique_id: "u", file_name: "long.txt", mime_type: "text/plain", file_size: -1.5 };
    peer.happen("message", { ...peer.common("ada", "direct"), date: 1, document });
    expect((await stage.next()).text).toBe("I left out long.txt: it cannot be asked for.");
    await stage.say("what is 1 + 1");
    expect((await stage.next()).text).toBe("2");
  });

  test.each(["image/PNG", "image/png ; x=1", "IMAGE/PNG"])("a file of the type %s is one of image/png", PATIENCE, async (type) => {
    expect(await ofType({ ...CAT, type })).toMatch(/\(image\/png, 11 bytes\)/);
  });

  test("what is no type is that of bytes", PATIENCE, async () => {
    expect(await ofType({ ...CAT, type: "image/" })).toMatch(/files of the type application\/octet-stream are not let in/);
  });

  test.each([429, 502])("a file that is refused with %i once is asked for again", PATIENCE, async (status) => {
    await stage.begin();
    peer.server.fileFailures.push(status);
    await peer.say("ada", "", { files: [text("late.txt")] });
    expect((await stage.next()).text).toMatch(/^I have kept late/);
    expect(peer.server.fileFailures).toEqual([]);
  });

  test("a stop is not held up by the slow file of a forwarded message, which it ends", PATIENCE, async () => {
    await stage.begin();
    const { promise, release } = held();
    peer.server.files.set("forwarded", { bytes: CAT.bytes, size: 11, held: promise });
    const origin = { type: "hidden_user", sender_user_name: "X", date: 1 };
    const forwarded = peer.happen("message", { ...peer.common("ada", "direct"), date: 1, caption: "look at that", forward_origin: origin, document: { file_id: "forwarded", file_unique_id: "f", file_size: 11, file_name: "cat.png", mime_type: "image/png" } });
    await until("the message is acknowledged", () => peer.server.isConfirmed(forwarded), Boolean);
    await stage.say("/stop");
    const said = [(await stage.next()).text, (await stage.next()).text].toSorted();
    expect(said).toEqual(["Stopped.", expect.stringMatching(/^Stopped: .*a person stopped it/)]);
    await stage.settled();
    // Whoever is behind it does not wait for what nobody wants any more.
    await peer.say("ada", "", { files: [text("next.txt")] });
    expect((await stage.next()).text).toMatch(/^I have kept next\.txt/);
    release();
    expect(stage.unseen()).toEqual([]);
  });

  test("words that are passed on come as a file beside the one that they stand under", PATIENCE, async () => {
    await stage.begin();
    peer.server.files.set("passed", { bytes: Buffer.from("hi"), size: 2 });
    peer.happen("message", { ...peer.common("ada", "direct"), date: 1, caption: "their words", forward_date: 1, document: { file_id: "passed", file_unique_id: "p", file_size: 2, file_name: "passed.txt", mime_type: "text/plain" } });
    expect((await stage.next()).text).toMatch(/forwarded\.txt[^]*passed\.txt/);
    await stage.say("read file forwarded.txt");
    expect((await stage.next()).text).toContain("their words");
  });

  test("a stop is not held up by the slow file of an edit", PATIENCE, async () => {
    await stage.begin();
    const { promise, release } = held();
    peer.server.files.set("edited", { bytes: CAT.bytes, size: 11 });
    const message = { ...peer.common("ada", "direct"), date: 1, caption: "remember that it is a cat", document: { file_id: "edited", file_unique_id: "e", file_size: 11, file_name: "edited.png", mime_type: "image/png" } };
    peer.happen("message", message);
    expect((await stage.next()).text).toMatch(/^I will remember: it is a cat/);
    peer.server.files.set("edited", { bytes: CAT.bytes, size: 11, held: promise });
    const edit = peer.happen("edited_message", { ...message, edit_date: 2, caption: "remember that it is a dog" });
    await until("the edit is acknowledged", () => peer.server.isConfirmed(edit), Boolean);
    await stage.say("/stop");
    expect([(await stage.next()).text, (await stage.next()).text].toSorted()).toEqual(["Stopped.", expect.stringMatching(/^Stopped: /)]);
    release();
  });

  test("an edit of what waits for its file is what is done, once the file of the edit has come", PATIENCE, async () => {
    await stage.begin();
    const { promise, release } = held();
    peer.server.files.set("first", { bytes: CAT.bytes, size: 11, held: promise });
    const document = { file_id: "first", file_unique_id: "1", file_size: 11, file_name: "first.png", mime_type: "image/png" };
    const message = { ...peer.common("ada", "direct"), date: 1, caption: "remember that the sun is green", document };
    peer.happen("message", message);
    await waiting(1);
    peer.server.files.set("second", { bytes: CAT.bytes, size: 11 });
    const edit = peer.happen("edited_message", { ...message, edit_date: 2, caption: "remember that the sun is yellow", document: { ...document, file_id: "second", file_name: "second.png" } });
    await until("the edit is acknowledged", () => peer.server.isConfirmed(edit), Boolean);
    release();
    expect((await stage.next()).text).toMatch(/^I will remember: the sun is yellow\nI have kept second\.png/);
    await stage.settled();
    expect(stage.unseen()).toEqual([]);
  });

  test("a command that passes its words on passes its file on, and any other says that it takes none", PATIENCE, async () => {
    await stage.begin();
    await peer.say("ada", "/btw what is this picture", { files: [{ ...CAT, name: "aside.png" }] });
    expect((await stage.next()).text).toMatch(/I have kept aside\.png/);
    await stage.begin();
    await peer.say("ada", "/stop", { files: [{ ...CAT, name: "useless.png" }] });
    expect([(await stage.next()).text, (await stage.next()).text].toSorted()).toEqual(["I left out useless.png: a command takes no files.", "Nothing is running."]);
    await stage.begin();
    await peer.say("ada", "/model", { files: [{ ...CAT, name: "kept.png" }] });
    await stage.next();
    await stage.say("files");
    expect((await stage.next()).text).toContain("kept.png");
  });
});

test("what follows Slack's own command is ours only with operands that the command has", { timeout: 240_000 }, async () => {
  const peer = await SlackPeer.open();
  const stage = await Stage.open(peer, ownPackage());
  const called = async (words: string): Promise<string> => {
    await stage.begin();
    peer.call("ada", words);
    return (await stage.next()).text;
  };
  try {
    expect(await called("new task: buy milk")).toMatch(/buy milk/);
    expect(await called("tasks")).toMatch(/buy milk/);
    for (const words of ["restart my router", "help me write a letter", "why is the sky blue?", "undo that", "model trains are fun", "think about lunch", "stop the music", "skill level of Ada", "schedule a haircut"])
      expect(await called(words), words).toMatch(/I can't do that without a model/);
    expect(await called("help model")).toMatch(/^\/model /);
    expect(await called("think")).toMatch(/think/i);
    expect(await called("think high")).not.toMatch(/without a model/);
    expect(await called("schedule list")).toMatch(/planned|reminder/i);
    expect(await called("stop all")).toBe("Nothing is running.");
    expect(await called("why 12345678")).toMatch(/no-turn|no turn|12345678/);
  } finally {
    await stage.stop();
    await peer.close();
  }
});

test("a stop lets go of a question beside the way that waits to be asked again", { timeout: 120_000 }, async () => {
  const model = await openPeer();
  const host = await openHost(join(mkdtempSync(join(tmpdir(), "ouro-aside-")), "home"));
  try {
    await host.models.add({ name: "busy", wire: "openai-chat", url: model.url("openai-chat"), secret: "busy", models: [{ name: "busy", context: 100_000, price: [0, 0] }] }, KEY);
    model.answer = () => (response) => refuse(response, 429, "rate_limit_error", "busy", { "retry-after": "3600" });
    expect(await host.send("/btw write me a poem about plums")).toMatch(/again|later/);
    expect(await host.send("/stop")).toMatch(/^Stopped: I will not try again to answer "write me a poem about plums"/);
    expect(await host.send("/stop")).toBe("Nothing is running.");
  } finally {
    await host.close();
    await model.close();
  }
});
