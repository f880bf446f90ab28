// Models in a home: added by a form and a key, asked over the wire by a turn, priced, and gone again; the key goes to its own address alone.
import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import type { Host, LiveEvent } from "../../frontends/frontend.js";
import { openHost } from "../../frontends/host.js";
import type { NewProvider } from "../../frontends/models.js";
import { ROOT } from "../house/sources.js";
import { KEY, openPeer, type Peer } from "../ports/router/peer.js";
import { tinyPackage } from "./tiny-genome.js";

const MANIFEST = `(manifest (version 1) (libraries (genome policy effects) (genome policy models) (genome turn turn)) (turn (genome turn turn))
  (grants (grant (genome turn turn) (router/complete (budget {:usd-cents 100 :per :day})) (router/models) (router/choose) (store/blob-put!)))
  (budgets (turn {:milliseconds 60000})))`;
const EFFECTS = `(define-library (genome policy effects) (export decide-effect) (import (ouro base))
  (begin (define (decide-effect effect) "Allows all." {:decision :allow :rule "all" :reason "a test"})))`;
const TURN = `(define-library (genome turn turn) (export handle-turn) (import (ouro base) (ouro authority) (port router) (port store))
  (begin
    (define (handle-turn input state)
      "Asks the first model there is, with a picture if the text says so, and answers what it says and what it cost."
      {:state state
       :answer (guard (e (#t (string-append (keyword->string (condition-code e)) ": " (condition-message e))))
         (let* ((model (:model (router/choose)))
                (picture (if (equal? (:text input) "look") {:images [{:type "image/png" :blob (:hash (store/blob-put! (bytevector 1 2 3)))}]} {})))
           (if (equal? model "embedded")
               "nobody but myself"
               (let ((said (reveal (router/complete model [(merge {:role "user" :text (:text input)} picture)] :max-tokens 100))))
                 (string-append (:text said) " / " (:model said) " / " (number->string (:usd-cents (:usage said))))))))})))`;

const shipped = tinyPackage({ "manifest.scm": MANIFEST, "policy/effects.scm": EFFECTS, "turn/turn.scm": TURN, "policy/models.scm": readFileSync(join(ROOT, "genome", "policy", "models.scm"), "utf8") });
const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function start(home = join(mkdtempSync(join(tmpdir(), "ouro-models-")), "home")): Promise<Host> {
  const host = await openHost(home, shipped);
  closing.push(() => host.close());
  return host;
}

async function peered(): Promise<Peer> {
  const peer = await openPeer();
  closing.push(() => peer.close());
  return peer;
}

const local = (peer: Peer, more: Partial<NewProvider> = {}): NewProvider => ({
  name: "local", wire: "openai-chat", url: peer.url("openai-chat"), secret: "local", models: [{ name: "nice", context: 8_000, price: [1_000, 200_000], tags: ["images"] }], ...more,
});
const missing = async (host: Host): Promise<Record<string, string | undefined>> => Object.fromEntries((await host.models.list()).map((each) => [each.model, each.missing]));

describe("models of a home", () => {
  test("those that are shipped wait for a key, and no turn asks them before", async () => {
    const host = await start();
    expect(await missing(host)).toMatchObject({ "claude-opus-5-5": "a secret anthropic for https://api.anthropic.com", "gpt-6.1-sol": "a secret openai for https://api.openai.com" });
    expect(await host.send("hello")).toBe("nobody but myself");
    await host.models.key("anthropic", "a-key-that-is-one");
    expect((await missing(host))["claude-opus-5-5"]).toBeUndefined();
    expect((await missing(host))["gpt-6.1-sol"]).toBeDefined();
    await expect(host.models.key("none", "a-key-that-is-one")).rejects.toMatchObject({ code: "no-provider" });
  });

  test("one that is added is asked over its wire, in pieces, at its price, and is there after a restart", async () => {
    const [host, peer] = [await start(), await peered()];
    peer.answer = () => ({ text: "An answer from afar", inputTokens: 10, outputTokens: 20 });
    await host.models.add(local(peer), KEY);
    let pieces = "";
    const unwatch = host.watch((event: LiveEvent) => void (event.kind === "text" && (pieces += String(event["text"]))));
    expect(await host.send("hello")).toBe("An answer from afar / nice / 4.01");
    unwatch();
    expect(pieces).toBe("An answer from afar");
    expect(await host.models.check("nice")).toBe("An answer from afar");
    expect(await host.send("look")).toMatch(/^An answer/);
    expect(JSON.stringify(peer.asked.at(-1)?.body)).toContain("AQID");
    expect(JSON.stringify(host.journal.show({ last: 200 }))).not.toContain(KEY);
    expect(host.journal.verify()).toMatchObject({ ok: true });
    await host.close();
    const again = await start(host.home);
    expect(await again.send("hello")).toMatch(/nice/);
    await again.models.remove("local");
    expect(await again.send("hello")).toBe("nobody but myself");
    await expect(again.models.remove("local")).rejects.toMatchObject({ code: "no-provider" });
  });

  test("a key goes to the address that it was given for, and to no other", async () => {
    const [host, peer, other] = [await start(), await peered(), await peered()];
    await host.models.add(local(peer), KEY);
    await host.models.add(local(other));
    expect((await missing(host))["nice"]).toBe(`a secret local for ${other.origin}`);
    expect(await host.send("hello")).toBe("nobody but myself");
    await expect(host.models.check("nice")).rejects.toMatchObject({ code: "router-unavailable" });
    expect([peer.asked, other.asked]).toEqual([[], []]);
  });

  test("one without a key needs none, and takes the place of a known one of its name", async () => {
    const [host, peer] = [await start(), await peered()];
    await host.models.add({ name: "openai", wire: "openai-chat", url: peer.url("openai-chat"), models: [{ name: "gpt-6.1-sol", context: 8_000, price: [0, 0] }] });
    expect(await missing(host)).toEqual({ "claude-opus-5-5": expect.any(String), "claude-sonnet-5-5": expect.any(String), "claude-haiku-5-5": expect.any(String), "gpt-6.1-sol": undefined });
    await expect(host.models.key("openai", "a-key-that-is-one")).rejects.toMatchObject({ code: "no-key-wanted" });
  });

  test.each<[string, (peer: Peer) => Partial<NewProvider>]>([
    ["a model's name twice", (peer) => ({ models: [...local(peer).models, ...local(peer).models] })],
    ["a model's name that is taken", () => ({ models: [{ name: "claude-opus-5-5", context: 1, price: [0, 0] }] })],
    ["a key in the clear over the net", () => ({ url: "http://models.example.org/v1" })],
    ["a key in the address", () => ({ url: "https://user:key@models.example.org/v1" })],
    ["a price below nothing", () => ({ models: [{ name: "nice", context: 1, price: [-1, 0] }] })],
    ["a wire that nobody speaks", () => ({ wire: "telepathy" as NewProvider["wire"] })],
    ["an entry that means nothing", () => ({ speed: "fast" } as Partial<NewProvider>)],
  ])("%s is refused, and nothing changes", async (_title, wrong) => {
    const [host, peer] = [await start(), await peered()];
    const before = await host.models.list();
    await expect(host.models.add({ ...local(peer), ...wrong(peer) }, KEY)).rejects.toMatchObject({ code: "router-bad-models" });
    expect(await host.models.list()).toEqual(before);
  });
});
