// Renames a variable or a definition of a source text, with all that refers to it, and nothing else.
import type { Core, Variable } from "../compiler/core.js";
import { Cell } from "../expander/environment.js";
import type { LibraryTable } from "../expander/library-table.js";
import { findNodes, type Found } from "../reader/find.js";
import { childrenOf, type Node } from "../reader/node.js";
import { nodeAt, nodePosition, parseTree, type Path, topLevel, type Tree } from "../reader/tree.js";
import { Condition, fail, LispError } from "../values/condition.js";
import type { Position } from "../values/position.js";
import { LispSymbol } from "../values/symbol.js";
import { type Difference, Correspondence, type Target } from "./correspondence.js";
import { partsOf } from "./parts.js";
import { expandUnits, type SourceUnit } from "./units.js";

// What a name means, the expander knows: hygiene, shadowing, quotation and the binding forms of macros are its rules. Where
// core forms say which place of the text they come from, that answers. Any other place gets a name that nothing
// else has: what then refers to that name is what the place stands for. At last the whole is renamed and expanded
// once more, and must be the same but for that name; so nothing is captured, however the places were found.

/**
 * The tree with the binding renamed that the symbol at the path makes or refers to. `libraries` knows what the text
 * imports. An exported name is renamed in the export too; its importers elsewhere are not looked at. Places that nothing
 * expands, such as other clauses of `cond-expand`, stay.
 * Errors: `out-of-range` if the path leads nowhere, `wrong-type` if no symbol is there, `bad-syntax` if the new name is none,
 * `no-binding` if the text does not bind what is there, `name-captured` with the place that would come to mean
 * something else, and those of the reader and the expander.
 */
export function renameNode(tree: Tree, path: Path, name: string, libraries: LibraryTable): Tree {
  const node = nodeAt(tree, path) ?? fail("out-of-range", `expected the path of a symbol, but nothing is at (${path.join(" ")})`);
  const from = symbolOf(node) ?? fail("wrong-type", "expected the path of a symbol to rename", [], nodePosition(tree, node));
  const [spelled, ...others] = topLevel(parseTree(name));
  const to = spelled === undefined || others.length > 0 ? undefined : symbolOf(spelled);
  if (to === undefined) return fail("bad-syntax", `expected the new name to be spelled as one symbol, but found ${name}`);
  return from === to ? tree : new Renaming(tree, from, to, name.trim(), libraries).of(node);
}

/** The path of the name that the last definition of it at the top level makes; undefined if there is none. */
export function definedName(tree: Tree, definition: Found, name: string): Path | undefined {
  return findNodes({ ...tree, parts: [definition.node] }, (node) => symbolOf(node)?.name === name).map(({ path }) => [...definition.path, ...path.slice(1)])[0];
}

type Meaning = ReadonlySet<Target> | "structural" | "nothing";
type Meanings = ReadonlyMap<Node, Meaning>;
type Outcome = Correspondence | LispError;

class Renaming {
  /** All places where the name stands. */
  private readonly places: readonly Found[];
  private readonly original: readonly SourceUnit[];
  private readonly known: ReadonlyMap<number, Set<Target>>;
  private readonly fresh: LispSymbol;

  constructor(
    private readonly tree: Tree, private readonly from: LispSymbol, private readonly to: LispSymbol, private readonly spelling: string,
    private readonly libraries: LibraryTable,
  ) {
    this.places = findNodes(tree, (node) => symbolOf(node) === from);
    this.original = expandUnits(tree, libraries);
    this.known = placesIn(this.original, tree.source.file);
    let fresh = "renamed%";
    while (tree.source.text.includes(fresh)) fresh += "%";
    this.fresh = LispSymbol.intern(fresh);
  }

  of(node: Node): Tree {
    const meanings = new Map(this.places.map((place) => [place.node, this.meaningOf(place.node)]));
    const structural = this.places.filter((place) => meanings.get(place.node) === "structural");
    const group = this.groupOf(node, meanings);
    const bound = [...group.targets];
    this.requireOwn(bound, node, meanings.get(node) === "structural");
    const isLocal = bound.length > 0 && bound.every((target) => !(target instanceof Cell));
    const unused = isLocal ? [] : this.places.filter((place) => meanings.get(place.node) === "nothing" && this.isInTemplate(place));
    const chosen = [...group.nodes, ...unused.map((place) => place.node)];
    const sets = attempts(chosen, structural, this.places.find((place) => place.node === node) as Found);
    return this.firstThatHolds(sets.map((set) => this.withReferences(set, group.nodes.size === 1, meanings)));
  }

  /** The bindings that a place stands for; `structural` if the forms around it change without it, `nothing` if it is no name. */
  private meaningOf(node: Node): Meaning {
    const known = this.known.get(node.offset);
    if (known !== undefined) return known;
    const outcome = this.outcome(this.spliced([node], this.fresh.name), this.fresh);
    if (outcome instanceof LispError) return "structural";
    if (outcome.renamed.size > 0) return outcome.renamed;
    return outcome.isStructural ? "structural" : "nothing";
  }

  /** With the places that refer to what keyword places bind together, as the alternatives of a pattern do. */
  private withReferences(nodes: readonly Node[], isUnknown: boolean, meanings: Meanings): readonly Node[] {
    if (!isUnknown || nodes.length === 1) return nodes;
    const outcome = this.outcome(this.spliced(nodes, this.fresh.name), this.fresh);
    if (outcome instanceof LispError) return nodes;
    const referring = [...meanings].filter(([, meaning]) => meaning instanceof Set && [...meaning].some((target) => this.isAmong(target as Target, outcome.renamed)));
    return [...new Set([...nodes, ...referring.map(([node]) => node)])];
  }

  /** The places that share a binding with the node, and those bindings: a macro may make several of one place. */
  private groupOf(node: Node, meanings: Meanings) {
    const nodes = new Set([node]);
    const targets = new Set<Target>();
    const add = (meaning: unknown) => { if (meaning instanceof Set) for (const target of meaning) targets.add(target); };
    add(meanings.get(node));
    for (let before = -1; before < nodes.size; ) {
      before = nodes.size;
      for (const [each, meaning] of meanings) {
        if (!(meaning instanceof Set) || ![...meaning].some((target) => this.isAmong(target as Target, targets))) continue;
        nodes.add(each);
        add(meaning);
      }
    }
    return { nodes, targets };
  }

  /** A library is expanded anew for the program that imports it: the cells of both are one by their names. */
  private isAmong(target: Target, targets: ReadonlySet<Target>): boolean {
    if (targets.has(target) || !(target instanceof Cell)) return targets.has(target);
    return [...targets].some((other) => other instanceof Cell && other.name === target.name && other.library === target.library && this.isOwn(other));
  }

  private requireOwn(targets: readonly Target[], node: Node, isKeyword: boolean): void {
    const foreign = targets.find((target) => target instanceof Cell && !(this.isOwn(target) && this.isDefined(target)));
    const position = nodePosition(this.tree, node);
    if (foreign !== undefined) fail("no-binding", `${this.from.name} is not defined in this text`, [], position);
    if (targets.length === 0 && !isKeyword) fail("no-binding", `${this.from.name} is no variable here: it is data, or nothing uses it`, [], position);
    if (targets.every((target) => !(target instanceof Cell))) return;
    const taken = this.original.some(({ environment }) => { const binding = environment.lookup(this.to); return binding !== undefined && !environment.owns(binding); });
    if (taken) fail("name-captured", `${this.to.name} is imported already`, [], position);
  }

  private isOwn(cell: Cell): boolean {
    return this.original.some(({ environment }) => environment.name === cell.library);
  }

  private isDefined({ name, library }: Cell): boolean {
    return this.original.some(({ environment, forms }) => environment.name === library && forms.some((form) => form.kind === "define" && form.cell.name === name));
  }

  /** Is the place in the template of a macro's rule, and no variable of its pattern? */
  private isInTemplate({ path }: Found): boolean {
    const around = path.map((_, length) => nodeAt(this.tree, path.slice(0, length)));
    if (around.some((node) => node?.kind === "quote" || symbolOf(childrenOf(node ?? this.tree.parts[0] as Node)[0])?.name === "quote")) return false;
    const rules = around.findIndex((node) => node?.kind === "list" && symbolOf(childrenOf(node)[0])?.name === "syntax-rules");
    const [pattern] = rules < 0 ? [] : childrenOf(around[rules + 1] ?? this.tree.parts[0] as Node);
    return rules >= 0 && path[rules + 1] === 1 && pattern !== undefined && findNodes({ ...this.tree, parts: [pattern] }, (node) => symbolOf(node) === this.from).length === 0;
  }

  /** The text renamed at the first set of places that leaves all meanings as they were; else why the first set does not. */
  private firstThatHolds(sets: readonly (readonly Node[])[]): Tree {
    let refusal: Difference | undefined;
    for (const nodes of sets) {
      const tree = this.spliced(nodes, this.spelling);
      const outcome = this.outcome(tree, this.to);
      const difference = outcome instanceof LispError ? differenceOf(outcome) : outcome.difference;
      if (difference === undefined && this.isSpelledAsMeant(tree, nodes)) return tree;
      refusal ??= difference ?? { why: "the name would join its neighbours", position: undefined };
    }
    const { why, position } = refusal as Difference;
    return fail("name-captured", `${this.from.name} cannot become ${this.to.name}: ${why}`, [], this.original.length === 0 ? undefined : position);
  }

  private isSpelledAsMeant(tree: Tree, nodes: readonly Node[]): boolean {
    const count = (within: Tree) => findNodes(within, (node) => symbolOf(node) === this.to).length;
    return count(tree) === count(this.tree) + nodes.length;
  }

  /** What becomes of the expansion. Limits of the computation that asked end this too. */
  private outcome(tree: Tree, name: LispSymbol): Outcome {
    try {
      return new Correspondence(this.from, name, this.original, expandUnits(tree, this.libraries));
    } catch (error) {
      const { payload } = error instanceof LispError ? error : { payload: undefined };
      if (!(payload instanceof Condition) || payload.code === "limit-exceeded" || payload.code === "interrupted") throw error;
      return error as LispError;
    }
  }

  private spliced(nodes: readonly Node[], name: string): Tree {
    const { text, file, limits } = this.tree.source;
    const pieces: string[] = [];
    let end = 0;
    for (const node of [...nodes].sort((one, other) => one.offset - other.offset)) {
      pieces.push(text.slice(end, node.offset), name);
      end = node.offset + (node as { text: string }).text.length;
    }
    return parseTree(pieces.join("") + text.slice(end), file, limits);
  }
}

function symbolOf(node: Node | undefined): LispSymbol | undefined {
  return node?.kind === "atom" && node.value instanceof LispSymbol ? node.value : undefined;
}

function differenceOf(error: LispError): Difference {
  const { message, position } = error.payload as Condition;
  return { why: message, position };
}

/** The chosen places alone, then with those keyword places that share with the first an ever larger form around it. */
function attempts(chosen: readonly Node[], structural: readonly Found[], place: Found): Node[][] {
  const sets = [[...chosen]];
  for (let length = place.path.length - 1; length >= 0; length--) {
    const near = structural.filter(({ path }) => place.path.slice(0, length).every((index, level) => index === path[level]));
    const all = new Set([...chosen, ...near.map(({ node }) => node)]);
    if (all.size > (sets.at(-1) as Node[]).length) sets.push([...all]);
  }
  return sets;
}

/** The bindings that core forms place in the text, by the offsets of the names. */
function placesIn(units: readonly SourceUnit[], file: string): Map<number, Set<Target>> {
  const found = new Map<number, Set<Target>>();
  const note = (target: Target, position: Position | undefined) => {
    if (position === undefined || position.file !== file) return;
    const known = found.get(position.offset);
    if (known === undefined) found.set(position.offset, new Set([target]));
    else known.add(target);
  };
  const pending: Core[] = units.flatMap(({ forms }) => [...forms]);
  for (let core = pending.pop(); core !== undefined; core = pending.pop()) {
    if (core.kind === "local") note(core.variable, core.position);
    else if (core.kind === "global") note(core.cell, core.position);
    for (const variable of variablesOf(core)) note(variable, variable.written);
    pending.push(...partsOf(core));
  }
  return found;
}

function variablesOf(core: Core): readonly Variable[] {
  if (core.kind === "lambda") return core.clauses.flatMap(({ parameters }) => parameters);
  return core.kind === "let" || core.kind === "letrec" ? core.variables : [];
}
