// Expands programs and REPL forms into units: the bodies of the libraries they import first, then their own.
import type { Core } from "../compiler/core.js";
import { Pair } from "../values/pair.js";
import { positionOf } from "../values/position.js";
import type { Value } from "../values/value.js";
import { TopLevel } from "./body.js";
import { sequence } from "./build.js";
import type { Environment } from "./environment.js";
import { Expander } from "./expander.js";
import { failAt, Form } from "./form.js";
import { isIdentifier, nameOf } from "./identifier.js";
import { definesLibrary } from "./library-declaration.js";
import type { LibraryTable, Unit } from "./library-table.js";
import { Scope } from "./scope.js";
import { stripSyntax } from "./strip.js";

const IMPORT_SHAPE = "(import (library ...) ...), each set perhaps in only, except, prefix or rename";

/**
 * Expands the forms of a program in an open environment. `(import …)` and `(define-library …)` may stand
 * anywhere among them. The program's own unit is the last; those before it are library bodies, to be run once.
 * Errors: bad-syntax, unbound-variable, unknown-library, import-error, immutable, nesting-too-deep,
 * limit-exceeded, and those of the reader for library sources and includes.
 */
export function expandProgram(data: readonly Value[], environment: Environment, libraries: LibraryTable): Unit[] {
  const scope = new Scope(environment);
  const expander = new Expander(libraries);
  const body = withoutOverflow(() => topLevelForms(data, scope, expander));
  return [...libraries.takeUnits(), { name: programName(data, environment), body: sequence(body), closed: false }];
}

/** Expands one form of a REPL session. */
export function expandForm(datum: Value, environment: Environment, libraries: LibraryTable): Unit[] {
  return expandProgram([datum], environment, libraries);
}

/** What one use of a macro at the head of the form makes of it, hygiene's marks removed; undefined if its head is no macro. */
export function expandOnce(datum: Value, environment: Environment, libraries: LibraryTable): Value | undefined {
  const [scope, expander] = [new Scope(environment), new Expander(libraries)];
  const transformer = expander.keywordOf(datum, scope)?.transformer;
  if (transformer?.kind !== "macro" || !(datum instanceof Pair)) return undefined;
  return stripSyntax(withoutOverflow(() => expander.rewrite(transformer, datum, scope)));
}

/**
 * All names that the forms define are known before any value is expanded: a procedure may use a name that only a
 * later form defines, although an import binds it too. An import ends such a stretch of forms.
 */
function topLevelForms(data: readonly Value[], scope: Scope, expander: Expander): Core[] {
  const body: Core[] = [];
  let stretch = new TopLevel(scope, expander);
  for (const datum of data) {
    if (!scope.environment.takesImports) mustNotImport(datum, scope);
    const library = isFreeUse(datum, "define-library", scope) ? definesLibrary(datum) : undefined;
    if (library !== undefined) expander.libraries.addForm(library);
    else if (isFreeUse(datum, "import", scope)) {
      body.push(...stretch.finish());
      stretch = new TopLevel(scope, expander);
      expander.libraries.importInto(scope.environment, new Form(datum, positionOf(datum), IMPORT_SHAPE).expect(1));
    } else stretch.add({ datum, position: positionOf(datum) });
  }
  return [...body, ...stretch.finish()];
}

/** What is evaluated in an environment that was made of import sets sees those alone. */
function mustNotImport(datum: Value, scope: Scope): void {
  if (isFreeUse(datum, "import", scope) || isFreeUse(datum, "define-library", scope))
    failAt("import-error", "this environment has all that it was made of, and takes no more libraries", [], positionOf(datum), "Name them all where it is made: (environment '(scheme base) '(scheme char)).");
}

/** `import` and `define-library` are no bindings of any library (R7RS 5.1): they mean themselves unless a program binds them. */
function isFreeUse(datum: Value, name: string, scope: Scope): boolean {
  return datum instanceof Pair && isIdentifier(datum.car) && nameOf(datum.car) === name && scope.lookup(datum.car) === undefined;
}

function programName(data: readonly Value[], environment: Environment): string {
  return positionOf(data[0])?.file ?? environment.name;
}

/**
 * Depth is counted, but what the host stack still holds when an expansion starts is not known: a program
 * that calls eval from deep recursion may have little left.
 */
function withoutOverflow<Result>(expand: () => Result): Result {
  try {
    return expand();
  } catch (error) {
    if (error instanceof RangeError) return failAt("nesting-too-deep", "the program nests too deep to be expanded", [], undefined);
    throw error;
  }
}
