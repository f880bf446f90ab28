// Climbs a rung: opens its home and does what is left of its script, wherever an earlier process fell.
import { appendFileSync, existsSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { forkHome, openWorld, type World } from "../../epigenome/index.js";
import type { Port } from "../../ports/port.js";
import { sqliteStore, storePort } from "../../ports/store/index.js";
import { swarmPort } from "../../ports/swarm/index.js";
import { memoryFiles, toolRuntimePort } from "../../ports/tool-runtime/index.js";
import { openBaseband, basebandPort, sqliteBaseband } from "../../ports/baseband/index.js";
import { rotatingSignature, SteppedClock } from "../epigenome/home.js";
import type { Rung, Said, Step } from "./rung.js";
import { smallWeb } from "./web.js";

export interface Climb {
  readonly world: World;
  readonly clock: SteppedClock;
  /** The texts that were sent to the terminal, in order. */
  sent(): readonly string[];
}

/** Opens the home of a rung at the time that its clock had come to. */
export function openRung(home: string, rung: Rung, at: (point: string) => void = () => undefined): Climb {
  const clock = new SteppedClock(START_MS + passed(home));
  let sent: Climb["sent"] = () => [];
  const world: World = openWorld({
    home, signature: signatureOf(home), clock, at, genome: rung.genomes[0],
    ports: ({ tables, children }) => {
      const baseband = openBaseband(sqliteBaseband(tables));
      // Nobody is attached to the terminal, so that all of it stays in the outbox.
      sent = () => baseband.storage.outgoing(["pending"]).map(({ text }) => text);
      baseband.bind({ platform: "repl", account: "local", channel: "terminal", thread: "", agent: "ouro" });
      const ports: Port[] = [
        storePort(sqliteStore(tables, join(home, "objects"))), basebandPort(baseband),
        toolRuntimePort(memoryFiles({}), smallWeb(() => clock.timeMs() - START_MS)),
        swarmPort(children, { known: () => ports.flatMap(({ name, operations }) => operations.map((each) => `${name}/${each.name}`)) }),
      ];
      return ports;
    },
  });
  return { world, clock, sent };
}

/** Does every step of the script and checks what comes of it; what an earlier process did is answered as it was then. */
export async function climb(home: string, rung: Rung, climbing: Climb): Promise<void> {
  let due = 0;
  for (const [index, step] of rung.steps.entries()) {
    if (step.kind !== "pass") await act(home, rung, climbing, index, step);
    else if (passed(home) < (due += step.milliseconds)) await pass(home, climbing, step.milliseconds);
  }
}

async function act(home: string, rung: Rung, climbing: Climb, index: number, step: Exclude<Step, { kind: "pass" }>): Promise<void> {
  if (step.kind === "send") await send(climbing.world, `step-${index}`, step);
  else if (step.kind === "there") await inFork(home, rung, (world) => send(world, `step-${index}`, step));
  else if (step.kind === "fork") fork(home, climbing);
  else if (step.kind === "upgrade") upgrade(climbing.world, rung, step.genome);
  else checkSent(climbing.sent(), step.texts);
}

/** Opens the fork of a home and closes it again; undefined if there is none. */
export async function inFork<Result>(home: string, rung: Rung, work: (world: World) => Promise<Result>): Promise<Result | undefined> {
  if (!existsSync(join(home, FORK))) return undefined;
  const { world } = openRung(join(home, FORK), rung);
  try {
    return await work(world);
  } finally {
    await world.close();
  }
}

const FORK = "fork";

/** Made beside its place and moved there when it is whole, so that a kill leaves no half of it. */
function fork(home: string, { world, clock }: Climb): void {
  if (existsSync(join(home, FORK))) return;
  const draft = join(home, `${FORK}.new`);
  rmSync(draft, { recursive: true, force: true });
  const source = { home, publicKey: signatureOf(home).publicKey, ports: world.portList, files: (commit: string) => world.genomeFiles(commit) };
  forkHome(source, world.status().entries, { home: draft, signature: signatureOf(join(home, FORK)), clock });
  renameSync(draft, join(home, FORK));
}

function signatureOf(home: string): ReturnType<typeof rotatingSignature> {
  return rotatingSignature(home.endsWith(FORK) ? 40 : 7);
}

const START_MS = 1_790_000_000_000;

/** Messages that have their answer already are asked for again, and answered again. */
async function send(world: World, id: string, { cell, text, word, answer }: Said): Promise<void> {
  const decide = (): void => {
    if (word === undefined) return;
    for (const approval of world.approvals()) if (approval.cell === cell) world.resolve(approval.id, word === "approve", "operator");
  };
  // Once the turn that asks has let go of the thread.
  const listener = (event: { kind?: string }): void => void (event.kind === "approval" && setImmediate(decide));
  world.on("progress", listener);
  // An effect that an earlier process had asked about waits already.
  decide();
  const { outcome: kind, answer: given } = await world.ask({ id, cell, kind: "message", text }).finally(() => world.off("progress", listener));
  if (kind !== "done" || given !== answer) throw new Error(`${cell} was told ${JSON.stringify(text)}: ${kind}, ${JSON.stringify(given)} instead of ${JSON.stringify(answer)}`);
}

function checkSent(given: readonly string[], expected: readonly string[]): void {
  if (JSON.stringify(given) !== JSON.stringify(expected)) throw new Error(`the terminal was sent ${JSON.stringify(given)} instead of ${JSON.stringify(expected)}`);
}

function upgrade(world: World, rung: Rung, genome: number): void {
  const next = rung.genomes[genome];
  if (next === undefined) throw new Error(`the page has no genome after its mark ${genome}`);
  if (world.genome < next.commit) world.adopt(next.commit, next.files);
}

async function pass(home: string, { world, clock }: Climb, milliseconds: number): Promise<void> {
  const settled = async (): Promise<void> => {
    while (world.status().backlog > 0) await new Promise((resolve) => setImmediate(resolve));
  };
  await clock.pass(milliseconds, settled);
  await world.durable();
  appendFileSync(join(home, "passed"), `${milliseconds}\n`);
}

function passed(home: string): number {
  const path = join(home, "passed");
  return existsSync(path) ? readFileSync(path, "utf8").split("\n").reduce((sum, line) => sum + Number(line), 0) : 0;
}
