// A candidate genome loaded in a trial child: every port is a stand-in that only asks.
import { z } from "zod";
import { Condition, createInterpreter, type Computation, type Environment, type Interpreter, LispError, type Value } from "../interpreter/index.js";
import { operation, type GenomeFiles, type OperationSchemas, type Port, type PortName, type TrialRequest } from "../ports/port.js";
import { AUTHORITY_LIBRARY, authorityLibrary, FILE_LIBRARY, fileLibraryOf, portLibrary, TOOLS } from "./capability.js";
import { WorldError } from "./error.js";
import { parseManifest, type Manifest } from "./grants.js";

export interface TrialGenome {
  readonly files: GenomeFiles;
  readonly manifest: Manifest;
  readonly interpreter: Interpreter;
  /** Nothing imported; for programs of the trial's own. */
  readonly environment: Environment;
  /** Fuel that loading burned. */
  readonly steps: number;
  /** Number of names that the manifest's libraries export. */
  readonly exports: number;
}

/** Data beside the libraries: read, never run. */
export const DATA_FILES: ReadonlySet<string> = new Set(["manifest.scm", "constitution.scm"]);

/**
 * Loads the manifest's libraries, within limits that hold for all of them together. Throws LispError: what the
 * expander or a library's body raised, `limit-exceeded`, or `port-absent` if a body calls a port.
 */
export function bootGenome({ files, operations, steps, bytes }: Extract<TrialRequest, { kind: "boot" }>): TrialGenome {
  const manifest = parseManifest(files["manifest.scm"] ?? "");
  const ports = new Map(Object.entries(operations).map(([name, schemas]) => [`(port ${name})`, standIn(name, schemas)]));
  const interpreter = createInterpreter({ native: (name, importer) => nativeLibrary(ports, name, importer) });
  for (const [path, text] of Object.entries(files)) if (path.endsWith(".scm") && !DATA_FILES.has(path)) interpreter.register(text, path);
  const environment = interpreter.environment(["(only (scheme base))"]);
  const loading = load(interpreter, environment, manifest.libraries, { steps, bytes });
  const exports = manifest.libraries.reduce((sum, library) => sum + interpreter.exportsOf(library).length, 0);
  return { files, manifest, interpreter, environment, steps: loading.steps, exports };
}

/** Loads libraries as a metered computation that binds nothing. */
export function load(interpreter: Interpreter, environment: Environment, libraries: readonly string[], limits: { steps: number; bytes: number }): Computation {
  const imports = libraries.map((library) => `(only ${library})`).join(" ");
  const computation = interpreter.start(`(import ${imports})`, "manifest.scm", environment, limits);
  finish(computation);
  return computation;
}

/** Runs a computation to its end with every port absent. Throws LispError. */
export function finish(computation: Pick<Computation, "step" | "status" | "stop" | "failure" | "value">): Value {
  while (computation.step(1_000) === "ready");
  if (computation.status === "waiting") computation.stop(new Condition("port-absent", "a port was called where none may be", [], undefined, "Call ports in a turn."));
  if (computation.status === "failed") throw new LispError(computation.failure);
  return computation.value;
}

/** What a library exports under a name. Throws WorldError `genome-refused` if it does not. */
export function required(interpreter: Interpreter, library: string, name: string): Value {
  const value = interpreter.exported(library, name);
  if (value === undefined) throw new WorldError("genome-refused", `${library} does not export ${name}`);
  return value;
}

function nativeLibrary(ports: ReadonlyMap<string, Port>, name: string, importer: string | undefined): ReadonlyMap<string, Value> | undefined {
  if (name === AUTHORITY_LIBRARY) return authorityLibrary();
  if (name === FILE_LIBRARY) return fileLibraryOf(ports.get(TOOLS), importer ?? "");
  const port = ports.get(name);
  return port === undefined ? undefined : portLibrary(port, importer ?? "");
}

/** A port of which only the shape is known: its procedures ask, and whoever runs the turn answers. */
function standIn(name: string, schemas: OperationSchemas[string]): Port {
  return {
    name: name as PortName,
    doc: "A stand-in.",
    operations: Object.entries(schemas).map(([operationName, schema]) => operation({
      name: operationName,
      doc: String(schema["description"] ?? ""),
      parameters: z.fromJSONSchema(schema) as z.ZodObject,
      result: z.unknown(),
      outcome: "unknown",
      accepts: { any: "it never runs" },
      run: () => { throw new Error(`${name}/${operationName} is a stand-in`); },
    })),
  };
}
