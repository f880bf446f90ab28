// A REPL session over the world: the genome's libraries, all ports with a person's authority, and the host's procedures.
import {
  capabilityOf, EffectRequest, FILE_LIBRARY, fileLibraryOf, isLabelRequest, OPERATOR, parseManifest, portLibrary, record, referencePage, vector, withoutTurn, type World,
} from "../epigenome/index.js";
import { type Ground, ReplSession } from "../epigenome/session.js";
import {
  Condition, createInterpreter, Keyword, LispError, LispString, LispSymbol, nativeProcedure, suspend, UNSPECIFIED, type Value, write,
} from "../interpreter/index.js";
import type { Port } from "../ports/port.js";
import { eventLine, reportTable } from "./cli/evolve-text.js";
import type { EvolveReport, EvolveRequest, EvolveEvent, EvolveRound, Session, SessionOptions } from "./frontend.js";
import { expected, HostError } from "./host-error.js";
import type { GenomeDesk } from "./host-genome.js";
import { hasMemory } from "./host-memory.js";

const HOST_LIBRARY = "(ouro host)";

/** What the procedures of `(ouro host)` reach. */
export interface SessionHost {
  readonly world: World;
  readonly ports: readonly Port[];
  readonly genome: GenomeDesk;
  evolve(request: EvolveRequest, watch: (event: EvolveEvent) => void): Promise<EvolveReport>;
}

/** Makes a session; the output takes what is displayed, and the progress of what takes long. */
export function worldSession(host: SessionHost, { output = () => undefined, ...streams }: SessionOptions): Session {
  const { world } = host;
  const libraries = new Map([
    [HOST_LIBRARY, hostLibrary()],
    ...host.ports.map((port) => [`(port ${port.name})`, portLibrary(port, OPERATOR)] as const),
  ]);
  const ground = groundOf(world, libraries, host.ports.find(({ name }) => name === "tool-runtime"));
  return new ReplSession({
    ground,
    output,
    ...streams,
    hasMemory,
    answer: (request, signal, print) => answer(host, request, signal, print),
    patch: async (library, name, source) => {
      asCondition(() => world.patch(library, name, source));
      await world.durable();
    },
    sourceOf: (library, name) => sourceOf(world, library, name),
    pageOf: (value) => {
      const capability = capabilityOf(value);
      return capability === undefined ? undefined : referencePage(capability);
    },
  });
}

/** A request of one of the procedures below. */
class HostRequest {
  constructor(
    readonly procedure: HostProcedure,
    readonly operands: readonly Value[],
  ) {}
}

interface HostProcedure {
  readonly name: string;
  readonly minimum: number;
  readonly maximum: number;
  readonly doc: string;
  run(host: SessionHost, operands: readonly Value[], signal: AbortSignal, print: (text: string) => void): Promise<Value>;
}

const PROCEDURES: readonly HostProcedure[] = [
  {
    name: "ouroboros!", minimum: 0, maximum: 8,
    doc: "(ouroboros! [:rounds n] [:seed n] [:budget n] [:policy name]) Lets the agent improve its own policies: five rounds unless told otherwise. {:seed :rounds :adopted}",
    run: async (host, operands, signal, print) => {
      const report = await host.evolve({ ...evolveRequest(operands), signal }, (event) => print(`${eventLine(event)}\n`));
      print(`\n${reportTable(report)}\n`);
      return record({ seed: report.seed, rounds: report.rounds.length, adopted: report.rounds.filter(({ adopted }) => adopted).length });
    },
  },
  {
    name: "patches", minimum: 0, maximum: 0,
    doc: "(patches) The hot patches in force: [{:library :name :source} …]",
    run: async (host) => vector(host.genome.patches().map(({ library, name, source }) => record({ library, name, source }))),
  },
  {
    name: "promote!", minimum: 1, maximum: 1,
    doc: "(promote! 'name) Sends a hot patch through the gates into the genome. {:adopted :commit :gate :reason}",
    run: async (host, [name], _signal, print) => verdictOf(await host.genome.promote(textOf(name), (event) => print(`${eventLine(event)}\n`)), print),
  },
  {
    name: "approve!", minimum: 1, maximum: 1,
    doc: "(approve! \"commit\") A person's word for a candidate that waits for it: the gates judge it once more.",
    run: async (host, [commit], _signal, print) => verdictOf(await host.genome.approve(textOf(commit), (event) => print(`${eventLine(event)}\n`)), print),
  },
  {
    name: "unpatch!", minimum: 1, maximum: 1,
    doc: "(unpatch! 'name) Takes a hot patch out of force.",
    run: async (host, [name]) => {
      await host.genome.unpatch(textOf(name));
      return UNSPECIFIED;
    },
  },
  {
    name: "rollback!", minimum: 1, maximum: 2,
    doc: "(rollback! \"commit\" [reason]) Undoes a commit of the genome by a revert commit, and answers that one.",
    run: async (host, [commit, reason]) => lispText(await host.genome.rollback(textOf(commit), reason === undefined ? "asked for in the REPL" : textOf(reason))),
  },
];

function hostLibrary(): ReadonlyMap<string, Value> {
  return new Map(PROCEDURES.map((procedure) => [
    procedure.name,
    nativeProcedure(procedure.name, procedure.minimum, procedure.maximum, procedure.doc, (...operands) => suspend(new HostRequest(procedure, operands))),
  ]));
}

/** The ground under a session, made anew when another genome or patch is in force. Without a genome, ports and language remain. */
function groundOf(world: World, libraries: ReadonlyMap<string, ReadonlyMap<string, Value>>, tools: Port | undefined): () => Ground {
  const files = fileLibraryOf(tools, OPERATOR);
  const native = (name: string) => (name === FILE_LIBRARY ? files : libraries.get(name));
  let [parent, ground]: [unknown, Ground | undefined] = [undefined, undefined];
  return () => {
    const genome = world.status().genome;
    const current = genome === "" ? "none" : world.interpreter;
    if (ground !== undefined && parent === current) return ground;
    parent = current;
    const interpreter = createInterpreter({ native, parent: genome === "" ? undefined : world.interpreter });
    return (ground = { interpreter, imports: [...genomeLibraries(world, genome), ...libraries.keys(), "(ouro base)"] });
  };
}

function genomeLibraries(world: World, commit: string): readonly string[] {
  const manifest = world.genomeFiles(commit)?.["manifest.scm"];
  if (manifest === undefined) return [];
  return parseManifest(manifest).libraries.filter((name) => !name.startsWith("(genome test"));
}

async function answer(host: SessionHost, request: unknown, signal: AbortSignal, output: (text: string) => void): Promise<Value> {
  if (request instanceof EffectRequest) return host.world.operate(request, signal);
  if (isLabelRequest(request)) return withoutTurn(request);
  if (!(request instanceof HostRequest)) throw new LispError(new Condition("not-representable", "nothing here answers what the form asks of the outside"));
  try {
    return await request.procedure.run(host, request.operands, signal, output);
  } catch (error) {
    throw conditionOf(error);
  }
}

function sourceOf(world: World, library: string, name: string): string | undefined {
  try {
    return world.definition(library, name);
  } catch (error) {
    if (expected(error)?.code === "patch-refused" || expected(error)?.code === "no-genome") return undefined;
    throw error;
  }
}

function verdictOf({ adopted, commit, gate, reason, awaitsPerson }: EvolveRound, print: (text: string) => void): Value {
  if (awaitsPerson === true) print(`; it waits for your word: (approve! "${commit?.slice(0, 10)}")\n`);
  return record({ adopted, commit, gate, reason });
}

function evolveRequest(operands: readonly Value[]): EvolveRequest {
  const given = new Map<string, Value>();
  for (let index = 0; index < operands.length; index += 2) given.set(textOf(operands[index]), operands[index + 1] ?? false);
  const number = (name: string): number | undefined => {
    const value = given.get(name);
    if (value === undefined || (typeof value === "number" && value >= 0)) return value;
    throw new HostError("wrong-operand", `ouroboros!: :${name} takes a whole number`);
  };
  const unknown = [...given.keys()].find((name) => !["rounds", "seed", "budget", "policy"].includes(name));
  if (unknown !== undefined) throw new HostError("wrong-operand", `ouroboros!: there is no operand :${unknown}`);
  const policy = given.get("policy");
  return { rounds: number("rounds") ?? 5, seed: number("seed"), budget: number("budget"), policies: policy === undefined ? undefined : [textOf(policy)] };
}

/** A name may be given as a symbol, a keyword or a string. */
function textOf(value: Value | undefined): string {
  if (value instanceof LispString) return value.text;
  if (value instanceof LispSymbol || value instanceof Keyword) return value.name;
  throw new HostError("wrong-operand", `expected a name or a text, but got ${value === undefined ? "nothing" : write(value)}`);
}

function lispText(text: string): Value {
  return new LispString(text, true);
}

function asCondition<Result>(work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    throw conditionOf(error);
  }
}

/** An expected failure as a condition that the program may catch; a fault of ours as it is. */
function conditionOf(error: unknown): unknown {
  const failure = error instanceof LispError ? undefined : expected(error);
  return failure === undefined ? error : new LispError(new Condition(failure.code, failure.message, [], undefined, failure.hint));
}
