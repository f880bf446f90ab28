// Where the tests put what they make for a while: one folder, which goes when they end.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Points `os.tmpdir()` of this process, and of all that it starts, at a fresh folder. Returns what removes it. */
export function setup(): () => void {
  const folder = mkdtempSync(join(tmpdir(), "ouro-tests-"));
  process.env["TMPDIR"] = folder;
  return () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
}
