// Hot patches: a definition replaced inside a library's source text, everything around it kept as it is.
import { LispError, listDefinitions, parseTree, printTree, replaceNode, textOf, topLevel, write, type DefinitionNode, type Tree } from "../interpreter/index.js";
import type { GenomeFiles } from "../ports/port.js";
import { readData } from "./data.js";
import { digest } from "./digest.js";
import { WorldError } from "./error.js";

export interface Patch {
  /** Printed name of the library. */
  readonly library: string;
  readonly name: string;
  /** Text of the whole new definition. */
  readonly source: string;
  /** SHA-256 of the definition that it replaced. */
  readonly baseHash: string;
}

/** The files with the patches applied in order. Errors: `patch-refused`. */
export function patchedFiles(files: GenomeFiles, patches: readonly Patch[]): GenomeFiles {
  return patches.reduce<GenomeFiles>((patched, { library, name, source }) => {
    const { path, tree, definition } = placeOf(patched, library, name);
    return { ...patched, [path]: printTree(replaceNode(tree, definition.path, source)) };
  }, files);
}

/** A patch of what the files define now. Errors: `patch-refused` unless `source` is one definition of this name. */
export function makePatch(files: GenomeFiles, library: string, name: string, source: string): Patch {
  const tree = treeOf(source, `patch of ${name}`);
  const definitions = listDefinitions(tree);
  if (topLevel(tree).length !== 1 || definitions[0]?.name !== name || definitions.length !== 1) refuse(`the source must be one definition of ${name}`);
  return { library, name, source: source.trim(), baseHash: digest(definitionText(files, library, name)) };
}

/** The text of the definition that is in force. Errors: `patch-refused` if the library defines no such name. */
export function definitionText(files: GenomeFiles, library: string, name: string): string {
  return textOf([placeOf(files, library, name).definition.node]);
}

interface Place {
  readonly path: string;
  readonly tree: Tree;
  readonly definition: DefinitionNode;
}

function placeOf(files: GenomeFiles, library: string, name: string): Place {
  for (const [path, text] of Object.entries(files)) {
    if (!text.includes("define-library")) continue;
    const tree = treeOf(text, path);
    const definitions = listDefinitions(tree);
    const home = definitions.find(({ form, name: printed }) => form === "define-library" && readData(printed).map((datum) => write(datum)).join() === library);
    const definition = definitions.findLast((each) => each.name === name && each !== home && each.path[0] === home?.path[0]);
    if (definition !== undefined) return { path, tree, definition };
  }
  return refuse(`${library} does not define ${name}`);
}

function treeOf(text: string, file: string): Tree {
  try {
    return parseTree(text, file);
  } catch (error) {
    if (error instanceof LispError) return refuse(error.message);
    throw error;
  }
}

function refuse(problem: string): never {
  throw new WorldError("patch-refused", problem);
}
