// The command line as it is built: every verb, its help, its errors and exit statuses, and one home through its life.
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { ensureBuilt, freshHome, MAIN, ouro } from "./command.js";

beforeAll(ensureBuilt);

const VERBS = ["repl", "tui", "nrepl", "eval", "run", "evolve", "genome", "log", "vault", "serve", "send", "why", "cell", "approvals", "control", "status", "doctor"];
const folder = mkdtempSync(join(tmpdir(), "ouro-files-"));

function file(name: string, text: string): string {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
}

describe("without a home", () => {
  test.each<[string, string[], number, string | RegExp, string | RegExp]>([
    ["a value", ["eval", "(/ 1 3)"], 0, "1/3\n", ""],
    ["several forms, on one line or several words", ["eval", "(define x 2)", "(* x 21)", '"s"'], 0, '42\n"s"\n', ""],
    ["what is displayed comes before", ["eval", '(display "hi") (newline) 5'], 0, "hi\n5\n", ""],
    ["an error of the reader: place, line, caret, hint", ["eval", "(+ 1\n  (* 2 3)"], 1, "", /^eval:2:10: .*line 1, column 1.* \[unexpected-end\]\n2 \|   \(\* 2 3\)\n +\| +\^\n +hint: /],
    ["an error when it runs: place and the way there", ["eval", "(define (f x) (car x)) (f 5)"], 1, "", /^eval:1:\d+: car: .*\[wrong-type\]\n(.*\n)*  in f \(eval:1:\d+\)/],
    ["json", ["eval", "--json", "(display 1) (list 1 2)"], 0, /^\{"values":\["\(1 2\)"\],"output":"1","steps":\d+\}\n$/, ""],
    ["an error as json", ["eval", "--json", "(raise 'x)"], 1, /^\{"values":\[\],"error":\{"code":"uncaught"/, ""],
    ["a file", ["run", file("good.scm", '(import (scheme base) (scheme write))\n(define (f) 1)\n(display (f))\n"not printed"\n')], 0, "1", ""],
    ["a file with an error", ["run", file("bad.scm", "(define x 1)\n(vector-ref (vector 1) 7)\n")], 1, "", /bad\.scm:2:1: .*\n2 \| \(vector-ref/],
    ["no file", ["run", "/nowhere/x.scm"], 1, "", /^ouro: there is no file \/nowhere\/x\.scm \[file-missing\]\n +Names count/],
    ["a folder", ["run", folder], 1, "", /is a folder, not a program \[file-error\]\n +Give the file/],
    ["a program with words that leaves with a status", ["run", file("leave.scm", '(import (scheme base) (scheme write) (scheme process-context))\n(dynamic-wind (lambda () #f) (lambda () (write (cdr (command-line))) (exit 7)) (lambda () (display "after")))'), "one", "two"], 7, '("one" "two")after', ""],
    ["forms that leave", ["eval", "(import (scheme process-context)) 1 (exit #f) 2"], 1, "1\n", ""],
    ["the version", ["--version"], 0, /^ouro \d+\.\d+\.\d+\n$/, ""],
    ["help", ["--help"], 0, /^Ouro: .*\n\nusage: ouro/, ""],
    ["help of a verb", ["help", "evolve"], 0, /^usage: ouro evolve/, ""],
    ["a verb that is none", ["evlove"], 2, "", /there is no command evlove; did you mean evolve\?/],
    ["an option that is none", ["eval", "--colour", "1"], 2, "", /^ouro eval: .*--colour[^]*usage: ouro eval/],
    ["an option without a number", ["evolve", "--rounds", "many"], 2, "", /--rounds takes a whole number, not many/],
    ["the console without a terminal", ["tui"], 1, "", /^ouro: the console needs a terminal .* \[no-terminal\]\n.*ouro repl/],
    ["no form", ["eval"], 2, "", /give a form to evaluate/],
    ["an action that is none", ["genome", "burn"], 2, "", /there is no action burn/],
    ["a secret without origin", ["vault", "put", "key"], 2, "", /no secret came on standard input/],
  ])("%s", async (_title, words, status, output, errors) => {
    const ended = await ouro(words);
    expect(ended).toEqual({
      status,
      output: typeof output === "string" ? output : expect.stringMatching(output) as string,
      errors: typeof errors === "string" ? errors : expect.stringMatching(errors) as string,
    });
  });

  test.each(VERBS)("%s has a help that begins with its shapes", async (verb) => {
    for (const words of [[verb, "--help"], ["help", verb]])
      expect(await ouro(words)).toMatchObject({ status: 0, output: expect.stringMatching(/^usage: ouro .*\S/) as string, errors: "" });
  });

  test("a program from standard input", async () => {
    expect(await ouro(["run", "-"], { input: "(display (+ 1 2))" })).toEqual({ status: 0, output: "3", errors: "" });
  });

  test("what stands on standard input is there for the forms that read", async () => {
    expect(await ouro(["eval", "(list (read) (read-line) (read-line) (read-line))"], { input: "(1 2) rest\nlast" })).toEqual({ status: 0, output: '((1 2) " rest" "last" #<eof>)\n', errors: "" });
  });

  test.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)("%s ends an evaluation in good order", async (signal) => {
    const ended = await ouro(["eval", '(display "on") (newline) (let loop () (loop))'], { interruptAfter: /on/, signal });
    expect(ended).toMatchObject({ status: 1, errors: expect.stringContaining("interrupted") as string });
  });

  test.each([
    ["a word too many", ["log", "verify", "extra"], /extra is a word too many/],
    ["an empty word", ["why", ""], /a word is empty/],
    ["a home that is not there", ["export", "x"], /^ouro: there is no world in .*\[no-world\]\n  .*--home/],
    ["a fork of none", ["fork", "1", "y"], /^ouro: there is no world in .*\[no-world\]\n  .*--home/],
  ])("%s is said to be one, with what to do", async (_title, words, told) => {
    const { status, output, errors } = await ouro(words, { home: freshHome() });
    expect({ isRefused: status !== 0, output, errors }).toEqual({ isRefused: true, output: "", errors: expect.stringMatching(told) });
  });

  test.each(["/dev/null/home", "/proc/ouro/home"])("a home that cannot be used is said to be one: %s", async (home) => {
    expect(await ouro(["status"], { home })).toMatchObject({ status: 1, output: "", errors: expect.stringMatching(/^ouro: .*\[home-unusable\]\n  .*--home/) as string });
  });
});

test("one home through its life", async () => {
  const home = freshHome();
  const run = (words: readonly string[], input = "") => ouro(words, { home, input });

  expect(await run([], "(+ 1 2)\n")).toEqual({ status: 0, output: "3\n", errors: "" });
  expect((await run(["doctor"])).output).toMatch(/^ok {3}journal: /m);
  expect(JSON.parse((await run(["status", "--json"])).output)).toMatchObject({ home, problem: "none", rounds: 0 });
  expect((await run(["status"])).output).toMatch(/^home +\S+\nopen +no\n[^]*\noutcomes +done 0, failed 0, [^{}[\]"]*\nturns +none\n[^{}[\]"]*$/);

  expect(await run(["vault", "put", "key", "--origin", "https://api.example.org"], "hunter2\n")).toMatchObject({ status: 0, output: "key is kept; refer to it as secret:key\n" });
  expect((await run(["vault", "names", "--json"])).output).toBe('["key (https://api.example.org)"]\n');
  expect((await run(["vault", "delete", "key"])).output).toBe("key is deleted\n");
  expect(await run(["vault", "put", "key", "--origin", "nonsense"], "x")).toMatchObject({ status: 1, errors: expect.stringContaining("[vault-invalid-origin]") as string });

  const evolved = await run(["evolve", "--rounds", "1", "--seed", "3", "--budget", "8", "--policy", "retry"]);
  expect(evolved).toMatchObject({ status: 0, errors: "" });
  expect(evolved.output).toMatch(/^round 1 {2}read .*\n(.*\n)*round 1 {2}modify .*\n(.*\n)*\nround +policy +outcome +report-only before/);
  const { seed, rounds } = JSON.parse((await run(["evolve", "--rounds", "1", "--seed", "3", "--budget", "6", "--json"])).output) as { seed: number; rounds: unknown[] };
  expect({ seed, rounds }).toMatchObject({ seed: 3, rounds: [{ round: 2, policy: expect.any(String) as string, evaluations: expect.any(Number) as number }] });

  const log = JSON.parse((await run(["genome", "log", "--json"])).output) as { commit: string; subject: string }[];
  expect(log.at(-1)).toMatchObject({ subject: "The shipped genome" });
  expect((await run(["genome", "diff"])).status).toBe(0);
  expect(await run(["genome", "rollback", "00000000"])).toMatchObject({ status: 1, errors: expect.stringContaining("[unknown-commit]") as string });
  expect(await run(["genome", "unpatch", "nothing"])).toMatchObject({ status: 1, errors: expect.stringContaining("[no-patch]") as string });
  expect((await run(["log", "show", "--last", "3"])).output.trim().split("\n")).toHaveLength(3);
  expect(await run(["log", "verify"])).toMatchObject({ status: 0, output: expect.stringMatching(/^ok: \d+ entries\n$/) as string });
}, 300_000);

test("a home in use is asked by its socket, its REPL and what changes it included; a second owner is refused; and Ctrl-C leaves evolution whole", async () => {
  const home = freshHome();
  const owner = spawn(process.execPath, [MAIN, "--home", home, "repl"], { stdio: ["pipe", "pipe", "inherit"] });
  const closed = new Promise((resolve) => owner.once("close", resolve));
  owner.stdin.write('(display "open")\n');
  await new Promise((resolve) => owner.stdout.once("data", resolve));
  expect(JSON.parse((await ouro(["status", "--json"], { home })).output)).toMatchObject({ home, open: true });
  expect(await ouro(["send", "what is 6 * 7"], { home })).toEqual({ status: 0, output: "42\n", errors: "" });
  const [{ cell = "" } = {}] = JSON.parse((await ouro(["cell", "list", "--json"], { home })).output) as { cell: string }[];
  const { ended: [{ id = "" } = {}] } = JSON.parse((await ouro(["cell", "show", cell, "--json"], { home })).output) as { ended: { id: string }[] };
  expect((await ouro(["why", id], { home })).output).toMatch(/^input message-[0-9a-f]{16}: done\n {2}handle-turn answered after \d+ steps/);
  expect(await ouro(["cell", "show", "nobody"], { home })).toMatchObject({ status: 1, errors: "ouro: there is no cell nobody [no-cell]\n  List the cells with ouro cell list.\n" });
  expect(await ouro([], { home, input: "hello\n(define (twice x)\n  (* 2 x))\n(twice 21)\n" })).toMatchObject({ status: 0, output: expect.stringMatching(/^Hello.*\n42\n$/) as string, errors: "" });
  expect(await ouro(["genome", "patches"], { home })).toEqual({ status: 0, output: "No hot patches.\n", errors: "" });
  expect(await ouro(["evolve", "--rounds", "1", "--budget", "4"], { home })).toMatchObject({ status: 0, output: expect.stringMatching(/^round 1 {2}read /) as string });
  expect(await ouro(["serve"], { home })).toMatchObject({ status: 1, errors: expect.stringMatching(/^ouro: the home .* is in use by another process \[home-busy\]\n  /) as string });
  owner.stdin.end();
  await closed;
  const ended = await ouro(["evolve", "--rounds", "9", "--budget", "200"], { home, interruptAfter: /round 2 {2}eval/ });
  expect(ended).toMatchObject({ status: 0, errors: "" });
  expect(ended.output).toMatch(/\n2 +.* +(stopped|adopted|rejected)/);
  expect((await ouro(["doctor"], { home })).output).not.toContain("BAD  genome");
}, 120_000);

test("a round that is killed goes on with the next start, and comes to the same tree as one left alone", async () => {
  const [home, words] = [freshHome(), ["--seed", "5", "--budget", "6"]];
  expect((await ouro(["evolve", "--rounds", "1", ...words], { home, interruptAfter: /round 1 {2}gate/, signal: "SIGKILL" })).status).toBe(null);
  const { output } = await ouro(["evolve", "--rounds", "0"], { home });
  expect(output).toMatch(/^round 1 {2}recovered {2}finished after an interruption: /m);
  const tree = (folder: string) => execFileSync("git", ["rev-parse", "main^{tree}"], { cwd: join(folder, "genome"), encoding: "utf8" }).trim();
  const other = freshHome();
  await ouro(["evolve", "--rounds", "1", ...words, "--quiet"], { home: other });
  expect(tree(home)).toBe(tree(other));
  expect(await ouro(["doctor"], { home })).toMatchObject({ output: expect.not.stringContaining("BAD  journal") as string });
}, 180_000);
