// The desk of a home: that of the process which has it open, or one that tells how the home lies there and opens it for what must be done.
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { openRecords, redacted, type RestingWorld, verifyTail } from "../epigenome/index.js";
import { startTrialService } from "../epigenome/trial.js";
import { type BasebandStorage, sqliteBaseband } from "../ports/baseband/index.js";
import { sqliteEvolution } from "../ports/evolution/index.js";
import { gitLineage } from "../ports/lineage/index.js";
import { tableWitness } from "../ports/vault/index.js";
import { attach, checkedDesk, connect, Metrics, ROUTES } from "./control/index.js";
import type { ChannelDesk } from "./channel.js";
import type { Desk, Finding, Host, LiveEvent, OwnHost, StatusReport } from "./frontend.js";
import { candidatesWaiting, ROUNDS_TABLE } from "./host-candidates.js";
import { LISTS } from "./host-conversation.js";
import { cellReport, ENDED_SHOWN, entryReport, PAGE } from "./host-desk.js";
import { examine } from "./host-doctor.js";
import { expected, HostError } from "./host-error.js";
import { gauges } from "./host-gauges.js";
import { ownPackage, prepareHome } from "./host-home.js";
import { named } from "./host-naming.js";
import { ownPassphrase } from "./host-passphrase.js";
import { channelCounts, detailsOf, listsOf, queueReport } from "./host-queue.js";
import { readChannels } from "./host-settings.js";
import { openHomeVault, redactionOf } from "./host-vault.js";
import { whyOf } from "./host-why.js";

/** How long an owner may take to open or close the home before it is said to be busy. */
const PATIENCE_MS = 5_000;
const BETWEEN_LOOKS_MS = 50;

type ClosableDesk = Desk & { close(): Promise<void> };

/** Opens the home whole, as `Program.open` does. */
export type OpenHome = () => Promise<OwnHost>;

/** Asks the home's owner, over its socket; without an owner, the home itself. Errors: `home-busy`, `home-unusable`, those of opening it. */
export async function deskOf(home: string, open: OpenHome): Promise<ClosableDesk> {
  prepareHome(home);
  const reach = (): Promise<ClosableDesk> => patiently(async () => (await connect(home)) ?? restingDesk(home, open));
  let desk = await reach();
  const again = (name: keyof Desk) => (request: never): Promise<unknown> => patiently(async () => {
    try {
      return await (desk[name] as (request: never) => Promise<unknown>)(request);
    } catch (error) {
      if (expected(error)?.code !== "owner-gone") throw error;
      await desk.close();
      desk = await reach();
      throw error;
    }
  });
  const send = again("send");
  return {
    ...desk, ...Object.fromEntries(REPEATED.map((name) => [name, again(name)] as const)), close: () => desk.close(),
    send: (request) => send({ id: randomUUID(), ...request } as never) as ReturnType<Desk["send"]>,
  };
}

/** What only looks can be asked again when its owner goes; so can a message, by its id. */
const REPEATED = Object.entries(ROUTES).filter(([, { method }]) => method === "GET").map(([name]) => name as keyof Desk);

/** The agent of the home's owner, over its socket; without an owner, the home is opened. Errors: `home-busy`, those of opening it. */
export async function agentOf(home: string, open: OpenHome): Promise<Host> {
  prepareHome(home);
  return patiently(async () => (await attach(home)) ?? open());
}

/** Tries again while another process has the home and does not answer, for as long as opening or closing may take, of which only the pauses count. */
export async function patiently<Result>(work: () => Promise<Result>, patienceMs = PATIENCE_MS): Promise<Result> {
  for (let waitedMs = 0; ; waitedMs += BETWEEN_LOOKS_MS) {
    try {
      return await work();
    } catch (error) {
      if (!["home-busy", "owner-gone"].includes(expected(error)?.code ?? "") || waitedMs >= patienceMs) throw error;
      await sleep(BETWEEN_LOOKS_MS);
    }
  }
}

async function restingDesk(home: string, open: OpenHome): Promise<ClosableDesk> {
  const world = openRecords(home);
  if (world !== undefined) {
    const desk = new RestingDesk(home, world, open);
    return { ...redactedDesk(checkedDesk(desk), home), close: () => desk.close() };
  }
  // There is no world yet, and opening the home makes one.
  const host = await open();
  return { ...checkedDesk(host.desk), close: () => host.close() };
}

/** Questions whose answers hold figures and states of our own; and those that an opened home answers, which redacts. All else may tell what people, pages and models said. */
const UNTOLD: ReadonlySet<string> = new Set(["status", "doctor", "metrics", "health", "ready", "budgets", "rounds", "secrets", "vault"]);
const TELLING = Object.entries(ROUTES).filter(([name, { method }]) => method === "GET" && !UNTOLD.has(name)).map(([name]) => name as keyof Desk);

/** A home that is open redacts where it answers; of one at rest the vault is opened when there is something to redact. */
function redactedDesk(desk: Desk, home: string): Desk {
  let redact: Promise<(text: string) => string> | undefined;
  const telling = TELLING.map((name) => [name, async (request: never) =>
    redacted(await (desk[name] as (request: never) => Promise<unknown>)(request), await (redact ??= redactionOf(home, ownPassphrase())))] as const);
  return { ...desk, ...Object.fromEntries(telling) };
}

class RestingDesk implements Desk {
  private resting: RestingWorld | undefined;
  /** The home, while it is open for one thing to be done. */
  private acted: OwnHost | undefined;

  constructor(private readonly home: string, world: RestingWorld, private readonly open: OpenHome) {
    this.resting = world;
  }

  async status(): Promise<StatusReport> {
    const { records, database: { tables } } = this.world;
    tables.execute(ROUNDS_TABLE);
    const rounds = tables.all("SELECT coalesce(max(round), 0) AS last, coalesce(sum(told = 0), 0) AS unfinished FROM host_rounds")[0];
    const open = sqliteEvolution(tables).probations().filter(({ verdict }) => verdict === "open");
    return {
      home: this.home, open: false, ...records.counts(), problem: "none", turns: [], approvals: records.asked().length,
      channels: this.channelsAtRest(), ...channelCounts(this.baseband),
      rounds: Number(rounds?.["last"]), "unfinished rounds": Number(rounds?.["unfinished"]), recovered: [],
      probations: open.map(({ commit, policy }) => ({ commit, policy })), "waiting for a person": await candidatesWaiting(tables, () => this.lineage()),
    };
  }

  async doctor(): Promise<readonly Finding[]> {
    const { records, database } = this.world;
    const { home } = this;
    const vault = await openHomeVault(home, ownPassphrase());
    try {
      vault.watch(tableWitness(database.tables));
      const trials = startTrialService({ command: process.execPath, args: [ownPackage().script, "trial"] });
      return await examine({
        home, vault, lineage: this.lineage(), trials, counts: () => records.counts(), problem: () => undefined,
        tail: (count) => verifyTail({ database, home, noted: [LISTS] }, vault.signature.publicKey, count),
      });
    } finally {
      vault.close();
    }
  }

  async cells(page: { readonly after?: string; readonly limit?: number } = {}) {
    return this.world.cells.statuses(page).map(cellReport);
  }

  async cell({ cell }: { readonly cell: string }) {
    const { cells, records } = this.world;
    const status = cells.status(cell);
    if (status === undefined) throw new HostError("no-cell", `there is no cell ${cell}`);
    return { ...cellReport(status), state: cells.state(cell).text, inputs: cells.mailbox(cell), ended: records.ended(cell, ENDED_SHOWN) };
  }

  async journal({ last = PAGE, before }: { readonly last?: number; readonly before?: number }) {
    return this.world.records.journal(last, before).map(entryReport);
  }

  async effects({ last = PAGE, before }: { readonly last?: number; readonly before?: number }) {
    return this.world.records.effects(last, before);
  }

  async approvals() {
    return this.world.records.asked();
  }

  budgets() {
    return this.acting((host) => host.desk.budgets());
  }

  rounds(request: { readonly last?: number }) {
    return this.acting((host) => host.desk.rounds(request));
  }

  async why({ id }: { readonly id: string }) {
    return whyOf(this.world, this.baseband, id);
  }

  async metrics() {
    return new Metrics().text(gauges(this.world.records, this.world.records.asked().length, Date.now()));
  }

  async health() {
    return { healthy: true } as const;
  }

  async ready(): Promise<never> {
    throw new HostError("not-ready", "no process has the home open");
  }

  send(request: { readonly text: string }) {
    return this.acting((host) => host.desk.send(request));
  }

  stop(request: { readonly cell: string }) {
    return this.acting((host) => host.desk.stop(request));
  }

  release(request: { readonly cell: string }) {
    return this.acting((host) => host.desk.release(request));
  }

  approve(request: { readonly id: string }) {
    return this.acting((host) => decided(host, request.id, () => host.desk.approve(request)));
  }

  deny(request: { readonly id: string }) {
    return this.acting((host) => decided(host, request.id, () => host.desk.deny(request)));
  }

  secrets() {
    return this.acting((host) => host.desk.secrets());
  }

  putSecret(request: Parameters<Desk["putSecret"]>[0]) {
    return this.acting((host) => host.desk.putSecret(request));
  }

  deleteSecret(request: { readonly name: string }) {
    return this.acting((host) => host.desk.deleteSecret(request));
  }

  vault() {
    return this.acting((host) => host.desk.vault());
  }

  relock(request: Parameters<Desk["relock"]>[0]) {
    return this.acting((host) => host.desk.relock(request));
  }

  rotateSigningKey() {
    return this.acting((host) => host.desk.rotateSigningKey());
  }

  async channels() {
    const { baseband } = this;
    const refused = baseband.refused().map(({ platform, account, channel, thread, sender, code, lastMs, count }) => ({ platform, account, channel, thread, sender, code, lastMs, count }));
    return { channels: this.channelsAtRest(), ...listsOf(baseband), refused, refusals: baseband.countRefused() };
  }

  configure(request: Parameters<ChannelDesk["configure"]>[0]) {
    return this.acting((host) => host.desk.configure(request));
  }

  forget(request: { readonly platform: string }) {
    return this.acting((host) => host.desk.forget(request));
  }

  allow(request: Parameters<ChannelDesk["allow"]>[0]) {
    return this.acting((host) => host.desk.allow(request));
  }

  disallow(request: Parameters<ChannelDesk["disallow"]>[0]) {
    return this.acting((host) => host.desk.disallow(request));
  }

  bind(request: Parameters<ChannelDesk["bind"]>[0]) {
    return this.acting((host) => host.desk.bind(request));
  }

  unbind(request: Parameters<ChannelDesk["unbind"]>[0]) {
    return this.acting((host) => host.desk.unbind(request));
  }

  async queue() {
    return queueReport(this.baseband);
  }

  async queued({ id }: { readonly id: string }) {
    return detailsOf(this.baseband, id);
  }

  retry(request: { readonly id: string }) {
    return this.acting((host) => host.desk.retry(request));
  }

  drop(request: { readonly id: string }) {
    return this.acting((host) => host.desk.drop(request));
  }

  async down(): Promise<never> {
    throw new HostError("not-up", "no process has the home open");
  }

  /** Whatever is under way ends too: the home is closed in order. */
  async close(): Promise<void> {
    this.resting?.close();
    this.resting = undefined;
    await this.acted?.close();
  }

  private get world(): RestingWorld {
    this.resting ??= openRecords(this.home);
    if (this.resting === undefined) throw new HostError("home-unusable", `the home ${this.home} has lost its world`);
    return this.resting;
  }

  private get baseband(): BasebandStorage {
    return sqliteBaseband(this.world.database.tables);
  }

  private channelsAtRest() {
    return Object.keys(readChannels(this.home).channels).map((platform) => ({ platform, state: "off" as const, detail: "", restarts: 0 }));
  }

  private lineage() {
    return gitLineage(join(this.home, "genome"));
  }

  private async acting<Result>(work: (host: Host) => Promise<Result>): Promise<Result> {
    await this.close();
    const host = await this.open();
    this.acted = host;
    try {
      return redacted(await work(host), (text) => host.redact(text)) as Result;
    } finally {
      await host.close();
      this.acted = undefined;
    }
  }
}

/** The effect is asked for again once its turn has come so far; then it is decided, and the turn goes on to its next stop. */
async function decided<Result>(host: Host, id: string, decide: () => Promise<Result>): Promise<Result> {
  const waiting = named(await host.desk.approvals(), id, (effect) => effect.id, "no-approval");
  if (waiting === undefined) return decide();
  const stops = stopsOf(host, waiting.input);
  try {
    for (;;) {
      const result = await attempted(decide);
      if (result === undefined) await stops.next();
      else return (await stops.next(), result);
    }
  } finally {
    stops.end();
  }
}

/** Undefined if the turn has not come to its wait yet. */
async function attempted<Result>(work: () => Promise<Result>): Promise<Result | undefined> {
  try {
    return await work();
  } catch (error) {
    if (expected(error)?.code !== "no-approval") throw error;
    return undefined;
  }
}

/** Where the turn of an input comes to a stop: it ends, waits for a person, or the world is no more. No stop is missed from now on. */
function stopsOf(host: Host, input: string): { next(): Promise<void>; end(): void } {
  const passed: LiveEvent[] = [];
  let arrived: () => void = () => undefined;
  const end = host.watch((event) => {
    const isItsStop = event.input === input && (event.kind === "approval" || event.kind === "outcome");
    if (!isItsStop && event.kind !== "failed") return;
    passed.push(event);
    arrived();
  });
  return {
    end,
    async next() {
      if (passed.length === 0) await new Promise<void>((resolve) => (arrived = resolve));
      passed.shift();
    },
  };
}
