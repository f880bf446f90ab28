// The interpreter's front door: everything that the rest of Ouro may use of it.
export { createInterpreter, documentation, Interpreter, type InterpreterOptions } from "./interpreter.js";
export type { CodeCache } from "./cache/code-cache.js";
export { Computation, slice, type ComputationOptions, type Status } from "./machine/computation.js";
export {
  fileLibrary, type FileLibrary, type FileOperations, type FileTools, leavingProcedures, loadProcedure, type Procedures, toolFileLibrary,
} from "./outside.js";
export { compileStandard, type CompiledText } from "./standard.js";
export { suspend } from "./machine/machine.js";
export { compiledText, informationOf } from "./machine/backtrace.js";
export { type Binding, Cell, Environment, nearestNames, Syntax } from "./expander/index.js";
export { builtinOf, nativeProcedure } from "./builtins/builtin.js";

export { type BacktraceLine, Condition, fail, HINTS, LispError } from "./values/condition.js";
export { PersistentMap, PersistentSet, PersistentVector } from "./values/collection.js";
export { boxFrom, LabelledBox, spellsBox } from "./values/labelled-box.js";
export { equal } from "./values/equality.js";
export { Complex, Flonum, normaliseInteger, Rational } from "./values/number.js";
export { itemsOf, listFrom, NIL, Pair } from "./values/pair.js";
export { type Position, positionOf } from "./values/position.js";
export { ConsoleInputPort, InputRequest, LispPort, TextInputPort } from "./values/text-port.js";
export { RecordInstance, RecordType } from "./values/record.js";
export { Keyword, LispSymbol } from "./values/symbol.js";
export { Char, LispString } from "./values/text.js";
export { MapLiteral, SetLiteral, VectorLiteral } from "./values/literal.js";
export { EOF, MultipleValues, type Procedure, UNSPECIFIED, type Value } from "./values/value.js";

export { isComplete, nodeDatum, readAll, readNext } from "./reader/datum.js";
export { excerpt } from "./reader/excerpt.js";
export { insertNode, removeNode, replaceNode } from "./reader/edit.js";
export { type DefinitionNode, findDefinition, findNodes, findPattern, type Found, listDefinitions } from "./reader/find.js";
export { childrenOf, isBranch, type Node, textOf } from "./reader/node.js";
export { nodeAt, nodePosition, parseTree, type Path, printTree, topLevel, type Tree } from "./reader/tree.js";
export { type Finding, LINT_HINTS } from "./source/finding.js";
export { format } from "./source/format.js";
export { definedName } from "./source/rename.js";
export { canonical } from "./printer/canonical.js";
export { display, pretty, write } from "./printer/print.js";
