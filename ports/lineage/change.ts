// Changes of files: a proposal's patch, and the merge of two trees.
import { PortError } from "../port.js";
import { mergeTexts } from "./lines.js";
import { blobOf, type Entry, type GitObject, nameOf, type Tree } from "./objects.js";
import { blob, type Repository } from "./repository.js";

/** One file of a patch: its whole text, its removal, or the replacement of one form in it. */
export interface Change {
  readonly file: string;
  readonly text?: string;
  readonly remove?: boolean;
  /** Name of the definition that `path` starts in; absent: the path starts at the file's top. */
  readonly definition?: string;
  /** Indexes from the outside in. */
  readonly path?: readonly number[];
  readonly "expected-hash"?: string;
  /** The new form's text. */
  readonly replacement?: string;
}

/** Replaces a form in a text of Lisp and leaves the rest as it is. Throws an Error that says why it cannot. */
export type StructuralEdit = (source: string, change: Change) => string;

export interface Changed {
  readonly files: Tree;
  /** Contents that the files name and the repository may lack. */
  readonly created: readonly GitObject[];
}

export async function applied(repository: Repository, base: Tree, changes: readonly Change[], edit: StructuralEdit | undefined): Promise<Changed> {
  const files = new Map(base);
  const created = new Map<string, GitObject>();
  for (const change of changes) {
    const entry = files.get(change.file);
    const source = entry === undefined ? undefined : Buffer.from(created.get(entry.blob)?.body ?? await blob(repository, entry.blob)).toString("utf8");
    const text = changedText(change, source, edit);
    if (text === undefined) files.delete(change.file);
    else {
      const object = blobOf(text);
      created.set(nameOf(object), object);
      files.set(change.file, { blob: nameOf(object), mode: entry?.mode ?? "100644" });
    }
  }
  refuseClashes(files);
  return { files, created: [...created.values()] };
}

/** What both sides made of the base. Throws PortError lineage-conflict, naming the files that a person must merge. */
export async function merged(repository: Repository, base: Tree, ours: Tree, theirs: Tree): Promise<Changed> {
  const files = new Map<string, Entry>();
  const created: GitObject[] = [];
  const conflicts: string[] = [];
  for (const path of [...new Set([...base.keys(), ...ours.keys(), ...theirs.keys()])].toSorted()) {
    const [was, one, other] = [base.get(path), ours.get(path), theirs.get(path)];
    const chosen = side(was, one, other) ?? await mergedFile(repository, was, one, other);
    if (chosen === "conflict") conflicts.push(path);
    else if (chosen instanceof Uint8Array) {
      const object = blobOf(chosen);
      created.push(object);
      files.set(path, { blob: nameOf(object), mode: one?.mode ?? "100644" });
    } else if (chosen !== "absent") files.set(path, chosen);
  }
  if (conflicts.length > 0) {
    throw new PortError("lineage-conflict", `both sides changed ${conflicts.join(", ")}`, { hint: "Merge these files in the genome's folder with git, or propose the change again on main." });
  }
  refuseClashes(files);
  return { files, created };
}

/** A name that is safe as a path on every system: no way out, nothing of Git's own, no control characters. */
export function isGenomePath(path: string): boolean {
  return path.length <= 200 && path.split("/").every((name) => /^[\p{L}\p{N}_+!?=<>*~ ,@-][\p{L}\p{N}._+!?=<>*~ ,@-]*$|^\.[\p{L}\p{N}_-][\p{L}\p{N}._-]*$/u.test(name) && !/^\.git|^git~\d|[. ]$/iu.test(name));
}

/** Throws if a tree holds what a genome may not: links, submodules, names that lead out. */
export function refuseUnsupported(files: Tree): void {
  const wrong = [...files].find(([path, { mode }]) => !["100644", "100755"].includes(mode) || !isGenomePath(path) && !isGitData(path));
  if (wrong !== undefined) throw new PortError("lineage-unsupported-file", `${wrong[0]} may not be in a genome: it is a link, a submodule, or has an unsafe name`, { hint: "Remove or rename it in that commit." });
}

// These two are only data to us, and people have them in their repositories.
function isGitData(path: string): boolean {
  return /^([^/]+\/)*\.git(ignore|attributes)$/.test(path) && path.split("/").slice(0, -1).every(isGenomePath);
}

function changedText(change: Change, source: string | undefined, edit: StructuralEdit | undefined): string | undefined {
  const kinds = [change.text !== undefined, change.remove === true, change.replacement !== undefined].filter(Boolean).length;
  if (kinds !== 1) throw badPatch(`the patch of ${change.file} needs exactly one of :text, :remove and :replacement`);
  if (!isGenomePath(change.file)) throw badPatch(`${JSON.stringify(change.file)} is no path inside a genome`);
  if (change.text !== undefined) return change.text;
  if (source === undefined) throw badPatch(`there is no file ${change.file} in the base commit`);
  if (change.remove === true) return undefined;
  if (edit === undefined) throw badPatch("this lineage takes only whole files; give :text");
  try {
    return edit(source, change);
  } catch (error) {
    throw error instanceof PortError ? error : badPatch(`${change.file}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function badPatch(message: string): PortError {
  return new PortError("lineage-bad-patch", message, { hint: "Read the form again with (lineage/show commit file), and make the patch from that." });
}

/** A path cannot be a file and a folder at once. */
function refuseClashes(files: Tree): void {
  for (const path of files.keys()) {
    for (let slash = path.indexOf("/"); slash >= 0; slash = path.indexOf("/", slash + 1)) {
      if (files.has(path.slice(0, slash))) throw badPatch(`${path.slice(0, slash)} would be both a file and a folder`);
    }
  }
  if (files.size === 0) throw badPatch("a genome cannot be empty");
}

/** The side that alone changed, or what both agree on; undefined if both changed differently. */
function side(was: Entry | undefined, one: Entry | undefined, other: Entry | undefined): Entry | "absent" | undefined {
  const same = (left: Entry | undefined, right: Entry | undefined): boolean => left?.blob === right?.blob && left?.mode === right?.mode;
  if (same(was, one)) return other ?? "absent";
  return same(was, other) || same(one, other) ? one ?? "absent" : undefined;
}

async function mergedFile(repository: Repository, was: Entry | undefined, one: Entry | undefined, other: Entry | undefined): Promise<Uint8Array | "conflict"> {
  if (was === undefined || one === undefined || other === undefined) return "conflict";
  const texts = await Promise.all([was, one, other].map(async ({ blob: name }) => textOf(await blob(repository, name))));
  const [base, ours, theirs] = texts;
  if (base === undefined || ours === undefined || theirs === undefined) return "conflict";
  const text = mergeTexts(base, ours, theirs);
  return text === undefined ? "conflict" : Buffer.from(text);
}

/** Undefined for what is not text. */
export function textOf(bytes: Uint8Array): string | undefined {
  const text = Buffer.from(bytes).toString("utf8");
  return text.includes("\0") || !Buffer.from(text).equals(Buffer.from(bytes)) ? undefined : text;
}
