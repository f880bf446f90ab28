// First use of a home without a key, through the host: notes, a reminder over a restart, a zone, Lisp, and an honest no.
import { mkdtempSync, mkdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import type { Host } from "../../frontends/frontend.js";
import { openHost } from "../../frontends/host.js";

const open = new Set<Host>();

async function start(home: string): Promise<Host> {
  const host = await openHost(home);
  open.add(host);
  return host;
}

async function stop(host: Host): Promise<void> {
  open.delete(host);
  await host.close();
}

afterEach(async () => {
  for (const host of open) await stop(host);
});

/** Waits until the journal holds a commit that says this, and answers how many do. */
async function committed(host: Host, text: string): Promise<number> {
  for (;;) {
    const found = (await host.journal.show({ last: 200 })).filter((entry) => entry.kind === "commit" && entry.text.includes(text));
    if (found.length > 0) return found.length;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

test("a home answers from notes, reminds over a restart, keeps a zone, reads its files, and says what it cannot do", { timeout: 300_000 }, async () => {
  const home = join(mkdtempSync(join(tmpdir(), "ouro-home-")), "home");
  mkdirSync(join(home, "files", "skills", "tea"), { recursive: true });
  writeFileSync(join(home, "files", "notes.txt"), "written before");
  writeFileSync(join(home, "files", "skills", "tea", "SKILL.md"), "---\nname: tea\ndescription: Brewing tea\n---\nWater at 80 degrees.");
  const first = await start(home);
  expect(await first.send("remember that the demo is on Friday")).toBe("I will remember: the demo is on Friday");
  expect(await first.send("my time zone is Berlin")).toMatch(/^Your time zone is Europe\/Berlin, where it is \d\d:\d\d now/);
  expect(await first.send("remind me in 1 second to stretch")).toMatch(/^I will remind you .*Europe\/Berlin\): stretch$/);
  await stop(first);

  const second = await start(home);
  expect(await committed(second, "Reminder: stretch")).toBe(1);
  expect(await second.send("when is the demo?")).toMatch(/^The demo is on Friday \(you told me (today|yesterday) at \d\d:\d\d\)$/);
  expect(await second.send("reminders")).toMatch(/^Nothing is planned/);
  expect(await second.send("read file notes.txt")).toBe("written before");
  expect(await second.send("/skill")).toBe("- tea: Brewing tea");
  expect(await second.send("fetch https://example.org/")).toMatch(/^I could not do that: .*The operator opens hosts to tools/);
  expect(await second.send("(expt 2 100)")).toBe("1267650600228229401496703205376");
  expect(await second.send("write a poem about the sea")).toMatch(/^I can't do that without a model.*ouro model/);
  expect(await second.send("what can you do?")).toMatch(/remind me/);
  expect((await second.journal.verify()).ok).toBe(true);
  expect(await committed(second, "Reminder: stretch")).toBe(1);
});
