// Signing keys: one follows another by an entry that the standing one signs, and no other key is accepted.
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import { describe, expect, test } from "vitest";
import { continueHome, exportHome, forkHome, importHome, type World, verifyHome } from "../../epigenome/index.js";
import { entryHash, keyChangeBody, vouchMessage } from "../../epigenome/chain.js";
import { type Head, hexOf, signHead, writeHead } from "../../epigenome/heads.js";
import type { SignatureService, SigningKeyRotation } from "../../ports/port.js";
import { testGenome } from "./genome.js";
import { freshHome, openTestWorld, rotatingSignature, seededClock } from "./home.js";

async function rotated(signature: SignatureService, at?: (point: string) => void): Promise<{ home: string; world: World }> {
  const home = freshHome();
  const world = openTestWorld(home, { signature, at });
  await world.ask({ cell: "a", kind: "message", text: "under the first key" });
  world.rotateKey();
  await world.ask({ cell: "a", kind: "message", text: "under the second" });
  return { home, world };
}

const key = (seed: number): Uint8Array => rotatingSignature(seed).publicKey;

describe("a rotated signing key", () => {
  test("signs from then on, and what the old ones signed stays valid", async () => {
    const signature = rotatingSignature();
    const { home, world } = await rotated(signature);
    world.rotateKey();
    await world.ask({ cell: "a", kind: "message", text: "under the third" });
    expect(world.verify()).toMatchObject({ ok: true });
    await world.close();
    expect(Buffer.from(signature.publicKey)).toEqual(Buffer.from(key(9)));
    expect(verifyHome(home, key(9))).toMatchObject({ ok: true });
    for (const other of [7, 8, 10]) expect(verifyHome(home, key(other))).toMatchObject({ ok: false });
    const again = openTestWorld(home, { signature });
    expect(again.verify()).toMatchObject({ ok: true });
    await again.close();
  });

  test("is taken when the home opens, if the process ended between its introduction and the taking", async () => {
    const signature = rotatingSignature();
    const died = new Error("the process ends here");
    const home = freshHome();
    const rotation = signature.rotation as SigningKeyRotation;
    const world = openTestWorld(home, { signature: { ...signature, rotation: { ...rotation, take: () => { throw died; } }, publicKey: signature.publicKey } });
    expect(() => world.rotateKey()).toThrow(died);
    await world.close();
    expect(verifyHome(home, key(7))).toMatchObject({ ok: true });
    const again = openTestWorld(home, { signature });
    expect(Buffer.from(signature.publicKey)).toEqual(Buffer.from(key(8)));
    await again.ask({ cell: "a", kind: "message", text: "goes on" });
    expect(again.verify()).toMatchObject({ ok: true });
    await again.close();
    expect(verifyHome(home, key(8))).toMatchObject({ ok: true });
  });

  test("is the one that a fork and an import go on from, if the process ended before the vault took it", async () => {
    const signature = rotatingSignature();
    const { take } = signature.rotation as SigningKeyRotation;
    const home = freshHome();
    const world = openTestWorld(home, { signature });
    await world.ask({ cell: "a", kind: "message", text: "under the first key" });
    Object.assign(signature.rotation as SigningKeyRotation, { take: () => { throw new Error("the process ends here"); } });
    expect(() => world.rotateKey()).toThrow("ends here");
    await world.close();
    Object.assign(signature.rotation as SigningKeyRotation, { take });
    const fork = join(freshHome(), "fork");
    const source = { home, publicKey: key(7), ports: world.portList, files: () => testGenome() };
    forkHome(source, verifyHome(home, key(7)).entries, { home: fork, signature: rotatingSignature(40), clock: seededClock(1) });
    const file = join(freshHome(), "home.ouro");
    exportHome(home, file, ["objects"], new Map([["journal.key", Buffer.from(`${hexOf(key(7))}\n`)]]));
    const imported = join(freshHome(), "imported");
    const { publicKey } = importHome(file, imported);
    expect(verifyHome(imported, Buffer.from(publicKey, "hex"))).toMatchObject({ ok: true });
    continueHome(publicKey, { home: imported, signature: rotatingSignature(40), clock: seededClock(1) });
    for (const second of [fork, imported]) {
      expect(verifyHome(second, key(40))).toMatchObject({ ok: true });
      const going = openTestWorld(second, { signature: rotatingSignature(40), genome: undefined });
      expect(await going.ask({ cell: "a", kind: "message", text: "goes on" })).toMatchObject({ outcome: "done" });
      expect(going.verify()).toMatchObject({ ok: true });
      await going.close();
    }
  });

  test("a world whose key is fixed says so", async () => {
    const world = openTestWorld(freshHome());
    expect(() => world.rotateKey()).toThrow(expect.objectContaining({ code: "key-fixed" }));
    await world.close();
  });
});

describe("verification refuses", () => {
  const forger = rotatingSignature(20);

  interface Place {
    readonly sequence: number;
    readonly previous: string;
  }

  /** A change of key as the forger would write it: vouched for by a key that signs for the forger, where it stands or for another place. */
  const change = (from: Uint8Array, to: Uint8Array, voucher: SignatureService, { isFork = false, vouched }: { isFork?: boolean; vouched?: Place } = {}) => (place: Place): string => {
    const keys = { from: hexOf(from), to: hexOf(to) };
    const fork = isFork ? { sequence: place.sequence - 1, hash: place.previous } : undefined;
    return keyChangeBody({ ...keys, vouched: Buffer.from(voucher.sign(vouchMessage(keys, vouched ?? place))).toString("hex"), fork });
  };

  /** Entries of the forger's own after a sequence, signed with the forger's key. */
  async function forged(from: number, bodies: readonly (string | ((place: Place) => string))[], signer: SignatureService = forger): Promise<string> {
    const { home, world } = await rotated(rotatingSignature());
    await world.close();
    const database = new Database(join(home, "world.db"));
    database.exec(`DELETE FROM journal WHERE sequence > ${from}; DELETE FROM journal_heads WHERE sequence > ${from}`);
    let previous = String(database.prepare("SELECT hash FROM journal WHERE sequence = ?").pluck().get(from));
    bodies.forEach((made, index) => {
      const place = { sequence: from + 1 + index, previous };
      const body = typeof made === "string" ? made : made(place);
      const entry = { ...place, kind: "operator", cell: "", stamp: { timeMs: 1, entropy: "00" }, body } as const;
      previous = entryHash(entry);
      database.prepare("INSERT INTO journal VALUES (?, ?, ?, ?, ?, ?, ?, ?)").run(entry.sequence, entry.kind, "", 1, "00", body, entry.previous, previous);
      const { row, present } = signHead(signer, entry.sequence, previous);
      database.prepare("INSERT INTO journal_heads VALUES (?, ?, ?)").run(row.sequence, row.hash, row.signature);
      writeHead(join(home, "journal.head"), present);
    });
    database.close();
    return home;
  }

  test.each<[string, number, Parameters<typeof forged>[1], RegExp]>([
    ["entries signed with a key that none introduces", 3, ['{:note "mine"}'], /signature over entries/],
    ["a key that introduces itself", 3, [change(key(7), forger.publicKey, forger), '{:note "mine"}'], /signature over entries/],
    ["a key that follows one that was never in force", 5, [change(forger.publicKey, key(8), forger)], /not in force|signature/],
  ])("%s", async (_title, from, bodies, problem) => {
    const home = await forged(from, bodies);
    for (const anchor of [key(7), key(8)]) expect(verifyHome(home, anchor)).toMatchObject({ ok: false, problem: expect.stringMatching(problem) });
  });

  test("a key that is introduced in the name of one that no longer signs", async () => {
    const home = await forged(6, [change(key(7), key(9), rotatingSignature(9))], rotatingSignature(8));
    for (const anchor of [key(8), key(9)]) expect(verifyHome(home, anchor)).toMatchObject({ ok: false, problem: expect.stringMatching(/after one that was not in force/) });
  });

  test("a fork of a home that names the forger's key as the next one", async () => {
    const home = await forged(3, [change(key(7), forger.publicKey, forger, { isFork: true }), '{:note "mine"}']);
    for (const anchor of [key(7), key(8)]) expect(verifyHome(home, anchor)).toMatchObject({ ok: false, problem: expect.stringMatching(/another signing key/) });
  });

  /** Keeps the entries up to 3, rewrites the rest, and leaves one head, the forger's own, and an old authentic one outside. */
  async function rewritten(last: (place: Place) => string): Promise<string> {
    const { home, world } = await rotated(rotatingSignature());
    await world.close();
    const outside = readFileSync(join(home, "journal.head"));
    const database = new Database(join(home, "world.db"));
    const old = database.prepare("SELECT * FROM journal_heads WHERE sequence = 3").get() as Head;
    database.close();
    const other = await forged(3, ['{:note "mine"}', last]);
    const changed = new Database(join(other, "world.db"));
    changed.exec("DELETE FROM journal_heads WHERE sequence < 5");
    changed.close();
    writeFileSync(join(other, "journal.head"), outside.fill(" "));
    writeHead(join(other, "journal.head"), signHead(rotatingSignature(), 3, old.hash).present);
    return other;
  }

  test.each<[string, (place: Place) => string]>([
    ["the vault's key", change(forger.publicKey, key(7), forger)],
    ["the vault's key as that of a fork", change(forger.publicKey, key(7), forger, { isFork: true })],
    ["the vault's key, with a word of its own from another place", change(forger.publicKey, key(7), rotatingSignature(7), { vouched: { sequence: 2, previous: "0".repeat(64) } })],
  ])("a rewritten journal whose last entry introduces %s; and nothing is signed over it", async (_title, last) => {
    const home = await rewritten(last);
    const head = readFileSync(join(home, "journal.head"));
    expect(verifyHome(home, key(7))).toMatchObject({ ok: false, sequence: 5 });
    expect(() => openTestWorld(home, { signature: rotatingSignature() })).toThrow(expect.objectContaining({ code: "journal-damaged" }));
    expect(readFileSync(join(home, "journal.head"))).toEqual(head);
    const target = join(freshHome(), "fork");
    const source = { home, publicKey: key(7), ports: [], files: () => undefined };
    expect(() => forkHome(source, 3, { home: target, signature: rotatingSignature(40), clock: seededClock(1) })).toThrow(expect.objectContaining({ code: "journal-damaged" }));
  });

  test("a tail without its heads, which opening would have signed", async () => {
    const { home, world } = await rotated(rotatingSignature());
    await world.close();
    const database = new Database(join(home, "world.db"));
    database.exec("DELETE FROM journal_heads WHERE sequence > 3");
    database.close();
    rmSync(join(home, "journal.head"));
    const signature = rotatingSignature();
    signature.rotation?.take(key(8));
    expect(() => openTestWorld(home, { signature })).toThrow(expect.objectContaining({ code: "journal-damaged" }));
  });
});
