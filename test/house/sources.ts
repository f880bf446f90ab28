// The project's own files, for the tests that look at the house itself.
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";

export const ROOT = new URL("../..", import.meta.url).pathname;

export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

/** All files that git tracks, or would track: what is ignored is no part of the house. */
export function projectFiles(): string[] {
  const listed = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], { cwd: ROOT, encoding: "utf8" });
  return listed.split("\n").filter((path) => path !== "" && existsSync(ROOT + path));
}

/** The project's own code, in TypeScript and in Lisp; `where` narrows it to paths that begin so. */
export function sources(...where: string[]): SourceFile[] {
  return projectFiles()
    .filter((path) => /\.(ts|scm)$/.test(path) && (where.length === 0 || where.some((start) => path.startsWith(start))))
    .map((path) => ({ path, text: readFileSync(ROOT + path, "utf8") }));
}
