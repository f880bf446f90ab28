// One message that cannot be taken stops no other: what looks like a secret without an end, half a character, and whatever the world refuses.
import { afterEach, expect, test } from "vitest";
import { openWorld } from "../../epigenome/index.js";
import { Conversations } from "../../frontends/host-conversation.js";
import { Terminal } from "../../frontends/host-terminal.js";
import { whyOf } from "../../frontends/host-why.js";
import { type Baseband, type BasebandStorage, openBaseband, sqliteBaseband } from "../../ports/baseband/index.js";
import { testGenome } from "../epigenome/genome.js";
import { COMMIT, freshHome, signature } from "../epigenome/home.js";
import { LocalPeer } from "./local.js";
import { Stage } from "./stage.js";

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

const BEGIN = "-----BEGIN RSA PRIVATE KEY-----";

test("a member's reply to, and a file named like, a private key that never ends is answered, and so is everybody after it", async () => {
  const peer = new LocalPeer();
  const stage = await Stage.open(peer);
  closing.push(() => stage.stop());
  await stage.begin();
  await peer.say("bob", "hello", { room: "direct", repliesTo: BEGIN });
  expect((await stage.next("bob")).text).toBe("> hello");
  await peer.say("bob", "look", { room: "direct", files: [{ name: `${BEGIN}.png`, type: "image/png", bytes: new Uint8Array([1, 2, 3]) }] });
  expect((await stage.next("bob")).text).toBe("> look with [redacted] of 3 bytes");
  await stage.restart();
  await stage.say("and me?");
  expect((await stage.next()).text).toBe("> and me?");
});

test("half a character in a message, in what it replies to and at the end of a file's name harms nobody", async () => {
  const peer = new LocalPeer();
  const stage = await Stage.open(peer);
  closing.push(() => stage.stop());
  await stage.begin();
  const HALF = "hi \ud83d";
  await peer.say("bob", HALF, { room: "direct", repliesTo: HALF });
  expect((await stage.next("bob")).text).toBe("> hi \ufffd");
  await peer.say("bob", "look", { room: "direct", files: [{ name: `${"a".repeat(499)}😀.png`, type: "image/png", bytes: new Uint8Array([1, 2, 3]) }] });
  expect((await stage.next("bob")).text).toBe(`> look with ${"a".repeat(499)}\ufffd of 3 bytes`);
  const { desk } = stage.host;
  expect(await desk.send({ text: HALF })).toEqual({ answer: "> hi \ufffd" });
  const place = { platform: "local", account: "*", channel: HALF, thread: "" };
  const person = { platform: "local", account: "*", sender: HALF, role: "member", identity: HALF } as const;
  expect([await desk.allow(person), await desk.bind(place)]).toMatchObject([{ sender: "hi \ufffd", identity: "hi \ufffd" }, { channel: "hi \ufffd" }]);
  await stage.restart();
  await stage.say("and me?");
  expect((await stage.next()).text).toBe("> and me?");
  expect([await stage.host.desk.disallow(person), await stage.host.desk.unbind(place)]).toEqual([{ disallowed: true }, { unbound: true }]);
});

test("a message that the world refuses is dead with its reason, its sender hears of it, and the others are answered", async () => {
  const made: { baseband?: Baseband; storage?: BasebandStorage; conversations?: Conversations } = {};
  const world = openWorld({
    home: freshHome(), signature, genome: { commit: COMMIT, files: testGenome({ "manifest.scm": "(manifest (version 1) (libraries (genome turn turn)) (turn (genome turn turn)) (grants))", "turn/turn.scm": ECHO }) },
    ports: ({ tables }) => {
      made.baseband = openBaseband((made.storage = sqliteBaseband(tables)));
      return [];
    },
    redact: (text) => {
      if (text.includes("poison")) throw new TypeError("nobody foresaw this");
      return text;
    },
    committing: (outcome) => made.conversations?.committing(outcome),
  });
  const failed: unknown[] = [];
  const { baseband, storage } = made as Required<typeof made>;
  const conversations = (made.conversations = new Conversations({ world, baseband, redact: (text) => text, obey: () => () => undefined, failed: (error) => void failed.push(error) }));
  const terminal = new Terminal(conversations, baseband);
  closing.push(async () => (conversations.close(), world.close()));
  conversations.start();
  expect(await terminal.send("a poison")).toBe("This was not done: it could not be taken: nobody foresaw this");
  expect(await terminal.send("fine")).toBe("> fine");
  expect(storage.turns(["dead"]).map(({ envelope, reason }) => [envelope.body.text, reason])).toEqual([["a poison", "it could not be taken: nobody foresaw this"]]);
  expect(failed).toHaveLength(1);
  expect(whyOf(world, storage, "in-1")).toEqual({
    id: "in-1", about: "message", outcome: "dead", effects: [], ground: "It was given up before its turn began: it could not be taken: nobody foresaw this.",
    next: "ouro queue show in-1 tells what was said; ouro queue retry in-1 asks it once more.",
  });
  expect(whyOf(world, storage, "in-2")).toMatchObject({ id: "in-2", about: "input", outcome: "done", end: { answer: "> fine" } });
});

const ECHO = `(define-library (genome turn turn) (export handle-turn) (import (ouro base))
  (begin (define (handle-turn input state) "Echoes." {:state {} :answer (string-append "> " (:text input))})))`;
