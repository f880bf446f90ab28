// A home that fails to open is left as it was found: nothing of it stays open in the process, and once mended it opens.
import { existsSync, mkdtempSync, readdirSync, readlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { expect, test } from "vitest";
import { openHost } from "../../frontends/host.js";
import { tinyPackage } from "./tiny-genome.js";

/** The change that breaks a home's world, and the one that mends it. */
const BREAKS: readonly (readonly [string, string, string])[] = [
  ["the world does not open", "UPDATE world_force SET image = 'none'", "UPDATE world_force SET image = (SELECT genome FROM world_genomes)"],
  ["the host does not begin", "UPDATE baseband_turns SET state = 'queued', record = json_remove(record, '$.envelope.body')", "UPDATE baseband_turns SET state = 'done'"],
];

test.each(BREAKS)("%s", async (_title, broken, mended) => {
  const home = join(mkdtempSync(join(tmpdir(), "ouro-failed-")), "home");
  const host = await openHost(home, tinyPackage());
  expect(await host.send("hello")).toBe("> hello");
  await host.close();
  change(home, broken);
  const before = openFiles(home);
  await expect(openHost(home, tinyPackage())).rejects.toThrow();
  expect(openFiles(home)).toEqual(before);
  change(home, mended);
  const again = await openHost(home, tinyPackage());
  expect(await again.send("again")).toBe("> again");
  await again.close();
});

/** Fails at once where anybody else has begun to write. */
function change(home: string, sql: string): void {
  const database = new Database(join(home, "world.db"), { timeout: 0 });
  database.prepare(sql).run();
  database.pragma("wal_checkpoint(TRUNCATE)");
  database.close();
}

/** Files of the home that this process has open, where the system tells. */
function openFiles(home: string): string[] {
  const folder = "/proc/self/fd";
  if (!existsSync(folder)) return [];
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return existsSync(path) ? [readlinkSync(path)] : [];
  }).filter((path) => path.startsWith(home));
}
