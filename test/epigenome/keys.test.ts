// Signing keys: one follows another by an entry that the standing one signs, and no other key is accepted.
import { join } from "node:path";
import Database from "better-sqlite3";
import { describe, expect, test } from "vitest";
import { type World, verifyHome } from "../../epigenome/index.js";
import { entryHash, keyChangeBody } from "../../epigenome/chain.js";
import { hexOf, signedHead, writeHead } from "../../epigenome/heads.js";
import type { SignatureService } from "../../ports/port.js";
import { freshHome, openTestWorld, rotatingSignature } from "./home.js";

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
    const world = openTestWorld(home, { signature: { ...signature, rotation: { next: () => key(8), take: () => { throw died; } }, publicKey: signature.publicKey } });
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

  test("a world whose key is fixed says so", async () => {
    const world = openTestWorld(freshHome());
    expect(() => world.rotateKey()).toThrow(expect.objectContaining({ code: "key-fixed" }));
    await world.close();
  });
});

describe("verification refuses", () => {
  const forger = rotatingSignature(20);

  /** Entries of the forger's own after a sequence, signed with the forger's key. */
  async function forged(from: number, bodies: readonly string[], signer: SignatureService = forger): Promise<string> {
    const { home, world } = await rotated(rotatingSignature());
    await world.close();
    const database = new Database(join(home, "world.db"));
    database.exec(`DELETE FROM journal WHERE sequence > ${from}; DELETE FROM journal_heads WHERE sequence > ${from}`);
    let previous = String(database.prepare("SELECT hash FROM journal WHERE sequence = ?").pluck().get(from));
    bodies.forEach((body, index) => {
      const entry = { sequence: from + 1 + index, kind: "operator", cell: "", stamp: { timeMs: 1, entropy: "00" }, body, previous } as const;
      previous = entryHash(entry);
      database.prepare("INSERT INTO journal VALUES (?, ?, ?, ?, ?, ?, ?, ?)").run(entry.sequence, entry.kind, "", 1, "00", body, entry.previous, previous);
      const head = signedHead(signer, entry.sequence, previous);
      database.prepare("INSERT INTO journal_heads VALUES (?, ?, ?)").run(head.sequence, head.hash, head.signature);
      writeHead(join(home, "journal.head"), head);
    });
    database.close();
    return home;
  }

  test.each<[string, number, readonly string[], RegExp]>([
    ["entries signed with a key that none introduces", 3, ['{:note "mine"}'], /signature over entries/],
    ["a key that introduces itself", 3, [keyChangeBody(hexOf(key(7)), hexOf(forger.publicKey)), '{:note "mine"}'], /signature over entries/],
    ["a key that follows one that was never in force", 5, [keyChangeBody(hexOf(forger.publicKey), hexOf(key(8)))], /not in force|signature/],
  ])("%s", async (_title, from, bodies, problem) => {
    const home = await forged(from, bodies);
    for (const anchor of [key(7), key(8)]) expect(verifyHome(home, anchor)).toMatchObject({ ok: false, problem: expect.stringMatching(problem) });
  });

  test("a key that is introduced in the name of one that no longer signs", async () => {
    const home = await forged(6, [keyChangeBody(hexOf(key(7)), hexOf(key(9)))], rotatingSignature(8));
    for (const anchor of [key(8), key(9)]) expect(verifyHome(home, anchor)).toMatchObject({ ok: false, problem: expect.stringMatching(/after one that was not in force/) });
  });

  test("a fork of a home that names the forger's key as the next one", async () => {
    const body = `{:signing-key {:from "${hexOf(key(7))}" :to "${hexOf(forger.publicKey)}"} :fork {:sequence 3 :hash "${"0".repeat(64)}"}}`;
    const home = await forged(3, [body, '{:note "mine"}']);
    for (const anchor of [key(7), key(8)]) expect(verifyHome(home, anchor)).toMatchObject({ ok: false, problem: expect.stringMatching(/another signing key/) });
  });
});
