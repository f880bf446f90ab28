// Redaction: a vault's secret comes out of no text, however it is spelled, and ordinary text stays as it is.
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { LispString, write } from "../../interpreter/index.js";
import { memoryVault, openVault } from "../../ports/vault/index.js";

const API = "https://api.example.org";

function vaultOf(secrets: Readonly<Record<string, string>>) {
  const vault = openVault(memoryVault(), { kind: "file", path: join(mkdtempSync(join(tmpdir(), "ouro-redact-")), "vault.key") });
  for (const [name, secret] of Object.entries(secrets)) vault.put(name, secret, [API]);
  return vault;
}

/** Ways in which programs write a text into another. */
const SPELLINGS: Readonly<Record<string, (secret: string) => string>> = {
  itself: (secret) => secret,
  "within words": (secret) => `key=${secret}&next=1`,
  base64: (secret) => Buffer.from(secret).toString("base64"),
  "base64 after other bytes": (secret) => `Basic ${Buffer.from(`u:${secret}`).toString("base64")}`,
  "base64 between other bytes": (secret) => Buffer.from(`me:${secret}:and more`).toString("base64"),
  "base64 for addresses": (secret) => Buffer.from(`x${secret}`).toString("base64url"),
  hexadecimal: (secret) => Buffer.from(secret).toString("hex"),
  HEXADECIMAL: (secret) => Buffer.from(secret).toString("hex").toUpperCase(),
  "percent-encoded": (secret) => `https://x.example/?q=${encodeURIComponent(secret)}`,
  "every byte percent-encoded": (secret) => Array.from(Buffer.from(secret), (byte) => `%${byte.toString(16).padStart(2, "0")}`).join(""),
  "a form": (secret) => new URLSearchParams({ secret }).toString(),
  "a form, by itself": (secret) => `q=${new URLSearchParams({ secret }).toString().slice("secret=".length)}`,
  "HTML, in decimal": (secret) => Array.from(secret, (character) => (/\w/.test(character) ? character : `&#${character.codePointAt(0)};`)).join(""),
  "HTML, in hexadecimal": (secret) => Array.from(secret, (character) => (/\w/.test(character) ? character : `&#x${character.codePointAt(0)?.toString(16)};`)).join(""),
  "HTML, in long": (secret) => Array.from(secret, (character) => `&#X00${character.codePointAt(0)?.toString(16).toUpperCase()};`).join(""),
  JSON: (secret) => JSON.stringify({ secret }),
  Lisp: (secret) => write(new LispString(secret, true)),
  "bytes as Latin-1": (secret) => Buffer.from(secret).toString("latin1"),
};

describe.each([
  ["a plain one", "hunter2-and-more"],
  ["one with marks", 'p"a\\s/s+w?ö &<rd>=\'%'],
  ["one of few letters", "aaaaaa"],
  ["one of words", "correct horse battery"],
  ["one of many bytes", "пароль-秘密-🔑"],
])("a secret, %s", (_title, secret) => {
  const vault = vaultOf({ key: secret });
  test.each(Object.entries(SPELLINGS))("is taken out as %s", (_name, spell) => {
    const told = vault.redact(`before ${spell(secret)} after`);
    expect(told).toMatch(/^before [^]*secret:key[^]* after$/);
    expect(told).not.toContain(secret);
    expect(told).not.toContain(spell(secret));
  });
});

test("any secret of six characters or more goes from any text that holds it", () => {
  fc.assert(fc.property(fc.string({ minLength: 6, maxLength: 40, unit: "grapheme" }), fc.string(), fc.string(), (secret, before, after) => {
    const vault = vaultOf({ key: secret });
    for (const spell of Object.values(SPELLINGS)) expect(vault.redact(`${before}${spell(secret)}${after}`)).toContain("secret:key");
  }), { numRuns: 40 });
});

test("a secret that begins another, one that is changed, and one that is deleted", () => {
  const vault = vaultOf({ short: "abcdef", long: "abcdefghij", tiny: "abc" });
  expect(vault.redact("abcdefghij abcdef abc")).toBe("secret:long secret:short abc");
  expect(vault.unredacted()).toEqual(["tiny"]);
  vault.put("short", "zyxwvu", [API]);
  vault.delete("long");
  expect(vault.redact("abcdefghij zyxwvu")).toBe("abcdefghij secret:short");
  vault.rotate();
  expect(vault.redact("zyxwvu")).toBe("secret:short");
  expect(inspect(vault, { depth: 9, showHidden: true })).not.toContain("zyxwvu");
});

test.each([
  `sk-ant-${"a1B2".repeat(8)}`, "ghp_0123456789abcdefghijklmnopqrstuvwxyz", "xoxb-EXAMPLE0123-4567890123-abcdef",
  "AKIAIOSFODNN7EXAMPLE", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NSJ9.c2lnbmF0dXJl", "123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsawA",
  "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIA\n-----END PRIVATE KEY-----",
])("what looks like a token is taken out: %s", (token) => {
  expect(vaultOf({}).redact(`it is ${token} there`)).toBe("it is [redacted] there");
});

test("a header's token and an address's password go, the rest of them stays", () => {
  expect(vaultOf({}).redact("Authorization: Bearer abcdef0123456789xyz, git clone https://me:pa55@example.org/x"))
    .toBe("Authorization: Bearer [redacted], git clone https://me:[redacted]@example.org/x");
});

test.each(["\n", "\t", "\r"])("a token goes from a text that escapes what stands before it: %j", (before) => {
  const text = JSON.stringify(`it is${before}sk-${"a1B2".repeat(8)} there`);
  expect(JSON.parse(vaultOf({}).redact(text))).toBe(`it is${before}[redacted] there`);
});

test("ordinary text stays as it is", () => {
  const text = 'basic understanding of (define (f x) "Doc: a%20b & \\" c" #t) at https://example.org:8080/a@b, commit 745a044140aa0b1c2d3e4f5061728394a5b6c7d8, sk-learn, 12:30, secret:key';
  expect(vaultOf({ key: "hunter2-and-more" }).redact(text)).toBe(text);
});
