// The desk of a home that this process has open: what the control API serves of the world, and what it may do there.
import type { Entry, Outcome, World } from "../epigenome/index.js";
import { Metrics } from "./control/index.js";
import type { ChannelDesk } from "./channel.js";
import type { CellDetails, CellReport, Desk, EntryReport, Host, LiveEvent } from "./frontend.js";
import { HostError } from "./host-error.js";
import { gauges } from "./host-gauges.js";
import { named } from "./host-naming.js";
import type { Terminal } from "./host-terminal.js";

/** How many of a page, unless it is asked otherwise. */
export const PAGE = 20;
/** Who stands behind the desk: whoever has the token of the home is its operator. */
const OPERATOR = "operator";
export const ENDED_SHOWN = 10;

export function openDesk(host: Pick<Host, "status" | "doctor" | "send" | "watch" | "vault">, world: World, others: ChannelDesk & Pick<Desk, "rounds" | "why">): Desk {
  const metrics = new Metrics();
  host.watch((event) => metrics.take(event));
  const { records } = world;
  const decide = (id: string, isAllowed: boolean): string => {
    const waiting = named(world.approvals(), id, (approval) => approval.id, "no-approval");
    if (waiting === undefined) throw new HostError("no-approval", `no effect waits under ${id}`);
    world.resolve(waiting.id, isAllowed, OPERATOR);
    return waiting.id;
  };
  return {
    ...others,
    status: () => host.status(),
    doctor: () => host.doctor(),
    send: async ({ text, id }) => ({ answer: await host.send(text, id) }),
    cells: async (page) => world.cells(page).map(cellReport),
    cell: async ({ cell }) => ({ ...detailsOf(world, cell), ended: records.ended(cell, ENDED_SHOWN) }),
    stop: async ({ cell }) => ({ stopped: world.stop(cell, `${OPERATOR} stopped it`) }),
    release: async ({ cell }) => (world.release(cell, OPERATOR), { released: cell }),
    journal: async ({ last = PAGE, before }) => records.journal(last, before).map(entryReport),
    effects: async ({ last = PAGE, before }) => records.effects(last, before),
    approvals: async () => records.asked(),
    approve: async ({ id }) => ({ approved: decide(id, true) }),
    deny: async ({ id }) => ({ denied: decide(id, false) }),
    budgets: async () => world.budgets(),
    secrets: () => host.vault.names(),
    putSecret: async ({ name, secret, origins }) => (await host.vault.put(name, secret, origins), { kept: name }),
    deleteSecret: async ({ name }) => ({ deleted: await host.vault.delete(name) }),
    vault: () => host.vault.status(),
    relock: async ({ lock, passphrase = "" }) => ({ records: await host.vault.relock(lock === undefined ? undefined : { kind: lock, passphrase }) }),
    rotateSigningKey: async () => ({ key: await host.vault.rotateSigningKey() }),
    metrics: async () => metrics.text(gauges(records, world.approvals().length, Date.now())),
    health: async () => ({ healthy: true }),
    ready: async () => ({ ready: true, genome: readyGenome(world) }),
  };
}

/** Hands over progress and outcomes of the world, and what the agent says unasked. */
export function watchWorld(world: World, terminal: Terminal, listener: (event: LiveEvent) => void): () => void {
  const progress = (event: Record<string, unknown>): void => listener({ ...event, kind: String(event["kind"]) });
  const outcome = ({ id, cell, outcome: kind, answer }: Outcome): void => listener({ kind: "outcome", cell, input: id, outcome: kind, answer });
  const failed = (error: unknown): void => listener({ kind: "failed", error: String(error) });
  world.on("progress", progress).on("outcome", outcome).on("failed", failed);
  const unlisten = terminal.listen((text) => listener({ kind: "said", text }));
  return () => {
    world.off("progress", progress).off("outcome", outcome).off("failed", failed);
    unlisten();
  };
}

export function entryReport({ sequence, kind, cell, stamp, body, hash }: Entry): EntryReport {
  return { sequence, kind, cell, timeMs: stamp.timeMs, text: body, hash };
}

export function cellReport({ cell, mailbox, stateHash, quarantine }: ReturnType<World["cells"]>[number]): CellReport {
  const { reason, sequence, timeMs } = quarantine ?? {};
  return { cell, mailbox, stateHash, ...(reason === undefined || sequence === undefined || timeMs === undefined ? {} : { quarantine: { reason, sequence, timeMs } }) };
}

function detailsOf(world: World, name: string): Omit<CellDetails, "ended"> {
  const found = world.cell(name);
  if (found === undefined) throw new HostError("no-cell", `there is no cell ${name}`);
  const { state, inputs, turn } = found;
  return { ...cellReport(found), state, inputs, ...(turn === undefined ? {} : { turn: { input: turn.input, steps: turn.steps, effects: turn.effects } }) };
}

function readyGenome(world: World): string {
  const { genome, genomeProblem } = world.status();
  if (genome === "") throw new HostError("not-ready", genomeProblem ?? "no genome is in force");
  return genome;
}
