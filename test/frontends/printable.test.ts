// No text of a message, a model or a file reaches the terminal raw: what would steer it is spelled out, whichever command prints it.
import fc from "fast-check";
import { expect, test } from "vitest";
import { printable } from "../../frontends/frontend.js";
import { freshHome, ouro } from "./command.js";

const STEERING = /[^\P{Cc}\n\t]|[\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/u;
const HOSTILE = "hey \u001b[2J\u001b[31mred\r\u0007 \u009b8m \u202enwod edispu";

test("what steers a terminal is spelled as in JSON, and all else stays", () => {
  expect(printable(HOSTILE)).toBe("hey \\u001b[2J\\u001b[31mred\\u000d\\u0007 \\u009b8m \\u202enwod edispu");
  expect(printable("a\tb\nnaïve 秘密 🔑")).toBe("a\tb\nnaïve 秘密 🔑");
  fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => {
    expect(printable(text)).not.toMatch(STEERING);
    const json = JSON.stringify({ text });
    expect(JSON.parse(printable(json))).toEqual({ text });
  }));
});

test("no command prints a message raw", async () => {
  const home = freshHome();
  const said = await ouro(["send", HOSTILE], { home });
  const id = /message-[0-9a-f]{16}/.exec((await ouro(["log", "show", "--last", "1000"], { home })).output)?.[0] ?? "";
  const cell = (await ouro(["cell", "list"], { home })).output.split(" ")[0] ?? "";
  const told = [said];
  for (const words of [["why", id], ["why", id, "--json"], ["why", HOSTILE], ["log", "show", "--last", "1000"], ["log", "export"], ["cell", "show", cell], ["cell", "show", HOSTILE], ["queue", "show", "in-1"], [HOSTILE]])
    told.push(await ouro(words, { home }));
  told.push(await ouro([], { home, input: `${HOSTILE.replace("\r", "")}\n(error "${"\\x1b;[31m\\x9b;"}")\n(display "\\x1b;[31m")\n,doc ${HOSTILE.replace("\r", "")}\n` }));
  for (const { output, errors } of told) {
    expect(output).not.toMatch(STEERING);
    expect(errors).not.toMatch(STEERING);
  }
  expect(told[1]?.output).toContain("hey \\u001b[2J");
  expect(told.at(-1)?.output).toContain("\\u001b[31m");
});

test("a person's own program writes what it will", async () => {
  expect((await ouro(["eval", '(display "\\x1b;[31m")'])).output).toContain("\u001b[31m");
});
