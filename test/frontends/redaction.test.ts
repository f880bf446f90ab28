// Nothing secret comes out: a secret of the vault is put through every door, and looked for in all that the home says and keeps.
import { mkdtempSync, readdirSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { afterEach, describe, expect, test } from "vitest";
import { z } from "zod";
import { openWorld } from "../../epigenome/index.js";
import { readData } from "../../epigenome/data.js";
import { openArchive } from "../../frontends/host-archive.js";
import { openHost } from "../../frontends/host.js";
import { deskOf } from "../../frontends/host-rest.js";
import { openLog } from "../../frontends/host-log.js";
import { historyOf } from "../../frontends/repl/history.js";
import { bytes, operation, type Port, PortError } from "../../ports/port.js";
import { memoryVault, openVault, sqliteVault } from "../../ports/vault/index.js";
import { testGenome } from "../epigenome/genome.js";
import { serve } from "./control/served.js";

const SECRET = 'hunter2-"quoted"/ and more';
/** How it goes in. */
const SPELLINGS = [
  SECRET, JSON.stringify(SECRET).slice(1, -1), encodeURIComponent(SECRET), new URLSearchParams({ k: SECRET }).toString().slice(2),
  Buffer.from(SECRET).toString("base64"), Buffer.from(`user:${SECRET}`).toString("base64"), Buffer.from(SECRET).toString("hex"),
];
/** What must not come out: of base64 the digits that the secret alone decides. */
const TRACES = SPELLINGS.map((spelling) => (/^[A-Za-z0-9+/]{24,}=*$/.test(spelling) ? spelling.slice(8, -4) : spelling));
const API = "https://api.example.org";

function mustBeClean(text: string): void {
  for (const trace of TRACES) expect(text).not.toContain(trace);
}

/** Every file of the home but the vault's own, as bytes. */
function mustHoldNothing(home: string): void {
  const files = readdirSync(home, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  expect(files.length).toBeGreaterThan(3);
  for (const { parentPath, name } of files) {
    const content = readFileSync(join(parentPath, name)).toString("latin1");
    for (const trace of TRACES) expect(content.includes(trace), `${name} holds ${trace}`).toBe(false);
  }
}

/** The id by which the journal knows a message. */
async function firstMessage(ask: (question: { path: string }) => Promise<{ text: string }>): Promise<string> {
  return /message-[0-9a-f]{16}/.exec((await ask({ path: "/v1/journal?last=1000" })).text)?.[0] ?? "";
}

const closing: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

describe("a home that is served", () => {
  test("tells and keeps no secret that comes by a message, by hand, by the API or into its log", async () => {
    const served = await serve();
    const { host, home } = served;
    closing.push(() => served.close());
    await host.vault.put("key", SECRET, [API]);
    const said: string[] = [];
    host.watch((event) => void said.push(JSON.stringify(event)));
    host.listen((text) => void said.push(text));
    for (const spelling of SPELLINGS) expect(await host.send(`it is ${spelling}!`)).toMatch(/^> it is .*secret:key/);
    said.push(JSON.stringify(await host.session().evaluate(`(store/put! "k" ${JSON.stringify(SECRET)})`)));
    const typed = historyOf(home, (text) => host.redact(text));
    typed.write(SPELLINGS);
    await typed.flush();
    const sent = await served.ask({ method: "POST", path: "/v1/messages", body: JSON.stringify({ text: `fail with ${SECRET}` }) });
    const log = openLog(home, (text) => host.redact(text));
    for (const spelling of SPELLINGS) log("error", { url: `https://x.example/?k=${spelling}`, deep: [{ error: new Error(spelling).stack }] }, `refused: ${spelling}`);
    const pages = await Promise.all(["/v1/journal?last=1000", "/v1/effects", "/v1/cells", "/v1/status", "/v1/doctor", `/v1/why/${await firstMessage(served.ask)}`, "/v1/metrics", `/v1/why/${encodeURIComponent(SECRET)}`, `/v1/cells/${encodeURIComponent(SECRET)}`].map((path) => served.ask({ path })));
    expect(pages.filter(({ status }) => status === 200)).toHaveLength(8);
    expect(pages.at(-1)?.text).toContain("there is no cell secret:key");
    for (const text of [...said, sent.text, ...pages.map((page) => page.text), JSON.stringify(served.logged)]) mustBeClean(text);
    const lines = readFileSync(join(home, "ouro.log"), "utf8").trimEnd().split("\n").map((line) => JSON.parse(line) as { msg: string; level: number });
    expect(lines.map(({ msg }) => msg)).toEqual(SPELLINGS.map(() => expect.stringMatching(/^refused: .*secret:key/) as string));
    mustHoldNothing(home);
  });

  test("tells none that it learned as one only later", async () => {
    const served = await serve();
    closing.push(() => served.close());
    await served.host.send(`it is ${SECRET}`);
    await served.host.vault.put("key", SECRET, [API]);
    for (const path of ["/v1/journal", `/v1/why/${await firstMessage(served.ask)}`]) {
      const { status, text } = await served.ask({ path });
      expect({ status, isTold: text.includes("it is secret:key") }).toEqual({ status: 200, isTold: true });
      expect(() => JSON.parse(text) as unknown).not.toThrow();
      mustBeClean(text);
    }
  });
});

describe("a home at rest", () => {
  test("prints no secret that it learned as one only later, from its journal, of a message or whole; nor does the journal beside an owner", async () => {
    const { host, home, close } = await serve();
    await host.send(`it is ${SECRET}`);
    await host.vault.put("key", SECRET, [API]);
    const whole = async (form: "lisp" | "json"): Promise<string> => {
      let text = "";
      for await (const line of openArchive(home).text(form)) text += `${line}\n`;
      return text;
    };
    const beside = [await whole("lisp"), await whole("json")];
    await close();
    const database = new Database(join(home, "world.db"));
    database.prepare("INSERT INTO world_quarantine VALUES ('held', ?, 1, 1)").run(`it said it is ${SECRET}`);
    database.prepare("INSERT INTO baseband_refused VALUES (1, 'mqtt', 'a', 'c', '', ?, 'baseband-not-allowed', ?)").run(SECRET, JSON.stringify({ platform: "mqtt", account: "a", channel: "c", thread: "", sender: SECRET, code: "baseband-not-allowed", lastMs: 1, count: 1 }));
    database.prepare("UPDATE baseband_turns SET state = 'failed', record = json_set(record, '$.state', 'failed', '$.reason', ?)").run(`it said it is ${SECRET}`);
    database.close();
    const desk = await deskOf(home, () => openHost(home));
    closing.push(() => desk.close());
    const listed = [await desk.cells({}), await desk.queue(), await desk.channels()].map((each) => JSON.stringify(each));
    for (const text of listed) {
      mustBeClean(text);
      expect(text).toContain("secret:key");
    }
    const talk = (await desk.cells({})).find(({ cell }) => cell !== "held");
    const details = await desk.cell({ cell: talk?.cell ?? "" });
    const told = [...beside, await whole("lisp"), await whole("json"), ...[await desk.journal({}), await desk.why({ id: details.ended[0]?.id ?? "" }), await desk.effects({}), await desk.approvals(), details].map((each) => JSON.stringify(each))];
    for (const text of told) mustBeClean(text);
    for (const text of told.slice(0, 6)) expect(text).toContain("it is secret:key");
  });
});

/** A tool that fetches a page, as text and as bytes, and one whose failure tells what it was refused with. */
function fetching(url: string): Port {
  const page = async () => (await fetch(url)).text();
  return {
    name: "store", doc: "Fetches.", operations: [
      operation({ name: "read", doc: "A page.", parameters: z.object({ key: z.string() }), result: z.object({ text: z.string(), raw: bytes, headers: z.record(z.string(), z.string()) }), outcome: "pure", run: async () => {
        const text = await page();
        return { text, raw: new TextEncoder().encode(text), headers: { [`x ${SECRET}`]: text } };
      } }),
      operation({ name: "fail", doc: "Fails.", parameters: z.object({}), result: z.object({}), outcome: "pure", run: async () => { throw new PortError("store-refused", `refused: ${await page()}`, { hint: `hinted: ${await page()}` }); } }),
    ],
  };
}

const MANIFEST = `(manifest (version 1) (libraries (genome policy effects) (genome turn turn)) (turn (genome turn turn))
  (grants (grant (genome turn turn) (store/read) (store/fail))))`;
const TURN = `(define-library (genome turn turn) (export handle-turn) (import (ouro base) (port store))
  (begin (define (handle-turn input state)
    "Reads a page, or fails to."
    (let ((answer (if (eq? (get input :kind) :fail) (guard (e (#t (string-append (condition-message e) (condition-hint e)))) (store/fail)) (store/read (get input :text)))))
      {:state {:last answer} :answer answer}))))`;

test("a page that a tool fetched, and the words of a failure, come to the turn and the journal without secrets", async () => {
  const server = createServer((_request, response) => response.end(SPELLINGS.map((spelling) => `<p>${spelling}</p>`).join("\n")));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closing.push(() => new Promise<void>((resolve) => void server.close(() => resolve())));
  const home = mkdtempSync(join(tmpdir(), "ouro-redaction-"));
  const vault = openVault(sqliteVault(join(home, "vault.db")), { kind: "file", path: join(home, "vault.key") });
  vault.put("key", SECRET, [API]);
  const world = openWorld({
    home, signature: vault.signature, redact: (text) => vault.redact(text), genome: { commit: "1".repeat(40), files: testGenome({ "manifest.scm": MANIFEST, "turn/turn.scm": TURN }) },
    ports: () => [fetching(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)],
  });
  const { outcome, answer } = await world.ask({ cell: "a", kind: "write", text: "k" });
  expect({ outcome, times: answer.match(/secret:key/g)?.length }).toEqual({ outcome: "done", times: 2 * SPELLINGS.length + 1 });
  const failed = await world.ask({ cell: "a", kind: "fail", text: SECRET });
  expect(failed.outcome).toBe("done");
  const raw = Buffer.from((/#u8\(([^)]*)\)/.exec(answer)?.[1] ?? "").split(" ").map(Number)).toString("utf8");
  expect(raw.match(/secret:key/g)).toHaveLength(SPELLINGS.length);
  mustBeClean(raw);
  const told = JSON.stringify([answer, failed, world.why(failed.id), world.entries(100), world.state("a")]);
  expect(told).toContain("refused: <p>secret:key");
  expect(told).toContain("hinted: <p>secret:key");
  mustBeClean(told);
  expect(world.verify().ok).toBe(true);
  expect(world.replay().problem).toBeUndefined();
  await world.close();
  vault.close();
  mustHoldNothing(home);
});

const LEAKING = `(define-library (genome turn turn) (export handle-turn) (import (ouro base))
  (begin (define (handle-turn input state)
    "Tells a secret that it puts together, in an answer, a timer or an error."
    (let ((told (string-append "hunter2-" (get input :text ""))))
      (case (get input :kind)
        ((:fail) (error told))
        ((:later) {:state {} :answer "" :timers [{:id "t" :after 3600000 :text told :data {:told [told]}}]})
        (else {:state {} :answer {:told (list told)}}))))))`;

test("what a turn puts together is redacted before it is committed, and replays as it was", async () => {
  const home = mkdtempSync(join(tmpdir(), "ouro-redaction-"));
  const vault = openVault(sqliteVault(join(home, "vault.db")), { kind: "file", path: join(home, "vault.key") });
  vault.put("key", SECRET, [API]);
  const world = openWorld({
    home, signature: vault.signature, redact: (text) => vault.redact(text), ports: () => [],
    genome: { commit: "1".repeat(40), files: testGenome({ "manifest.scm": MANIFEST.replace(/\(grants.*/s, "(grants))"), "turn/turn.scm": LEAKING }) },
  });
  const rest = SECRET.slice("hunter2-".length);
  const outcomes = [];
  for (const kind of ["tell", "fail", "later"]) outcomes.push(await world.ask({ cell: "a", kind, text: rest }));
  expect(outcomes.map(({ answer }) => answer)).toEqual(['{:told ("secret:key")}', expect.stringContaining("secret:key"), ""]);
  expect(world.cell("a")?.timers).toMatchObject([{ text: "secret:key", data: '{:told ["secret:key"]}' }]);
  expect(() => world.patch("(genome turn turn)", "handle-turn", `(define (handle-turn input state) ${JSON.stringify(SECRET)})`)).toThrow(expect.objectContaining({ code: "secret-in-text" }));
  vault.delete("key");
  expect(world.replay()).toMatchObject({ ok: true });
  await world.close();
  vault.close();
  mustHoldNothing(home);
});

/** A private key that has no end. */
const KEY = "-----BEGIN PRIVATE KEY----- x";

test("what looks like a secret to its text's end takes nothing along of the datum that it stands in", async () => {
  const { host, home, close } = await serve();
  closing.push(close);
  await host.vault.put("pin", "83627451", [API]);
  const kept = await host.session().evaluate(`(store/put! "k" [${JSON.stringify(KEY)} 83627451 "kept\\nsk-${"a1".repeat(20)}"] :text ${JSON.stringify(KEY)})`);
  expect(kept).toMatchObject({ ok: true });
  expect(await host.session().evaluate('(:value (store/get "k"))')).toMatchObject({ ok: true, printed: ["[\"[redacted]\" \"secret:pin\" \"kept\\n[redacted]\"]"] });
  for await (const line of openArchive(home).text("lisp")) expect(readData(line)).toHaveLength(1);
});

const ECHOING = `(define-library (genome turn turn) (export handle-turn) (import (ouro base) (ouro authority))
  (begin (define (handle-turn input state) "Tells the data." {:state {} :answer (reveal (get input :data))})))`;

test("an input's data are redacted string by string", async () => {
  const vault = openVault(memoryVault(), { kind: "passphrase", passphrase: "long enough" });
  const world = openWorld({
    home: mkdtempSync(join(tmpdir(), "ouro-redaction-")), signature: vault.signature, redact: (text) => vault.redact(text), ports: () => [],
    genome: { commit: "1".repeat(40), files: testGenome({ "manifest.scm": MANIFEST.replace(/\(grants.*/s, "(grants))"), "turn/turn.scm": ECHOING }) },
  });
  closing.push(() => world.close());
  const { answer } = await world.ask({ cell: "a", kind: "tell", text: "", data: `{:name ${JSON.stringify(KEY)} :size 3}` });
  expect(answer).toBe('{:name "[redacted]" :size 3}');
});
