// Runs turns of the genome against real ports with their in-memory storage, and trials in this very process.
import { PassThrough } from "node:stream";
import { Activity } from "../../epigenome/activity.js";
import { type Call, callOf, resultLabels } from "../../epigenome/authorise.js";
import { AUTHORITY_LIBRARY, authorityLibrary } from "../../epigenome/capability.js";
import { failureData, portFailure } from "../../epigenome/effect-record.js";
import { canonical, datumOf } from "../../epigenome/data.js";
import { turnResult } from "../../epigenome/image.js";
import { EffectRequest, parseManifest, portLibrary, record, toLisp, type Manifest } from "../../epigenome/index.js";
import { boxed, joined, opened, TRUSTED } from "../../epigenome/labels.js";
import { serveTrial } from "../../epigenome/trial.js";
import { fromLine, linesOf, toLine } from "../../epigenome/trial-lines.js";
import { timerChanges } from "../../epigenome/timers.js";
import type { Answer } from "../../epigenome/turn.js";
import { structuralEdit } from "../../frontends/host-edit.js";
import { createInterpreter, type Interpreter, Keyword, LispError, LispString, PersistentMap, PersistentVector, type Value } from "../../interpreter/index.js";
import { type Evolution, evolutionPort, type EvolutionStorage, memoryEvolution } from "../../ports/evolution/index.js";
import { type Lineage, memoryLineage } from "../../ports/lineage/index.js";
import { basebandPort, memoryBaseband, openBaseband } from "../../ports/baseband/index.js";
import { callOperation, operationSchemas, type Port, PortError, type TrialKind, type TrialReply, type TrialRequest, type TrialService } from "../../ports/port.js";
import { embeddedProvider, type Provider, routerPort } from "../../ports/router/index.js";
import { memoryStore, storePort } from "../../ports/store/index.js";
import { memoryFiles, memoryWeb, toolRuntimePort } from "../../ports/tool-runtime/index.js";
import { genomeFiles } from "./load.js";

export interface Home {
  readonly ports: readonly Port[];
  readonly lineage: Lineage;
  readonly evolution: Evolution;
  readonly storage: EvolutionStorage;
  readonly manifest: Manifest;
  /** Live measures that probation sees: tests set them. */
  live: { before: Measures; after: Measures };
  /** If it answers an error for an operation such as "store/put!", the call fails with it. */
  fault: (operation: string) => PortError | undefined;
  /** One turn; the cell's state is kept between turns. What the loop printed is in `lines`. */
  turn(input: Record<string, Value>): Promise<Value>;
  state: PersistentMap;
  /** Timers that the turns have set, by their ids: when they are due. */
  readonly timers: Record<string, number>;
  readonly lines: string[];
  /** Operations called, with the library that held the capability. */
  readonly calls: { readonly operation: string; readonly origin: string; readonly parameters: PersistentMap }[];
  /** Fires the timers that are due at a time, in their order; what came of each. */
  wake(time: number): Promise<Value[]>;
  /** What a person approved. */
  approve(base: string, candidate: string): void;
  close(): Promise<void>;
}

interface Measures { turns: number; errors: number; steps: number }

/** A home in memory with the shipped genome; `providers` of models stand beside the embedded one, and `files` by their paths, which begin with "files/". */
export async function openHome(providers: readonly Provider[] = [], files: Readonly<Record<string, string>> = {}): Promise<Home> {
  const lineage = memoryLineage({ edit: structuralEdit });
  await lineage.initialise(genomeFiles(), 0);
  const storage = memoryEvolution();
  const kept = memoryStore();
  const store = storePort(kept);
  const baseband = openBaseband(memoryBaseband());
  baseband.bind({ platform: "telegram", account: "1", channel: "2", thread: "", agent: "ouro" });
  const quiet = { turns: 0, errors: 0, steps: 0 };
  const approved = new Set<string>();
  const router = routerPort([embeddedProvider(() => "the embedded model must not be asked here"), ...providers]);
  const tools = toolRuntimePort(memoryFiles({ files: { writable: true } }, files), memoryWeb({ "https://open.example/": { status: 200, type: "text/plain", body: new TextEncoder().encode("a page") } }));
  const ports: Port[] = [store, lineage.port, router, tools, basebandPort(baseband, { files: (hash) => { const bytes = kept.loadBlob(hash); return bytes && { bytes, labels: kept.blobLabels(hash) }; } })];
  const evolution = evolutionPort({
    storage, trials: inProcessTrials,
    get operations() { return operationSchemas(ports); },
    genome: { head: () => lineage.head(), files: (commit) => lineage.files(commit) },
    approvals: { isApproved: async (base, candidate) => approved.has(`${base} ${candidate}`) },
    recorded: { recent: async () => [] },
    live: { before: () => home.live.before, after: () => home.live.after },
  });
  ports.push(evolution.port);
  const interpreter = load(ports);
  const home: Home = {
    ports, lineage, evolution, storage, lines: [], calls: [], timers: {}, state: PersistentMap.empty, live: { before: quiet, after: quiet }, fault: () => undefined,
    manifest: parseManifest(genomeFiles()["manifest.scm"] as string),
    approve: (base, candidate) => void approved.add(`${base} ${candidate}`),
    turn: (input) => turn(home, interpreter, input),
    wake: (time) => wake(home, time),
    close: async () => evolution.port.close?.(),
  };
  return home;
}

function load(ports: readonly Port[]): Interpreter {
  const interpreter = createInterpreter({
    native: (name, importer) => {
      if (name === AUTHORITY_LIBRARY) return authorityLibrary();
      const port = ports.find((each) => name === `(port ${each.name})`);
      return port === undefined ? undefined : portLibrary(port, importer ?? "");
    },
  });
  for (const [path, text] of Object.entries(genomeFiles())) if (path.includes("/")) interpreter.register(text, `genome/${path}`);
  return interpreter;
}

async function turn(home: Home, interpreter: Interpreter, input: Record<string, Value>): Promise<Value> {
  const handle = interpreter.exported("(genome turn turn)", "handle-turn") as Value;
  const limits = { steps: Number.MAX_SAFE_INTEGER, bytes: Number.MAX_SAFE_INTEGER, output: (text: string) => void home.lines.push(...text.split("\n").filter((line) => line !== "")) };
  const computation = new Activity(interpreter, interpreter.call(handle, [record(input), home.state], limits), limits, canonical(home.state));
  for (;;) {
    while (computation.step(1_000) === "ready");
    if (computation.status === "failed") throw new LispError(computation.failure);
    if (computation.status === "done") break;
    const request = computation.request;
    if (!(request instanceof EffectRequest)) throw new Error("the turn waits for something that is no effect");
    const call = callOf(home.calls.length, request, computation.labels);
    computation.answer(await answered(home, call), call.boxes);
  }
  const result = turnResult(computation.value, computation.labels, computation.kept, interpreter);
  home.state = datumOf(result.stateText) as PersistentMap;
  for (const change of timerChanges(opened(fieldOf(computation.value, "timers") ?? PersistentVector.empty, () => undefined))) {
    if ("cancel" in change) delete home.timers[change.id];
    else if ("at" in change.due) home.timers[change.id] = change.due.at;
    else throw new Error("the genome says when, not how long after");
  }
  return result.answer;
}

async function wake(home: Home, time: number): Promise<Value[]> {
  const answers: Value[] = [];
  for (const [id, due] of Object.entries(home.timers).filter(([, due]) => due <= time).sort(([, one], [, other]) => one - other)) {
    delete home.timers[id];
    answers.push(await home.turn({ kind: Keyword.intern("timer"), timer: new LispString(id), due, time }));
  }
  return answers;
}

/** With the labels that the world would give it. */
async function answered(home: Home, call: Call): Promise<Answer> {
  const { port, operation, name, origin } = call.capability;
  if (call.problem !== undefined) return { failure: failureData(call.problem) };
  home.calls.push({ operation: name, origin, parameters: call.request });
  const context = { signal: new AbortController().signal, idempotencyKey: `test-${home.calls.length}`, stamp: { timeMs: 1_000 * home.calls.length, entropy: "00" }, cell: "test", labels: call.labels, flow: TRUSTED, progress: () => undefined };
  try {
    const fault = home.fault(name);
    if (fault !== undefined) throw fault;
    const result = await callOperation(port, operation.name, call.parameters, context);
    const [labels, read] = [resultLabels(call, result), operation.reads?.(call.parameters as never, result) ?? TRUSTED];
    const told = toLisp(result, operation.result);
    return labels.length > 0 ? { result: boxed(told, joined(labels, read)) } : { result: told, read };
  } catch (error) {
    if (!(error instanceof PortError)) throw error;
    return { failure: portFailure(error, name, (text) => text, resultLabels(call), context.stamp.timeMs) };
  }
}

/** The value of a keyword in a map. */
export function fieldOf(map: Value, name: string): Value | undefined {
  return map instanceof PersistentMap ? map.get(Keyword.intern(name)) : undefined;
}

/** The child's own code without a child: the same requests, the same replies. */
const inProcessTrials: TrialService = {
  confinement: [],
  start: () => {
    const [input, output] = [new PassThrough(), new PassThrough()];
    const served = serveTrial(input, output);
    const replies = linesOf(output);
    let id = 0;
    return {
      ask: async <Kind extends TrialKind>(request: Extract<TrialRequest, { kind: Kind }>) => {
        input.write(toLine({ id: (id += 1), request }));
        const line = await replies.next();
        return (fromLine(String(line.value)) as { reply: TrialReply<Kind> }).reply;
      },
      close: async () => {
        input.end();
        await served;
      },
    };
  },
};
