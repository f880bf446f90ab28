// A hostile repository: hooks, filters, drivers, settings and the environment run nothing and change nothing.
import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { gitLineage, type Lineage } from "../../../ports/lineage/index.js";
import { ask, refusal } from "../contract.js";

const SHIPPED = { "manifest.scm": "(manifest)\n", "policy/retry.scm": "(define retry 1)\n", "note.txt": "crlf?\n" };
let root = "";
let folder = "";
let lineage: Lineage;
const mark = (): string => join(root, "it-ran");

beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), "ouro-hostile-"));
  folder = join(root, "genome");
  lineage = gitLineage(folder, { protocols: ["file"] });
  await lineage.initialise(SHIPPED, 1_700_000_000_000);
});
afterEach(() => rmSync(root, { recursive: true }));

/** Everything that makes Git run a command: the propose, adopt, revert, merge, log, push and pull that follow must not. */
async function everything(): Promise<void> {
  const { port } = lineage;
  execFileSync("git", ["init", "--quiet", "--bare", join(root, "remote.git")], { env: { PATH: process.env["PATH"] } });
  const { commit } = await ask<{ commit: string }>(port, "propose!", { base: "main", patch: { file: "policy/retry.scm", text: "(define retry 2)\n" }, reason: "r" });
  await ask(port, "adopt!", { commit, "expected-head": await lineage.head() });
  await ask(port, "diff", { before: "upstream", after: "main" });
  await ask(port, "log");
  await ask(port, "push!", { remote: join(root, "remote.git") });
  await ask(port, "pull!", { remote: join(root, "remote.git") });
  await ask(port, "revert!", { commit, reason: "r" });
  await lineage.recover();
  expect(await lineage.files("main")).toMatchObject({ "policy/retry.scm": SHIPPED["policy/retry.scm"] });
  expect(readFileSync(join(folder, "policy/retry.scm"), "utf8")).toBe(SHIPPED["policy/retry.scm"]);
}

const HOOKS = ["post-commit", "pre-commit", "post-checkout", "post-merge", "pre-push", "reference-transaction", "post-index-change", "post-rewrite", "fsmonitor-watchman", "pre-auto-gc"];

test("hooks do not run", async () => {
  for (const name of HOOKS) {
    mkdirSync(join(folder, ".git/hooks"), { recursive: true });
    writeFileSync(join(folder, ".git/hooks", name), `#!/bin/sh\ntouch ${mark()}\n`);
    chmodSync(join(folder, ".git/hooks", name), 0o755);
  }
  await everything();
  expect(existsSync(mark())).toBe(false);
  // The same hooks do run for a person, so the absence above means something.
  execFileSync("git", ["-c", "user.name=P", "-c", "user.email=p@localhost", "commit", "-q", "--allow-empty", "-m", "x"], { cwd: folder });
  expect(existsSync(mark())).toBe(true);
});

test("filters, drivers, monitors, helpers and rewrites of the repository's own configuration do not run", async () => {
  const command = `touch ${mark()}`;
  writeFileSync(join(folder, ".git/config"), `${readFileSync(join(folder, ".git/config"), "utf8")}
[filter "evil"]
	clean = ${command}; cat
	smudge = ${command}; cat
	process = ${command}
	required = true
[diff]
	external = ${command}
[diff "evil"]
	textconv = ${command}
	command = ${command}
[merge "evil"]
	driver = ${command}
[core]
	fsmonitor = ${command}
	sshCommand = ${command}
	pager = ${command}
	editor = ${command}
	askPass = ${command}
	alternateRefsCommand = ${command}
	hooksPath = ${root}
	worktree = ${root}
	autocrlf = true
[credential]
	helper = !${command}
[gpg]
	program = ${command}
[commit]
	gpgSign = true
[url "ext::sh -c '${command}' "]
	insteadOf = ${root}
[protocol]
	allow = always
[include]
	path = ${join(root, "more")}
[remote "origin"]
	uploadpack = ${command}
`);
  writeFileSync(join(folder, ".git/info/attributes"), "* filter=evil diff=evil merge=evil text eol=crlf ident\n");
  await everything();
  expect(existsSync(mark())).toBe(false);
});

test("attributes that a commit brings run nothing and change no byte", async () => {
  writeFileSync(join(folder, ".gitattributes"), "* filter=evil diff=evil merge=evil text eol=crlf ident\n*.txt working-tree-encoding=UTF-16LE\n");
  execFileSync("git", ["add", ".gitattributes"], { cwd: folder, stdio: "ignore" });
  execFileSync("git", ["-c", "user.name=P", "-c", "user.email=p@localhost", "commit", "-q", "-m", "x", ".gitattributes"], { cwd: folder, stdio: "ignore" });
  await everything();
  expect(readFileSync(join(folder, "note.txt"), "utf8")).toBe("crlf?\n");
});

test("Git's variables in the environment lead nowhere", async () => {
  const elsewhere = join(root, "elsewhere");
  const hostile = {
    GIT_DIR: elsewhere, GIT_WORK_TREE: elsewhere, GIT_INDEX_FILE: join(elsewhere, "index"), GIT_OBJECT_DIRECTORY: elsewhere, GIT_COMMON_DIR: elsewhere, GIT_NAMESPACE: "x",
    GIT_CONFIG_COUNT: "1", GIT_CONFIG_KEY_0: "core.fsmonitor", GIT_CONFIG_VALUE_0: `touch ${mark()}`, GIT_EXTERNAL_DIFF: `touch ${mark()}`, GIT_SSH_COMMAND: `touch ${mark()}`,
    GIT_CONFIG_PARAMETERS: `'core.fsmonitor=touch ${mark()}'`, GIT_AUTHOR_NAME: "Mallory", GIT_COMMITTER_NAME: "Mallory", GIT_EDITOR: `touch ${mark()}`, GIT_ASKPASS: `touch ${mark()}`,
    GIT_TRACE: join(root, "trace"), PAGER: `touch ${mark()}`, EDITOR: `touch ${mark()}`,
  };
  const before = Object.fromEntries(Object.keys(hostile).map((name) => [name, process.env[name]]));
  Object.assign(process.env, hostile);
  try {
    await everything();
  } finally {
    for (const [name, value] of Object.entries(before)) if (value === undefined) delete process.env[name]; else process.env[name] = value;
  }
  expect([mark(), elsewhere, join(root, "trace")].filter((path) => existsSync(path))).toEqual([]);
  expect((await ask<{ author: string }[]>(lineage.port, "log")).map(({ author }) => author)).toEqual(Array(3).fill("Ouro <ouro@localhost>"));
});

test("a personal configuration is not read", async () => {
  writeFileSync(join(root, ".gitconfig"), `[core]\n\thooksPath = ${root}\n\tfsmonitor = touch ${mark()}\n[user]\n\tname = Mallory\n`);
  const before = process.env["HOME"];
  process.env["HOME"] = root;
  try {
    await everything();
  } finally {
    process.env["HOME"] = before;
  }
  expect(existsSync(mark())).toBe(false);
});

test("no commit is written through a link that leads out, and none with links or submodules is adopted", async () => {
  mkdirSync(join(root, "outside"));
  rmSync(join(folder, "policy"), { recursive: true });
  symlinkSync(join(root, "outside"), join(folder, "policy"));
  writeFileSync(join(root, "outside/retry.scm"), SHIPPED["policy/retry.scm"]);
  const { commit } = await ask<{ commit: string }>(lineage.port, "propose!", { base: "main", patch: { file: "policy/retry.scm", text: "escaped" }, reason: "r" });
  await refusal(ask(lineage.port, "adopt!", { commit, "expected-head": await lineage.head() }), "lineage-dirty");
  expect(readFileSync(join(root, "outside/retry.scm"), "utf8")).toBe(SHIPPED["policy/retry.scm"]);
  const git = (...command: string[]): string => execFileSync("git", ["-c", "user.name=P", "-c", "user.email=p@localhost", ...command], { cwd: folder, encoding: "utf8" });
  rmSync(join(folder, "policy"));
  git("restore", ".");
  git("switch", "-qc", "link");
  symlinkSync("/etc", join(folder, "etc"));
  git("add", "etc");
  git("commit", "-qm", "link");
  git("switch", "-q", "main");
  await refusal(ask(lineage.port, "adopt!", { commit: "link", "expected-head": await lineage.head() }), "lineage-unsupported-file");
});
