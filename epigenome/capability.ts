// Capabilities: the procedures of a port, each carrying who holds it and how it was narrowed.
import { fail, itemsOf, Keyword, nativeProcedure, PersistentMap, PersistentVector, suspend, toolFileLibrary, type Value } from "../interpreter/index.js";
import type { Operation, Port } from "../ports/port.js";
import { canonical, datumOf, field } from "./data.js";
import { WorldError } from "./error.js";
import { acceptedLabels, budgetOf, dateOf, type Grant } from "./grants.js";
import { LABEL_PROCEDURES } from "./label-procedures.js";
import { labelsWithin } from "./labels.js";
import { docstring, shapeOf } from "./reference.js";
import { toolProcedures } from "./tool-procedures.js";
import { isOptional } from "./translate.js";

/** What a turn asks for when it waits: one operation, by whom, under which narrowings. */
export class EffectRequest {
  constructor(
    readonly capability: Capability,
    readonly operands: readonly Value[],
    /** A box that comes as the answer is opened at once: for standard procedures that hand over what they read. */
    readonly reveals = false,
  ) {}
}

export interface Capability {
  readonly port: Port;
  readonly operation: Operation;
  /** As Lisp and the manifest name it, such as "store/put!". */
  readonly name: string;
  /** Printed name of the library whose grant it carries. */
  readonly origin: string;
  readonly narrowings: readonly Narrowing[];
  readonly reveals?: boolean;
}

/** One `attenuate`: a further grant, and for some parameters the only values they may have. Budgets are the turn's. */
export interface Narrowing {
  readonly grant: Grant;
  /** By parameter, the canonical texts of its allowed values. */
  readonly allowed: ReadonlyMap<string, ReadonlySet<string>>;
}

/** The library that exports `attenuate`; it holds no authority of its own. */
export const AUTHORITY_LIBRARY = "(ouro authority)";

/** The standard library that `fileLibraryOf` fills, and the port that it is made of. */
export const FILE_LIBRARY = "(scheme file)";
export const TOOLS = "(port tool-runtime)";

const capabilities = new WeakMap<object, Capability>();

/**
 * The procedures of `(port NAME)` for one importing library. All operations are there, granted or not: a library
 * that may lose a grant still loads, and what is missing is said where it is missed, with the line that would grant it.
 */
export function portLibrary(port: Port, origin: string, reveals = false): ReadonlyMap<string, Value> {
  return new Map(port.operations.map((operation) => {
    const name = `${port.name}/${operation.name}`;
    return [name, procedureOf({ port, operation, name, origin, narrowings: [], reveals })];
  }));
}

/**
 * `(scheme file)` for one importing library: the port of tools under its standard names, so that its grants, the
 * policy and the journal judge each call. Undefined where there is no such port: then all of it is refused.
 */
export function fileLibraryOf(port: Port | undefined, origin: string): ReadonlyMap<string, Value> | undefined {
  if (port === undefined) return undefined;
  const operations = portLibrary(port, origin, true);
  const [readFile, writeFile, listFiles] = ["read-file", "write-file!", "list-files"].map((name) => operations.get(`${port.name}/${name}`));
  if (readFile === undefined || writeFile === undefined || listFiles === undefined) return undefined;
  return toolFileLibrary({ readFile, writeFile, listFiles });
}

/** `(ouro authority)`: narrowing what one holds, and dealing with labelled boxes. */
export function authorityLibrary(): ReadonlyMap<string, Value> {
  return new Map([["attenuate", nativeProcedure("attenuate", 2, 2, ATTENUATE, attenuate)], ...LABEL_PROCEDURES, ...TOOLS_OF_MODELS]);
}

/** The capability behind a procedure, if it is one. */
export function capabilityOf(procedure: Value): Capability | undefined {
  return typeof procedure === "function" ? capabilities.get(procedure) : undefined;
}

const TOOLS_OF_MODELS = toolProcedures({ of: capabilityOf, request: (capability, operands) => new EffectRequest(capability, operands) });

const ATTENUATE = "(attenuate capability narrowing) A capability that may do less: {:parameter (value …) … :when 'expression :until \"date\" "
  + ":budget {:calls n} :accepts (label …)}. Nothing widens; a budget counts within one turn.";

/** How often one capability may be narrowed: each call of it asks all of that. */
const MOST_NARROWINGS = 32;
/** Characters of one condition, as it is written. */
const LONGEST_CONDITION = 10_000;

function attenuate(procedure: Value, narrowing: Value): Value {
  const capability = capabilityOf(procedure);
  if (capability === undefined) return fail("wrong-type", "attenuate: expected a capability, a procedure of a port, as operand 1, but got", [procedure]);
  if (!(narrowing instanceof PersistentMap)) return fail("wrong-type", "attenuate: expected a map as operand 2, but got", [narrowing]);
  // What it is narrowed to is told to whom it refuses.
  if (labelsWithin([narrowing]).length > 0) return fail("wrong-type", "attenuate: expected data without boxes as operand 2, but got", [narrowing]);
  if (capability.narrowings.length >= MOST_NARROWINGS) return fail("out-of-range", `attenuate: ${capability.name} has been narrowed ${MOST_NARROWINGS} times, and may not be again`);
  return procedureOf({ ...capability, narrowings: [...capability.narrowings, checkedNarrowing(capability, narrowing)] });
}

function checkedNarrowing(capability: Capability, map: PersistentMap): Narrowing {
  try {
    return narrowingOf(capability, map);
  } catch (error) {
    if (error instanceof WorldError) return fail("wrong-type", `attenuate: ${error.message}`);
    throw error;
  }
}

const CLAUSES = ["when", "budget", "until", "accepts"];

function narrowingOf(capability: Capability, map: PersistentMap): Narrowing {
  const condition = field(map, "when");
  const budget = field(map, "budget");
  const until = field(map, "until");
  const accepts = field(map, "accepts");
  const { name } = capability;
  const parameters = map.keys().map((key) => (key instanceof Keyword ? key.name : canonical(key))).filter((key) => !CLAUSES.includes(key));
  const unknown = parameters.find((key) => !(key in shapeOf(capability.operation)));
  if (unknown !== undefined) return fail("wrong-type", `attenuate: ${name} has no parameter ${unknown}; it has ${Object.keys(shapeOf(capability.operation)).join(", ")}`);
  return {
    grant: {
      conditions: condition === undefined ? [] : [conditionOf(condition)],
      budgets: budget === undefined ? [] : [{ ...budgetOf(budget, name), per: "turn" }],
      ...(until === undefined ? {} : { until: dateOf(until, name) }),
      ...(accepts === undefined ? {} : { accepts: acceptedLabels(choices(accepts), name) }),
    },
    allowed: new Map(parameters.map((key) => [key, new Set(choices(field(map, key) as Value).map(canonical))])),
  };
}

/** A copy: whoever holds the form may change it later. */
function conditionOf(form: Value): Value {
  const text = canonical(form);
  return text.length > LONGEST_CONDITION ? fail("out-of-range", `attenuate: a condition has at most ${LONGEST_CONDITION} characters`) : datumOf(text);
}

function choices(value: Value): readonly Value[] {
  return itemsOf(value) ?? (value instanceof PersistentVector ? Array.from(value) : [value]);
}

function procedureOf(capability: Capability): Value {
  const shape = shapeOf(capability.operation);
  const required = Object.values(shape).filter((schema) => !isOptional(schema)).length;
  const optional = Object.keys(shape).length - required;
  const procedure = nativeProcedure(capability.name, required, required + 2 * optional, docstring(capability), (...operands) =>
    suspend(new EffectRequest(capability, operands, capability.reveals)));
  capabilities.set(procedure, capability);
  return procedure;
}
