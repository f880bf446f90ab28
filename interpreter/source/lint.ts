// The linter: what in a source text is unbound, unused, hidden, called wrongly, unreachable or undocumented, found by expanding it.
import type { Core } from "../compiler/core.js";
import { expandTopLevel } from "../expander/body.js";
import { describe } from "../expander/describe.js";
import { type Binding, Cell, Environment, Syntax } from "../expander/environment.js";
import { Expander } from "../expander/expander.js";
import { Form } from "../expander/form.js";
import { type Identifier, isIdentifier, nameOf } from "../expander/identifier.js";
import { importSet } from "../expander/import-set.js";
import { contentsOf, declarationOf, definesLibrary } from "../expander/library-declaration.js";
import type { LibraryTable } from "../expander/library-table.js";
import { didYouMean } from "../expander/nearest.js";
import { Scope } from "../expander/scope.js";
import type { SplicedForm } from "../expander/transformer.js";
import { nodeDatum } from "../reader/datum.js";
import { listDefinitions } from "../reader/find.js";
import { endOf, isBranch, type Node } from "../reader/node.js";
import { nodePosition, parseTree, topLevel, type Tree } from "../reader/tree.js";
import { Condition, LispError } from "../values/condition.js";
import { Pair } from "../values/pair.js";
import { type Position, positionOf } from "../values/position.js";
import { LispSymbol } from "../values/symbol.js";
import type { Value } from "../values/value.js";
import { CoreFindings } from "./lint-core.js";
import { finding, type Finding } from "./finding.js";

/**
 * What there is to mend in a text, in its order. `libraries` knows what it imports; its own libraries are added. What cannot
 * be read or expanded is one finding with the condition's code. A comment `lint: ignore code …` takes findings of these codes
 * back: on its own line for the form below, else for its line.
 */
export function lint(text: string, file: string, libraries: LibraryTable): Finding[] {
  try {
    const tree = parseTree(text, file);
    const data = topLevel(tree).map((node) => nodeDatum(node, tree.source));
    const forms = data.map(definesLibrary);
    for (const form of forms) if (form !== undefined) libraries.addForm(form);
    const program = data.filter((_, index) => forms[index] === undefined);
    const found = forms.flatMap((form) => (form === undefined ? [] : lintLibrary(form, tree, libraries)));
    return withoutIgnored([...found, ...lintProgram(program, tree, libraries)], tree);
  } catch (error) {
    if (!(error instanceof LispError && error.payload instanceof Condition)) throw error;
    const { code, message, hint, position } = error.payload;
    return [{ code, message, hint, position: position ?? { file, line: 1, column: 1, offset: 0, endOffset: 0 } }];
  }
}

/** An environment that knows which syntax is used, and which import brought what. */
class WatchedEnvironment extends Environment {
  readonly usedSyntax = new Set<Syntax>();
  readonly imports: { readonly name: string; readonly position: Position | undefined; readonly bindings: ReadonlyMap<LispSymbol, Binding> }[] = [];

  override lookup(name: Identifier): Binding | undefined {
    const binding = super.lookup(name);
    if (binding instanceof Syntax) this.usedSyntax.add(binding);
    return binding;
  }

  importAll(declaration: Form, libraries: LibraryTable): void {
    declaration.items.slice(1).forEach((set, offset) => {
      const bindings = importSet(declaration, offset + 1, (name, position) => libraries.exportsOf(name, this.name, position));
      this.imports.push({ name: describe(set), position: positionOf(set) ?? declaration.position, bindings });
      for (const [name, binding] of bindings) this.bind(name, binding);
    });
  }
}

function lintLibrary(form: Form, tree: Tree, libraries: LibraryTable): Finding[] {
  const contents = contentsOf(form, libraries);
  const environment = new WatchedEnvironment(declarationOf(form).name, true);
  for (const declaration of contents.imports) environment.importAll(declaration, libraries);
  const unit = new LintedUnit(environment, contents.body, libraries, tree);
  for (const { internal, at } of contents.exports) unit.export(internal, at);
  return unit.findings(form.position);
}

function lintProgram(data: readonly Value[], tree: Tree, libraries: LibraryTable): Finding[] {
  const isImport = (datum: Value) => datum instanceof Pair && isIdentifier(datum.car) && nameOf(datum.car) === "import";
  const body = data.filter((datum) => !isImport(datum));
  if (data.length === 0) return [];
  const environment = new WatchedEnvironment(tree.source.file, true);
  for (const datum of data) if (isImport(datum)) environment.importAll(new Form(datum, positionOf(datum), "(import set ...)"), libraries);
  const isFragment = environment.imports.length === 0;
  if (isFragment) for (const [name, binding] of libraries.exportsOf("(ouro base)")) environment.bind(name, binding);
  const unit = new LintedUnit(environment, body.map((datum) => ({ datum, position: positionOf(datum) })), libraries, tree);
  // What imports nothing is a piece of something else, which may use all that it defines.
  if (isFragment) unit.exportAll();
  return unit.findings(undefined);
}

/** A library or program whose body is expanded, judged as a whole. */
class LintedUnit {
  private readonly core = new CoreFindings();
  private readonly exported = new Map<Binding, Form>();
  private readonly more: Finding[] = [];
  /** Names in the templates of the unit's own macros: used wherever those are. */
  private readonly inTemplates: ReadonlySet<LispSymbol>;

  constructor(
    private readonly environment: WatchedEnvironment,
    body: readonly SplicedForm[],
    libraries: LibraryTable,
    private readonly tree: Tree,
  ) {
    const forms: Core[] = expandTopLevel(body, new Scope(environment), new Expander(libraries));
    this.core.walk(forms);
    this.inTemplates = templateNames(body);
  }

  export(name: LispSymbol, at: Form): void {
    const binding = this.environment.lookup(name);
    if (binding !== undefined) this.exported.set(binding, at);
    else if (at.position !== undefined) this.more.push(finding("unbound", `${name.name} is exported, but neither defined nor imported`, at.position));
  }

  exportAll(): void {
    for (const cell of this.core.definitions.keys()) this.core.referenced.add(cell);
    for (const name of this.environment.names()) this.environment.lookup(name);
  }

  findings(within: Position | undefined): Finding[] {
    const own = listDefinitions(this.tree).filter(({ node }) => within === undefined || (node.offset > within.offset && endOf(node) <= within.endOffset));
    return [...this.core.findings, ...this.more, ...this.unbound(), ...this.unusedImports(), ...own.flatMap((definition) => this.judgeDefinition(definition.name, definition.form, definition.node))];
  }

  private unbound(): Finding[] {
    return this.core.forward.flatMap(({ cell, position }) => {
      if (position === undefined || this.core.definitions.has(cell)) return [];
      return [finding("unbound", `${cell.name.name} is not defined${didYouMean(cell.name.name, this.environment)}`, position)];
    });
  }

  private unusedImports(): Finding[] {
    return this.environment.imports.flatMap(({ name, position, bindings }) => {
      if (position === undefined || bindings.size === 0) return [];
      const unused = [...bindings].filter(([symbol, binding]) => !this.isUsed(symbol, binding));
      if (unused.length === bindings.size) return [finding("unused-import", `nothing of ${name} is used`, position)];
      if (!name.startsWith("(only ")) return [];
      return unused.map(([symbol]) => finding("unused-import", `${symbol.name} is imported, but never used`, position));
    });
  }

  private judgeDefinition(name: string, form: string, node: Node): Finding[] {
    const symbol = LispSymbol.intern(name);
    const binding = this.environment.lookup(symbol);
    if (binding === undefined || !/^define(-values)?$/.test(form)) return [];
    const position = nodePosition(this.tree, node);
    if (!this.isUsed(symbol, binding)) return [finding("unused-definition", `${name} is neither used nor exported`, position)];
    const value = binding instanceof Cell ? this.core.definitions.get(binding) : undefined;
    const isUndocumented = this.exported.has(binding) && value?.kind === "lambda" && value.doc === undefined && (binding as Cell).doc === undefined;
    return isUndocumented ? [finding("missing-doc", `${name} is exported without a docstring`, position)] : [];
  }

  private isUsed(symbol: LispSymbol, binding: Binding): boolean {
    if (this.exported.has(binding) || this.inTemplates.has(symbol)) return true;
    return binding instanceof Cell ? this.core.referenced.has(binding) : this.environment.usedSyntax.has(binding);
  }
}

/** All symbols inside syntax-rules forms. */
function templateNames(body: readonly SplicedForm[]): Set<LispSymbol> {
  const names = new Set<LispSymbol>();
  const pending: { datum: Value; isInside: boolean }[] = body.map(({ datum }) => ({ datum, isInside: false }));
  const seen = new Set<Value>();
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { datum, isInside } = next;
    if (isInside && datum instanceof LispSymbol) names.add(datum);
    const parts = datum instanceof Pair ? [datum.car, datum.cdr] : Array.isArray(datum) ? datum : datum !== null && typeof datum === "object" && "items" in datum ? (datum.items as Value[]) : [];
    if (parts.length === 0 || seen.has(datum)) continue;
    seen.add(datum);
    const inside = isInside || (datum instanceof Pair && datum.car === SYNTAX_RULES);
    for (const part of parts as readonly Value[]) pending.push({ datum: part, isInside: inside });
  }
  return names;
}

const SYNTAX_RULES = LispSymbol.intern("syntax-rules");

/** The findings in the order of the text, without those that a comment takes back. */
function withoutIgnored(findings: readonly Finding[], tree: Tree): Finding[] {
  const ranges = ignoredRanges(tree);
  const isIgnored = ({ code, position }: Finding) => ranges.some(({ codes, from, to }) => codes.includes(code) && position.offset >= from && position.offset < to);
  return findings.filter((each) => !isIgnored(each)).sort((one, other) => one.position.offset - other.position.offset);
}

function ignoredRanges({ parts, source: { text } }: Tree): { codes: string[]; from: number; to: number }[] {
  const ranges: { codes: string[]; from: number; to: number }[] = [];
  const pending: (readonly Node[])[] = [parts];
  for (let siblings = pending.pop(); siblings !== undefined; siblings = pending.pop())
    siblings.forEach((node, index, all) => {
      if (isBranch(node)) pending.push(node.parts);
      const codes = node.kind === "comment" ? /^;+\s*lint:\s*ignore\s+([a-z -]+)/.exec(node.text)?.[1]?.trim().split(/\s+/) : undefined;
      if (codes === undefined) return;
      const lineStart = text.lastIndexOf("\n", node.offset - 1) + 1;
      const below = all.slice(index + 1).find((each) => each.kind !== "whitespace" && each.kind !== "comment");
      const isAlone = text.slice(lineStart, node.offset).trim() === "";
      ranges.push({ codes, from: lineStart, to: isAlone && below !== undefined ? endOf(below) : endOf(node) });
    });
  return ranges;
}
