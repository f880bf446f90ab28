// The composition root: opens a home, puts vault, lineage, ports and world together, and gives frontends the whole as a Host.
import { join } from "node:path";
import { lockHome, OPERATOR, openWorld, type World } from "../epigenome/index.js";
import { startTrialService } from "../epigenome/trial.js";
import { gitLineage, type Lineage } from "../ports/lineage/index.js";
import { tableWitness, type Vault } from "../ports/vault/index.js";
import type { Desk, EvolveEvent, EvolveReport, EvolveRequest, Finding, JournalView, LiveEvent, OpenOptions, OwnHost, Session, SessionOptions, StatusReport, VaultView } from "./frontend.js";
import { Cards } from "./host-cards.js";
import { Channels } from "./host-channels.js";
import { codeCache } from "./host-code.js";
import { type CommandHost, obeying } from "./host-commands.js";
import { Conversations } from "./host-conversation.js";
import { openDesk, PAGE, watchWorld } from "./host-desk.js";
import { examine } from "./host-doctor.js";
import { structuralEdit } from "./host-edit.js";
import { Evolving } from "./host-evolution.js";
import { GenomeDesk } from "./host-genome.js";
import { gitVersion, ownPackage, type Package, prepareHome, shippedGenome } from "./host-home.js";
import { type Log, openLog } from "./host-log.js";
import { modelsView } from "./host-models.js";
import { type Platforms, PLATFORMS } from "./host-platforms.js";
import { type Foundations, makePorts, type Ports } from "./host-ports.js";
import { ownPassphrase, type PassphraseSource } from "./host-passphrase.js";
import { channelCounts, queueDesk } from "./host-queue.js";
import { Reconciler } from "./host-reconcile.js";
import { worldSession } from "./host-session.js";
import { Terminal } from "./host-terminal.js";
import { openHomeVault, vaultView } from "./host-vault.js";
import { whyOf } from "./host-why.js";
import type { ModelsView } from "./models.js";

/**
 * Opens the home, and makes it if there is none. Only one process at a time has it: the others fail with `home-busy`
 * before they touch anything. Other errors: those of host-error.ts, of the world, of the vault and of the lineage.
 */
export async function openHost(
  home: string, own: Package = ownPackage(), options: OpenOptions & { readonly passphrase?: PassphraseSource; readonly platforms?: Platforms } = {},
): Promise<OpenHost> {
  prepareHome(home);
  const release = lockHome(home);
  const made: { vault?: Vault } = {};
  try {
    made.vault = await openHomeVault(home, options.passphrase ?? ownPassphrase(), { isOwner: true });
    const { foundations, isNew } = await layFoundations(home, own, made.vault);
    return await OpenHost.open(foundations, isNew, release, options);
  } catch (error) {
    made.vault?.close();
    release();
    throw error;
  }
}

async function layFoundations(home: string, own: Package, vault: Vault): Promise<{ foundations: Foundations; isNew: boolean }> {
  const lineage = gitLineage(join(home, "genome"), { edit: structuralEdit });
  const isNew = await prepareLineage(lineage, own);
  const trials = startTrialService({ command: process.execPath, args: [own.script, "trial"] });
  return { foundations: { home, vault, lineage, trials }, isNew };
}

/** True if the repository was made now. A failure is told as missing Git where that is the cause. */
async function prepareLineage(lineage: Lineage, own: Package): Promise<boolean> {
  try {
    const { created } = await lineage.initialise(shippedGenome(own.genome), Date.now());
    await lineage.recover();
    return created;
  } catch (error) {
    gitVersion();
    throw error;
  }
}

/** Entries that a start looks at: `ouro log verify` and the doctor look at more. */
const ENTRIES_AT_START = 1_000;

/** What there is of a home that is being opened. */
interface Made {
  ports?: Ports;
  conversations?: Conversations;
  host?: OpenHost;
}

/** The parts of an open home, and what a person asks of them. */
export class OpenHost implements OwnHost {
  readonly home: string;
  readonly genome: GenomeDesk;
  readonly vault: VaultView;
  readonly models: ModelsView;
  readonly desk: Desk;
  /** Ends the process that waits for it. */
  private leave: () => void = () => undefined;
  readonly leaving = new Promise<void>((resolve) => (this.leave = resolve));
  private closing: Promise<void> | undefined;

  static async open(foundations: Foundations, isNew: boolean, release: () => void, { acceptVault, platforms = PLATFORMS, channels = false }: OpenOptions & { readonly platforms?: Platforms }): Promise<OpenHost> {
    const made: Made = {};
    const log = openLog(foundations.home, (text) => foundations.vault.redact(text));
    const world: World = openWorld({
      home: foundations.home,
      signature: foundations.vault.signature,
      code: codeCache(foundations.home),
      ports: (services) => {
        foundations.vault.watch(tableWitness(services.tables), acceptVault);
        return (made.ports = makePorts(foundations, services, () => world)).list;
      },
      redact: (text) => foundations.vault.redact(text),
      committing: (outcome) => made.conversations?.committing(outcome),
    }, release);
    // As many as want to may look on.
    world.setMaxListeners(0);
    try {
      return await OpenHost.begin(world, made, foundations, isNew, { log, platforms, channels });
    } catch (error) {
      made.conversations?.close();
      await world.close(0);
      throw error;
    }
  }

  private static async begin(
    world: World, made: Made, foundations: Foundations, isNew: boolean, { log, platforms, channels }: { readonly log: Log; readonly platforms: Platforms; readonly channels: boolean },
  ): Promise<OpenHost> {
    if (made.ports === undefined) throw new Error("the world opened without its ports");
    const { baseband, store } = made.ports;
    const conversations = (made.conversations = new Conversations({
      world, baseband, redact: (text) => foundations.vault.redact(text), failed: (error) => log("error", { error: String(error) }, "a conversation failed"),
      obey: obeying(world, () => made.host as CommandHost),
    }));
    const gates = new Channels({ home: foundations.home, world, vault: foundations.vault, baseband, conversations, store, platforms, log });
    const host = (made.host = new OpenHost(foundations, isNew, world, made.ports, conversations, gates));
    // Before the event loop runs again: what the last process left is leased when its turns go on.
    conversations.start();
    await host.reconciler.reconcile();
    if (channels) gates.start();
    return host;
  }

  private constructor(
    private readonly foundations: Foundations,
    readonly isNew: boolean,
    private readonly world: World,
    private readonly ports: Ports,
    private readonly conversations: Conversations,
    private readonly channels: Channels,
    private readonly terminal = new Terminal(conversations, ports.baseband),
    private readonly reconciler = new Reconciler(world, foundations.lineage, ports.evolution.port),
    private readonly evolving = new Evolving(world, ports, foundations.lineage, reconciler),
    private readonly cards = new Cards(conversations, ports.baseband, foundations.lineage, evolving),
  ) {
    this.home = foundations.home;
    this.vault = vaultView(foundations.home, foundations.vault, world);
    const lists = queueDesk(world, ports.baseband, conversations);
    this.desk = openDesk(this, world, { ...lists, ...channels.desk(lists), rounds: ({ last = PAGE } = {}) => evolving.history(last), why: async ({ id }) => whyOf(world, ports.baseband.storage, id), down: async () => (this.leave(), { leaving: true }) });
    conversations.attend({ ended: () => void this.evolving.checkProbations() });
    this.genome = new GenomeDesk(world, foundations.lineage, evolving, reconciler);
    this.models = modelsView({ world, vault: foundations.vault, lineage: foundations.lineage, router: ports.router, reconcile: () => reconciler.reconcile() });
  }

  session(options: SessionOptions = {}): Session {
    return worldSession({ world: this.world, ports: this.ports.list, genome: this.genome, evolve: (request, watch) => this.evolve(request, watch) }, options);
  }

  send(text: string, id?: string): Promise<string> {
    return this.terminal.send(text, id);
  }

  listen(listener: (text: string) => void): () => void {
    return this.terminal.listen(listener);
  }

  async evolve(request: EvolveRequest, watch: (event: EvolveEvent) => void): Promise<EvolveReport> {
    const report = await this.evolving.evolve(request, watch);
    await this.cards.tell(report.rounds);
    return report;
  }

  decide(commit: string, isAllowed: boolean): Promise<string | undefined> {
    return this.cards.decide(commit, isAllowed);
  }

  /** As `CommandHost` has it. */
  async restart(session: string): Promise<readonly string[]> {
    const isStopped = this.conversations.stop(session, "a person restarted it");
    const isHeld = this.world.cell(session)?.quarantine !== undefined;
    if (isHeld) this.world.release(session, OPERATOR);
    await this.reconciler.reconcile();
    const channels = await this.channels.restart();
    const { genome, genomeProblem } = this.world.status();
    return [
      ...(isStopped ? ["What ran here was stopped."] : []), ...(isHeld ? ["This conversation was held, and goes on."] : []),
      `The genome in force is ${genome.slice(0, 10) || "none"}${(this.reconciler.problem ?? genomeProblem) === undefined ? "" : `: ${this.reconciler.problem ?? genomeProblem}`}.`,
      channels.length === 0 ? "No channels run here." : `Started again: ${channels.join(", ")}.`,
    ];
  }

  readonly journal = {
    show: ({ last = 20 }: { readonly last?: number }) => this.world.entries(last).map(({ sequence, kind, cell, body, hash }) => ({ sequence, kind, cell, text: body, hash })),
    verify: () => this.world.verify(),
    problemAtEnd: () => this.world.verifyTail(ENTRIES_AT_START).problem,
    snapshot: () => this.world.snapshot().sequence,
    prune: () => this.world.prune(),
  } satisfies JournalView;

  async status(): Promise<StatusReport> {
    const { genomeProblem, turns } = this.world.status();
    const { outcomes, ...counts } = this.world.records.counts();
    const { ended, unfinished } = await this.evolving.recovered();
    return {
      home: this.home, open: true, ...counts, problem: this.reconciler.problem ?? genomeProblem ?? "none", outcomes, turns, approvals: this.world.approvals().length,
      channels: this.channels.reports(), ...channelCounts(this.ports.baseband.storage),
      rounds: this.evolving.rounds, "unfinished rounds": unfinished, recovered: ended,
      probations: this.evolving.probations(), "waiting for a person": await this.evolving.waiting(),
    };
  }

  doctor(): Promise<readonly Finding[]> {
    return examine({ ...this.foundations, tail: (count) => this.world.verifyTail(count), counts: () => this.world.records.counts(), problem: () => this.reconciler.problem ?? this.world.status().genomeProblem });
  }

  watch(listener: (event: LiveEvent) => void): () => void {
    return watchWorld(this.world, this.terminal, listener);
  }

  redact(text: string): string {
    return this.foundations.vault.redact(text);
  }

  close(): Promise<void> {
    return (this.closing ??= this.end());
  }

  async drain(milliseconds: number): Promise<void> {
    this.channels.refuse();
    const late = new Promise<void>((resolve) => setTimeout(resolve, milliseconds).unref());
    await Promise.race([this.conversations.drain(), late]);
  }

  private async end(): Promise<void> {
    await this.channels.close();
    this.conversations.close();
    await this.evolving.close();
    await this.world.close();
  }
}
