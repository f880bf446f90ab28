// `ouro fmt` and `ouro lint` as a shell runs them: files, folders, standard input, and what they exit with.
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { ouro } from "./command.js";

const UGLY = "(define (f x)\n(+ x\n1) )";
const TIDY = "(define (f x)\n  (+ x\n     1))\n";

let folder = "";
const path = (name: string) => join(folder, name);

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "ouro-source-"));
  mkdirSync(path("inner"));
  for (const [name, text] of [["ugly.scm", UGLY], ["inner/tidy.scm", TIDY], ["broken.txt", "(a"], ["wrong.scm", "(define (g)\n  (let ((y 1)) (car 1 2)))\n"], ["manifest.scm", "(manifest\n  (version 1))\n"]] as const)
    writeFileSync(path(name), text);
});

interface Case {
  readonly name: string;
  readonly words: () => string[];
  readonly input?: string;
  readonly status: number;
  readonly output?: () => string;
  readonly errors?: RegExp;
}

describe.sequential("ouro fmt", () => {
  const cases: Case[] = [
    { name: "lists with --check what is not laid out, and leaves it", words: () => ["fmt", "--check", folder], status: 1, output: () => `${path("ugly.scm")}\n` },
    { name: "lays out a file in place, and lists it", words: () => ["fmt", path("ugly.scm")], status: 0, output: () => `${path("ugly.scm")}\n` },
    { name: "has nothing more to do then", words: () => ["fmt", "--check", folder], status: 0, output: () => "" },
    { name: "lays out standard input", words: () => ["fmt", "--stdin"], input: UGLY, status: 0, output: () => TIDY },
    { name: "tells where a text cannot be read", words: () => ["fmt", path("broken.txt")], status: 1, output: () => "", errors: /broken\.txt:1:3: .*\[unexpected-end\]/ },
    { name: "the same of standard input", words: () => ["fmt", "--stdin"], input: "(a", status: 1, output: () => "", errors: /stdin:1:3: .*\[unexpected-end\]/ },
    { name: "wants a file", words: () => ["fmt"], status: 2, errors: /give a file/ },
    { name: "wants a file that exists", words: () => ["fmt", path("none.scm")], status: 2, errors: /no file/ },
    { name: "takes --stdin alone", words: () => ["fmt", "--stdin", path("ugly.scm")], status: 2, errors: /takes neither/ },
  ];
  test.each(cases)("$name", check);
  test("what was laid out is in the file", () => expect(readFileSync(path("ugly.scm"), "utf8")).toBe(TIDY));
});

describe("ouro lint", () => {
  const cases: Case[] = [
    { name: "prints each finding with its place", words: () => ["lint", path("wrong.scm")], status: 1, output: () => `${path("wrong.scm")}:2:10: y is never used [unused-variable]\n  hint: Remove it, or begin its name with _ if it must be there.\n${path("wrong.scm")}:2:16: car takes 1 operand, but gets 2 [wrong-arity]\n  hint: Compare the call with the procedure's parameters.\n` },
    { name: "prints nothing for tidy files", words: () => ["lint", path("inner")], status: 0, output: () => "" },
    { name: "reads a home's data as data", words: () => ["lint", path("manifest.scm")], status: 0, output: () => "" },
    { name: "takes what cannot be read as a finding", words: () => ["lint", "--json", path("broken.txt")], status: 1 },
    { name: "wants a file", words: () => ["lint"], status: 2, errors: /give a file/ },
  ];
  test.each(cases)("$name", check);
  test("--json gives the findings as data", async () => {
    const { status, output } = await ouro(["lint", "--json", path("wrong.scm"), path("inner")]);
    expect(status).toBe(1);
    expect(JSON.parse(output)).toMatchObject([{ code: "unused-variable", line: 2, column: 10, file: path("wrong.scm") }, { code: "wrong-arity", line: 2, column: 16 }]);
  });
  test("--json of nothing is an empty array", async () => expect(await ouro(["lint", "--json", path("inner")])).toMatchObject({ status: 0, output: "[]\n" }));
});

async function check({ words, input, status, output, errors }: Case): Promise<void> {
  const ended = await ouro(words(), input === undefined ? {} : { input });
  expect(ended.status).toBe(status);
  if (output !== undefined) expect(ended.output).toBe(output());
  expect(ended.errors).toMatch(errors ?? /^$/);
}
