// An image: one commit of the genome with its hot patches, loaded, with each library's own capabilities.
import {
  type CodeCache, Condition, createInterpreter, type Computation, type ComputationOptions, Flonum,
  type Interpreter, type InterpreterOptions, LispError, PersistentMap, type Value,
} from "../interpreter/index.js";
import type { GenomeFiles, Port } from "../ports/port.js";
import { AUTHORITY_LIBRARY, authorityLibrary, FILE_LIBRARY, fileLibraryOf, portLibrary, TOOLS } from "./capability.js";
import { Conditions, RULE_LIMITS } from "./conditions.js";
import { canonical, DEEPEST, explain, field, fieldText, record, textOf } from "./data.js";
import { digest } from "./digest.js";
import { WorldError } from "./error.js";
import { parseManifest, type Grant, type Manifest } from "./grants.js";
import { type Kept, labelledState } from "./labelled-state.js";
import { joined, type Labels, labelsData, opened } from "./labels.js";
import { patchedFiles, type Patch } from "./patches.js";

/** What the genome's effect policy says of one effect, and by which rule. */
export interface Decision {
  readonly decision: "allow" | "deny" | "ask";
  readonly rule: string;
  readonly reason: string;
}

export interface Version {
  readonly commit: string;
  readonly files: GenomeFiles;
  /** In force from the first to the last. */
  readonly patches: readonly Patch[];
}

/** Where the policy of effects is, by contract with the genome. */
const EFFECTS_LIBRARY = "(genome policy effects)";
/** Data beside the libraries: read, never run. */
const DATA_FILES: ReadonlySet<string> = new Set(["manifest.scm", "constitution.scm"]);

/** Loads a version. Errors: `bad-manifest`, `genome-refused` with what does not load, `patch-refused`. */
export function loadImage(version: Version, ports: ReadonlyMap<string, Port>, cache?: CodeCache): Image {
  const files = patchedFiles(version.files, version.patches);
  const manifest = parseManifest(files["manifest.scm"] ?? "");
  const interpreter = createInterpreter({ native: capabilities(ports), cache });
  try {
    for (const [path, text] of Object.entries(files)) if (!DATA_FILES.has(path) && !path.startsWith("test/")) interpreter.register(text, `genome/${path}`);
    interpreter.load([...manifest.libraries, manifest.turn]);
    const changing = interpreter.keepConstant();
    if (changing !== undefined) throw new WorldError("genome-refused", `${changing.library} keeps in ${changing.name} what a turn could change: what lasts belongs in the state`);
    return new Image(version, manifest, interpreter);
  } catch (error) {
    if (error instanceof LispError) throw new WorldError("genome-refused", placed(error.payload));
    throw error;
  }
}

/** The native libraries of an image: each importer has its own of each, and the same ones whenever they are asked for. */
function capabilities(ports: ReadonlyMap<string, Port>): NonNullable<InterpreterOptions["native"]> {
  const authority = authorityLibrary();
  const granted = new Map<string, ReadonlyMap<string, Value> | undefined>();
  return (name, importer = "") => {
    if (name === AUTHORITY_LIBRARY) return authority;
    const key = `${name} ${importer}`;
    if (!granted.has(key)) granted.set(key, nativeLibrary(ports, name, importer));
    return granted.get(key);
  };
}

function nativeLibrary(ports: ReadonlyMap<string, Port>, name: string, importer: string): ReadonlyMap<string, Value> | undefined {
  if (name === FILE_LIBRARY) return fileLibraryOf(ports.get(TOOLS), importer);
  const port = ports.get(name);
  return port === undefined ? undefined : portLibrary(port, importer);
}

/** The commit of an image's key. */
export function commitOfImage(key: string): string {
  return key.split("+")[0] ?? key;
}

/** The name of a version: its commit, and a hash of its patches if it has any. */
export function imageKey(commit: string, patches: readonly Patch[]): string {
  return patches.length === 0 ? commit : `${commit}+${digest(JSON.stringify(patches)).slice(0, 16)}`;
}

/** The commit of an image's key. */
export function commitOf(key: string): string {
  return key.split("+", 1)[0] ?? key;
}

export class Image {
  readonly key: string;
  readonly commit: string;
  private readonly handleTurn: Value;
  private readonly migration: Value | undefined;
  private readonly decideEffect: Value | undefined;
  private readonly conditions: Conditions;

  constructor(
    readonly version: Version,
    readonly manifest: Manifest,
    readonly interpreter: Interpreter,
  ) {
    this.commit = version.commit;
    this.key = imageKey(version.commit, version.patches);
    this.handleTurn = procedure(interpreter, manifest.turn, "handle-turn") ?? missing(manifest.turn);
    this.migration = procedure(interpreter, manifest.turn, "migrate");
    this.decideEffect = manifest.libraries.includes(EFFECTS_LIBRARY) ? procedure(interpreter, EFFECTS_LIBRARY, "decide-effect") : undefined;
    this.conditions = new Conditions(interpreter);
    for (const grants of manifest.grants.values())
      for (const grant of grants.values()) grant.conditions.forEach((condition) => this.conditions.check(condition));
  }

  /** A computation of one turn: `(handle-turn input state)`. */
  turn(input: Value, state: Value, options: ComputationOptions): Computation {
    return this.interpreter.call(this.handleTurn, [input, state], options);
  }

  /** A computation of `(migrate state)` within the limits of a turn; undefined if the turn library exports none. */
  migrate(state: Value): Computation | undefined {
    const { steps, bytes } = this.manifest.limits;
    return this.migration === undefined ? undefined : this.interpreter.call(this.migration, [state], { steps, bytes });
  }

  /** The manifest's grant of an operation to a library, if there is one. */
  grant(library: string, operation: string): Grant | undefined {
    return this.manifest.grants.get(library)?.get(operation);
  }

  /** Whether conditions of grants hold of a request, one after the other; see `Conditions`. */
  holding(request: Value): (condition: Value) => boolean {
    return this.conditions.holding(request);
  }

  /** Asks the genome's policy; whatever it does not allow in the agreed shape is denied. */
  decide(request: PersistentMap): Decision {
    if (this.decideEffect === undefined) return { decision: "deny", rule: "default", reason: "the genome has no effect policy" };
    try {
      return decisionOf(this.interpreter.call(this.decideEffect, [request], RULE_LIMITS).finish());
    } catch (error) {
      if (error instanceof LispError) return { decision: "deny", rule: "policy-error", reason: explain(error.payload) };
      throw error;
    }
  }
}

function decisionOf(answer: Value): Decision {
  const decision = (["allow", "deny", "ask"] as const).find((name) => name === fieldText(answer, "decision"));
  if (decision === undefined) return { decision: "deny", rule: "policy-error", reason: "the effect policy did not answer a decision" };
  return { decision, rule: fieldText(answer, "rule"), reason: fieldText(answer, "reason") };
}

/** What `handle-turn` answered: the cell's next state, and the answer. */
export interface TurnResult {
  readonly state: PersistentMap;
  readonly stateText: string;
  readonly answer: Value;
  readonly answerText: string;
  /** Of all that the turn read and the answer holds. */
  readonly labels: Labels;
}

/**
 * Checks what `handle-turn` answered, in a turn that has read these labels; throws LispError `not-data`, or WorldError
 * `bad-turn-result`. Boxes in the answer are opened: whoever gets it gets their labels with it.
 */
export function turnResult(value: Value, read: Labels, kept: Kept, genome: Pick<Interpreter, "spells">): TurnResult {
  const [state, answer] = [field(value, "state"), field(value, "answer")];
  if (!(state instanceof PersistentMap) || answer === undefined)
    throw new WorldError("bad-turn-result", "handle-turn did not answer a map with :state and :answer");
  canonical(answer, DEEPEST);
  let labels = read;
  const told = opened(answer, (more) => void (labels = joined(labels, more)));
  return { state, stateText: canonical(labelledState(state, read, kept, genome), DEEPEST), answer: told, labels, answerText: answerText(told) };
}

/** An answer as people read it. */
export function answerText(answer: Value): string {
  return typeof answer === "object" && answer instanceof Flonum ? canonical(answer) : textOf(answer);
}

/** The map that the effect policy is given. */
export function policyRequest(operation: string, origin: string, parameters: Value, cell: string, labels: Labels): PersistentMap {
  return record({ operation, origin, parameters, cell, labels: labelsData(labels) });
}

function procedure(interpreter: Interpreter, library: string, name: string): Value | undefined {
  const value = interpreter.exported(library, name);
  return typeof value === "function" ? value : undefined;
}

function missing(library: string): never {
  throw new WorldError("genome-refused", `${library} does not export handle-turn`);
}

function placed(payload: Value): string {
  const position = payload instanceof Condition ? payload.position : undefined;
  return `${position === undefined ? "" : `${position.file}:${position.line}:${position.column}: `}${explain(payload)}`;
}
