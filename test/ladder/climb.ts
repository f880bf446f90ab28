// Climbs a rung: opens its home and does what is left of its script, wherever an earlier process fell.
import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { openWorld, type World } from "../../epigenome/index.js";
import type { Port } from "../../ports/port.js";
import { sqliteStore, storePort } from "../../ports/store/index.js";
import { swarmPort } from "../../ports/swarm/index.js";
import { memoryFiles, toolRuntimePort } from "../../ports/tool-runtime/index.js";
import { openBaseband, basebandPort, sqliteBaseband } from "../../ports/baseband/index.js";
import { signature, SteppedClock } from "../epigenome/home.js";
import type { Rung, Step } from "./rung.js";
import { smallWeb } from "./web.js";

export interface Climb {
  readonly world: World;
  readonly clock: SteppedClock;
}

/** Opens the home of a rung at the time that its clock had come to. */
export function openRung(home: string, rung: Rung, at: (point: string) => void = () => undefined): Climb {
  const clock = new SteppedClock(START_MS + passed(home));
  const world: World = openWorld({
    home, signature, clock, at, genome: rung.genomes[0],
    ports: ({ tables, children }) => {
      const baseband = openBaseband(sqliteBaseband(tables));
      baseband.bind({ platform: "repl", account: "local", channel: "terminal", thread: "", agent: "ouro" });
      const ports: Port[] = [
        storePort(sqliteStore(tables, join(home, "objects"))), basebandPort(baseband),
        toolRuntimePort(memoryFiles({}), smallWeb(() => clock.timeMs() - START_MS)),
        swarmPort(children, { known: () => ports.flatMap(({ name, operations }) => operations.map((each) => `${name}/${each.name}`)) }),
      ];
      return ports;
    },
  });
  return { world, clock };
}

/** Does every step of the script and checks what comes of it; what an earlier process did is answered as it was then. */
export async function climb(home: string, rung: Rung, climbing: Climb): Promise<void> {
  let due = 0;
  for (const [index, step] of rung.steps.entries()) {
    if (step.kind === "send") await send(climbing.world, `step-${index}`, step);
    else if (step.kind === "upgrade") upgrade(climbing.world, rung, step.genome);
    else {
      due += step.milliseconds;
      if (passed(home) < due) await pass(home, climbing, step.milliseconds);
    }
  }
}

const START_MS = 1_790_000_000_000;

/** Messages that have their answer already are asked for again, and answered again. */
async function send(world: World, id: string, { cell, text, word, answer }: Extract<Step, { kind: "send" }>): Promise<void> {
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
