// `ouro down` ends whatever process has the home open, in good order.
import { spawn } from "node:child_process";
import { tmpdir } from "node:os";
import { expect, test } from "vitest";
import { ensureBuilt, freshHome, MAIN, ouro } from "./command.js";

test.each([
  ["a REPL whose input is still open", ["repl"]],
  ["an agent that is up", ["up"]],
])("%s", { timeout: 300_000 }, async (_title, words) => {
  ensureBuilt();
  const home = freshHome();
  const owner = spawn(process.execPath, [MAIN, ...words], { env: { PATH: process.env["PATH"], HOME: tmpdir(), OURO_HOME: home }, stdio: ["pipe", "pipe", "pipe"] });
  let errors = "";
  owner.stderr.setEncoding("utf8").on("data", (text: string) => (errors += text));
  const ended = new Promise((resolve) => owner.once("close", resolve));
  try {
    // Each says something once the home is open; the REPL answers.
    const opened = new Promise((resolve) => owner.stdout.once("data", resolve));
    owner.stdin.write("(+ 1 2)\n");
    await Promise.race([opened, ended.then(() => Promise.reject(new Error(`it ended: ${errors}`)))]);
    expect(await ouro(["down"], { home })).toEqual({ status: 0, output: "It is down.\n", errors: "" });
    expect([await ended, errors]).toEqual([0, "ouro down has ended this.\n"]);
    expect((await ouro(["status", "--json"], { home })).output).toContain('"open":false');
  } finally {
    owner.kill("SIGKILL");
  }
});
