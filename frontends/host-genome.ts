// The genome as people look at it and take it back: its history, hot patches, promotion, approval, rollback.
import { type Patch, record, type World } from "../epigenome/index.js";
import { canonical } from "../interpreter/index.js";
import type { Lineage } from "../ports/lineage/index.js";
import type { EvolveEvent, EvolveRound, GenomeView } from "./frontend.js";
import { HostError } from "./host-error.js";
import type { Evolving } from "./host-evolution.js";
import { callNatively } from "./host-native.js";
import type { Reconciler } from "./host-reconcile.js";

const MOST_COMMITS = 1_000;
/** A branch, or HEAD for main, and steps back from it to first parents, as Git writes them: `HEAD~2`, `main^`. */
const REVISION = /^(HEAD|main|upstream)((?:\^|~\d{0,4})*)$/;

interface LogRecord {
  readonly commit: string;
  readonly parents: readonly string[];
  readonly subject: string;
  readonly message: string;
  readonly "time-ms": number;
}

/** What a GenomeView does, with progress handed to `watch` where there is some. */
export class GenomeDesk implements GenomeView {
  constructor(
    private readonly world: World,
    private readonly lineage: Lineage,
    private readonly evolving: Evolving,
    private readonly reconciler: Reconciler,
  ) {}

  async log() {
    return (await this.records()).map(({ commit, subject, message, "time-ms": timeMs }) => ({
      commit, subject, body: message.slice(message.indexOf("\n") + 1).trim(), date: new Date(timeMs).toISOString(),
    }));
  }

  async diff(from: string, to: string): Promise<string> {
    const [before, after] = [await this.resolve(from), await this.resolve(to)];
    const { text } = (await callNatively(this.lineage.port, "diff", { before, after })) as { text: string };
    return text === "" ? `${from} and ${to} are the same.` : text.trimEnd();
  }

  patches(): readonly Patch[] {
    return this.world.patches();
  }

  async unpatch(name: string): Promise<void> {
    const { library } = this.patchOf(name);
    this.world.unpatch(library, name);
    await this.world.durable();
  }

  async promote(name: string, watch: (event: EvolveEvent) => void = () => undefined): Promise<EvolveRound> {
    return this.evolving.promote(this.patchOf(name), watch);
  }

  approve(commit: string, watch: (event: EvolveEvent) => void = () => undefined): Promise<EvolveRound> {
    return this.evolving.approve(commit, watch);
  }

  async rollback(commit: string, reason: string): Promise<string> {
    const target = await this.resolve(commit);
    const { commit: made } = (await callNatively(this.lineage.port, "revert!", { commit: target, reason })) as { commit: string };
    this.world.note(canonical(record({ "rolled-back": target, by: made, reason })));
    await this.reconciler.reconcile();
    await this.evolving.settle(target, reason);
    return made;
  }

  /** A commit by a branch's name and steps back, or by digits enough to tell it from all others of main. Errors: `unknown-commit`. */
  private async resolve(name: string): Promise<string> {
    if (/^[0-9a-f]{40}$/.test(name)) return name;
    const [, branch, steps = ""] = REVISION.exec(name) ?? [];
    if (branch !== undefined) return this.back(name, branch === "HEAD" ? "main" : branch, steps);
    const found = /^[0-9a-f]{4,}$/.test(name) ? (await this.records()).filter(({ commit }) => commit.startsWith(name)) : [];
    const [only] = found;
    if (only === undefined || found.length > 1) throw new HostError("unknown-commit", `${found.length > 1 ? "more than one commit" : "no commit of main"} is named ${name}`);
    return only.commit;
  }

  private async back(name: string, branch: string, steps: string): Promise<string> {
    const records = await this.records(branch);
    const count = [...steps.matchAll(/\^|~(\d*)/g)].reduce((sum, [step, number]) => sum + (step === "^" || number === "" ? 1 : Number(number)), 0);
    let commit = records[0]?.commit;
    for (let step = 0; step < count; step++) commit = records.find((each) => each.commit === commit)?.parents[0];
    if (commit === undefined) throw new HostError("unknown-commit", `no commit is named ${name}: ${branch} does not go back so far`);
    return commit;
  }

  private async records(from = "main"): Promise<LogRecord[]> {
    return (await callNatively(this.lineage.port, "log", { from, limit: MOST_COMMITS })) as LogRecord[];
  }

  private patchOf(name: string): Patch {
    const patch = this.world.patches().find((each) => each.name === name);
    if (patch === undefined) throw new HostError("no-patch", `no hot patch of ${name} is in force`);
    return patch;
  }
}
