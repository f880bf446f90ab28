// Bencode as it comes from a socket: whole, byte by byte, wrong, hostile; and the server that it comes to.
import fc from "fast-check";
import { mkdtempSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bareSession } from "../../../frontends/host-bare.js";
import type { EditorServer } from "../../../frontends/frontend.js";
import { type Bencoded, BencodeError, Decoder, encode } from "../../../frontends/nrepl/bencode.js";
import { startServer } from "../../../frontends/nrepl/index.js";
import { Client } from "./client.js";

const SEED = 20_26;

/** Maps as plain records, to compare. */
function plain(value: Bencoded): unknown {
  if (value instanceof Map) return Object.fromEntries([...value].map(([key, item]) => [key, plain(item as Bencoded)]));
  return Array.isArray(value) ? value.map(plain) : value;
}

describe("the decoder", () => {
  test.each<[string, unknown[]]>([
    ["i0e", [0]], ["i-12e", [-12]], ["3:abc", ["abc"]], ["0:", [""]], ["le", [[]]], ["de", [{}]], ["5:\u00e4\u20ac", ["ä€"]],
    ["d2:op5:clonee", [{ op: "clone" }]], ["li1e1:ad1:kl0:eee", [[1, "a", { k: [""] }]]], ["i1ei2e1:x", [1, 2, "x"]],
  ])("reads %s", (text, values) => {
    const bytes = Buffer.from(text);
    expect(new Decoder().feed(bytes).map(plain)).toEqual(values);
    const decoder = new Decoder();
    expect([...bytes].flatMap((byte) => decoder.feed(Buffer.of(byte))).map(plain)).toEqual(values);
  });

  test.each([
    "x", "e", "ie", "i-e", "i-0e", "i03e", "i1.5e", "i99999999999999999e", "i 1e", "-1:a", "01:a", "99999999:", "999999999", "3;abc",
    "di1e1:ae", "dlee", "d1:ae", "d1:a1:be1:de", `${"l".repeat(33)}`, "GET / HTTP/1.1\r\n", "POST / HTTP/1.1\r\n", "\u0000", "i1e ",
  ])("refuses %j at once", (text) => {
    expect(() => new Decoder().feed(Buffer.from(text))).toThrow(BencodeError);
  });

  test("refuses endless messages within bounds, and reserves nothing for what is only announced", () => {
    const before = process.memoryUsage().rss;
    for (let count = 0; count < 200; count++) expect(new Decoder().feed(Buffer.from("16000000:abc"))).toEqual([]);
    expect(process.memoryUsage().rss - before).toBeLessThan(50 * 1024 * 1024);
    expect(() => new Decoder().feed(Buffer.from(`l${"0:".repeat(100_001)}`))).toThrow(/items/);
    const decoder = new Decoder();
    const piece = Buffer.from(`1000000:${"x".repeat(1_000_000)}`);
    expect(() => { decoder.feed(Buffer.from("l")); for (let count = 0; count < 20; count++) decoder.feed(piece); }).toThrow(/16 MiB/);
  });

  test("whatever is written is read again, however it is cut", () => {
    const { value } = fc.letrec<{ value: Bencoded }>((tie) => ({
      value: fc.oneof({ maxDepth: 4 }, fc.string({ unit: "binary" }), fc.maxSafeInteger(), fc.array(tie("value"), { maxLength: 4 }),
        fc.array(fc.tuple(fc.string(), tie("value")), { maxLength: 4 }).map((entries) => new Map(entries))),
    }));
    fc.assert(fc.property(value, fc.integer({ min: 1, max: 9 }), (written, size) => {
      const bytes = encode(plain(written) as Parameters<typeof encode>[0]);
      const decoder = new Decoder();
      const read: unknown[] = [];
      for (let at = 0; at < bytes.length; at += size) read.push(...decoder.feed(bytes.subarray(at, at + size)).map(plain));
      expect(read).toEqual([plain(written)]);
    }), { seed: SEED, numRuns: 300 });
  });

  test("any bytes at all are values or a BencodeError", () => {
    const token = fc.constantFrom("i", "e", "l", "d", ":", "-", "0", "1", "12", "3:abc", "2:op4:eval", "i1e");
    fc.assert(fc.property(fc.oneof(fc.uint8Array({ maxLength: 60 }), fc.array(token, { maxLength: 30 }).map((parts) => Buffer.from(parts.join("")))), (bytes) => {
      try {
        new Decoder().feed(bytes);
      } catch (error) {
        expect(error).toBeInstanceOf(BencodeError);
      }
    }), { seed: SEED, numRuns: 2000 });
  });
});

describe("the server", () => {
  let server: EditorServer;
  beforeAll(async () => {
    server = await startServer({ session: await bareSession({}), port: 0, folder: mkdtempSync(join(tmpdir(), "ouro-nrepl-")), version: "0" });
  });
  afterAll(() => server.close());

  /** Sends bytes, in pieces, and answers all that comes back until the server hangs up or `until` has come. */
  async function exchange(pieces: readonly Uint8Array[], until = ""): Promise<string> {
    const socket = connect(server.port, "127.0.0.1");
    let back = "";
    const ended = new Promise<void>((resolve) => {
      socket.on("data", (part) => { back += part.toString(); if (until !== "" && back.includes(until)) resolve(); });
      socket.once("close", () => resolve());
    });
    for (const piece of pieces) socket.write(piece);
    await ended;
    socket.destroy();
    return back;
  }

  test.each(["x", "POST / HTTP/1.1\r\nHost: localhost\r\n\r\nd2:op4:eval4:code1:1e", "d2:opi1", "l".repeat(40), "999999999:"])("answers %j with an error, hangs up, and serves others", async (text) => {
    if (text === "d2:opi1") expect(await exchange([Buffer.from(`${text}ee`)], "done")).toContain("op must be a string");
    else expect(await exchange([Buffer.from(text)])).toContain("invalid-bencode");
    const client = await Client.connect(server.port);
    expect((await client.ask({ op: "eval", code: "1" })).values).toEqual(["1"]);
    client.close();
  });

  test("a message byte by byte is a message", async () => {
    const bytes = encode({ op: "eval", code: "(* 6 7)", id: "one" });
    expect(await exchange([...bytes].map((byte) => Buffer.of(byte)), "4:done")).toContain("5:value2:42");
  });

  test.each<[string, Record<string, unknown>, string]>([
    ["a list for an operation", { op: ["eval"] }, "op must be a string"],
    ["a number for a session", { op: "eval", code: "1", session: 5 }, "session must be a string"],
    ["a dictionary for code", { op: "eval", code: { a: 1 } }, "code must be a string"],
    ["a line that is none", { op: "eval", code: "1", line: "many" }, "line must be a whole number"],
    ["a line out of reach", { op: "eval", code: "1", line: 100_000_000 }, "line must be a whole number"],
    ["an expander that is none", { op: "macroexpand", code: "1", expander: "constructor" }, "expander must be one of"],
    ["no operation", { session: "x" }, "op is missing"],
  ])("%s is told as such", async (_title, message, problem) => {
    const client = await Client.connect(server.port);
    const answer = await client.ask(message);
    expect(answer.status).toEqual(["error", "invalid-message", "done"]);
    expect(answer.err).toContain(problem);
    client.close();
  });

  test.each(["constructor", "__proto__", "toString", "x".repeat(100_000)])("an operation named %.20s is unknown", async (op) => {
    const client = await Client.connect(server.port);
    expect((await client.ask({ op })).status).toEqual(["error", "unknown-op", "done"]);
    client.close();
  });

  test("sessions are bounded: the oldest idle one gives way", async () => {
    const client = await Client.connect(server.port);
    for (let count = 0; count < 300; count++) await client.ask({ op: "clone" });
    expect(((await client.ask({ op: "ls-sessions" })).entry("sessions") as string[]).length).toBeLessThanOrEqual(256);
    client.close();
  });
});
