// The README keeps its word: its examples run, its commands print what they say, and the paths it names exist.
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Host } from "../frontends/frontend.js";
import { openHost } from "../frontends/host.js";
import { ensureBuilt, freshHome, MAIN } from "./frontends/command.js";
import { ROOT } from "./house/sources.js";

const text = readFileSync(`${ROOT}README.md`, "utf8");
let host: Host;

beforeAll(async () => {
  ensureBuilt();
  host = await openHost(freshHome());
});
afterAll(() => host.close());

test.each(blocks("scheme").map((block) => [block.split("\n")[0], block]))("the example that begins %s", async (_title, block) => {
  const session = host.session();
  const examples = examplesIn(block, ";;");
  expect(examples.length).toBeGreaterThan(0);
  for (const { code, expected } of examples) {
    const { printed, ...result } = await session.evaluate(code);
    expect({ code, ok: result.ok, value: printed.at(-1) }).toEqual({ code, ok: true, value: expected });
  }
});

test("the commands", () => {
  const home = freshHome();
  for (const block of blocks("sh"))
    for (const { code, expected } of examplesIn(block, "#")) {
      const script = `set -e\nouro() { "${process.execPath}" "${MAIN}" "$@"; }\n${code}`;
      const output = execFileSync("sh", ["-c", script], { cwd: ROOT, encoding: "utf8", env: { PATH: process.env["PATH"], HOME: tmpdir(), OURO_HOME: home } });
      expect({ code, output }).toEqual({ code, output: expect.stringContaining(expected) as string });
    }
}, 180_000);

test("npm start reads a pipe and prints values and nothing else", () => {
  // Without the build before it, which would write what other tests run meanwhile.
  const words = ["start", "--silent", "--ignore-scripts"];
  const env = { ...process.env, OURO_HOME: freshHome() };
  expect(execFileSync("npm", words, { cwd: ROOT, encoding: "utf8", input: "(+ 1 2)\n", env, stdio: ["pipe", "pipe", "ignore"] })).toBe("3\n");
});

test("the paths", () => {
  const named = [...text.matchAll(/`([^`\s]+)`/g)].map(([, path]) => path as string);
  const paths = named.filter((path) => /^(interpreter|epigenome|ports|genome|frontends|test|\.ci)\//.test(path));
  expect(paths.length).toBeGreaterThan(20);
  expect(paths.filter((path) => !existsSync(ROOT + path))).toEqual([]);
});

function blocks(language: string): string[] {
  return [...text.matchAll(new RegExp(`^\`\`\`${language}\n([^]*?)^\`\`\`$`, "gm"))].map(([, block]) => block as string);
}

/** Code up to each line that ends in `;; => value` or its like, and the value; lines without one belong to the next. */
function examplesIn(block: string, comment: string): { code: string; expected: string }[] {
  const examples: { code: string; expected: string }[] = [];
  let code = "";
  for (const line of block.trimEnd().split("\n")) {
    const [before = "", expected] = line.split(`${comment} => `);
    code += `${before}\n`;
    if (expected === undefined) continue;
    examples.push({ code, expected });
    code = "";
  }
  expect(code.trim()).toBe("");
  return examples;
}
