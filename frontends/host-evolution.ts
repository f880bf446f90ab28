// Evolution as people start and follow it: rounds as turns of one cell, their reports, promotion, approval, probation.
import { randomInt } from "node:crypto";
import { datumOf, field, fieldInteger, fieldText, type Outcome, type Patch, patchedFiles, record, type World, WorldError } from "../epigenome/index.js";
import { canonical, itemsOf, PersistentVector, type Value } from "../interpreter/index.js";
import type { Lineage } from "../ports/lineage/index.js";
import type { EvolveEvent, EvolveReport, EvolveRequest, EvolveRound } from "./frontend.js";
import { type Candidate, candidatesWaiting, ROUNDS_TABLE } from "./host-candidates.js";
import { HostError } from "./host-error.js";
import { named } from "./host-naming.js";
import { callNatively } from "./host-native.js";
import { EVOLUTION_CELL, type Ports } from "./host-ports.js";
import type { Reconciler } from "./host-reconcile.js";

/** The step after which a round is let to its end: what it has adopted must be watched. */
const DECIDING = "lineage/adopt!";
const KINDS: ReadonlySet<string> = new Set<EvolveEvent["kind"]>(["read", "eval", "modify", "write", "gate", "continue", "rollback"]);

type Watch = (event: EvolveEvent) => void;

interface RoundRow {
  readonly round: number;
  readonly input: string;
}

export class Evolving {
  private probing: Promise<void> = Promise.resolve();
  /** Inputs whose end somebody waits for. */
  private readonly followed = new Set<string>();

  constructor(
    private readonly world: World,
    private readonly ports: Ports,
    private readonly lineage: Lineage,
    private readonly reconciler: Reconciler,
  ) {
    world.tables.execute(ROUNDS_TABLE);
    world.on("outcome", ({ cell }: Outcome) => {
      if (cell === EVOLUTION_CELL) void reconciler.reconcile();
    });
  }

  /** Runs rounds one after the other until they are done or the signal aborts. */
  async evolve(request: EvolveRequest, watch: Watch): Promise<EvolveReport> {
    this.mustBeAble();
    for (const row of this.untold()) watch(recoveredEvent(await this.finished(row, watch, request.signal)));
    // Before a round has spent its budget on what could not be adopted.
    if (request.rounds > 0) await this.lineage.mustBeClean();
    const seed = request.seed ?? randomInt(1, 1_000_000);
    const rounds: EvolveRound[] = [];
    for (let count = 0; count < request.rounds && request.signal?.aborted !== true; count++) {
      const policy = request.policies?.[count % request.policies.length];
      rounds.push(await this.round("evolve", "", { seed, budget: request.budget, policy, proposer: "search" }, watch, request.signal));
      await this.checkProbations(watch);
    }
    return { seed, rounds };
  }

  /** Sends a hot patch through the loop as a person's proposal. It is gone from the patches once the genome has it. */
  async promote({ library, name, source, baseHash }: Patch, watch: Watch): Promise<EvolveRound> {
    await this.lineage.mustBeClean();
    const files = await this.lineage.files(await this.lineage.head());
    const patched = patchedFiles(files, [{ library, name, source, baseHash }]);
    const file = Object.keys(files).find((path) => patched[path] !== files[path]);
    if (file === undefined) throw new HostError("nothing-to-promote", `${name} is in the genome as it is in the patch`);
    const result = await this.round("propose", patched[file] ?? "", { file, reason: `hot patch of ${name} in ${library}, promoted by a person` }, watch);
    await this.checkProbations(watch);
    return result;
  }

  /** A person's word for a candidate that waits for it; the gates judge it again. */
  async approve(commit: string, watch: Watch): Promise<EvolveRound> {
    const candidate = named(await this.waiting(), commit, (each) => each.commit, "nothing-to-approve");
    if (candidate === undefined) throw new HostError("nothing-to-approve", `no candidate ${commit} waits for a person`);
    const [entry] = (await callNatively(this.lineage.port, "log", { from: candidate.commit, limit: 1 })) as { parents: string[]; tree?: string }[];
    const base = entry?.parents[0] ?? "";
    this.ports.approvals.approve(base, candidate.commit);
    this.world.note(canonical(record({ approved: candidate.commit, base })));
    return this.round("approved", "", { base, commit: candidate.commit, branch: candidate.branch, policy: candidate.policy, reason: "approved by a person" }, watch);
  }

  /** Candidates that a person was left to decide on, and that are still there. */
  waiting(): Promise<readonly Candidate[]> {
    return candidatesWaiting(this.world.tables, () => this.lineage);
  }

  /** Judges what was adopted by how it does, in a turn of the loop's cell; nothing happens if nothing is on probation. */
  checkProbations(watch: Watch = () => undefined): Promise<void> {
    this.probing = this.probing.then(() => this.probe(watch));
    return this.probing;
  }

  /** Open probations: the commits, and what they changed. */
  probations(): readonly { readonly commit: string; readonly policy: string }[] {
    return this.ports.evolutionStorage.probations().filter(({ verdict }) => verdict === "open").map(({ commit, policy }) => ({ commit, policy }));
  }

  /** Ends a probation that a person's rollback has decided. */
  async settle(commit: string, reason: string): Promise<void> {
    if (this.probations().some((each) => each.commit === commit))
      await callNatively(this.ports.evolution.port, "settle!", { commit, verdict: "reverted", reason });
  }

  /** What became of rounds that a crash or a close had left unfinished, each told once; and how many have not ended. */
  async recovered(): Promise<{ readonly ended: readonly EvolveRound[]; readonly unfinished: number }> {
    const untold = this.untold().filter(({ input }) => !this.followed.has(input));
    const rows = untold.filter(({ input }) => this.world.commitBody(input) !== undefined);
    const ended: EvolveRound[] = [];
    for (const row of rows) ended.push(await this.told(row, await this.world.outcome(row.input)));
    return { ended, unfinished: this.untold().length };
  }

  /** The last rounds that a person was told of, oldest first. */
  async history(last: number): Promise<readonly EvolveRound[]> {
    const rows = this.world.tables.all("SELECT round, input FROM host_rounds WHERE told = 1 ORDER BY round DESC LIMIT ?", last).map(rowOf).reverse();
    return Promise.all(rows.map(async (row) => this.roundOf(row, await this.world.outcome(row.input))));
  }

  get rounds(): number {
    return Number(this.world.tables.all("SELECT coalesce(max(round), 0) AS last FROM host_rounds")[0]?.["last"]);
  }

  /** Waits for what it began in the background. */
  async close(): Promise<void> {
    await this.probing;
  }

  private async round(kind: string, text: string, request: Readonly<Record<string, string | number | undefined>>, watch: Watch, signal?: AbortSignal): Promise<EvolveRound> {
    this.mustBeAble();
    return this.finished(this.begin(kind, text, request), watch, signal);
  }

  /** Waits for a round's end, and tells of it on the way. */
  private async finished(row: RoundRow, watch: Watch, signal: AbortSignal | undefined): Promise<EvolveRound> {
    const unfollow = this.follow(row, watch, signal);
    try {
      return await this.told(row, await this.world.outcome(row.input));
    } finally {
      unfollow();
    }
  }

  /** The round's number and its input are one transaction. */
  private begin(kind: string, text: string, request: Readonly<Record<string, string | number | undefined>>): RoundRow {
    const { tables } = this.world;
    return tables.transaction(() => {
      const round = this.rounds + 1;
      const input = this.world.enqueue({ cell: EVOLUTION_CELL, kind, text, data: canonical(record({ round, ...request })) });
      tables.run("INSERT INTO host_rounds VALUES (?, ?, 0)", round, input);
      return { round, input };
    });
  }

  /** Hands on what the loop narrates; an aborted signal stops the turn, unless it has begun to decide. */
  private follow({ round, input }: RoundRow, watch: Watch, signal: AbortSignal | undefined): () => void {
    let isDeciding = false;
    let line = "";
    const stop = (): void => void (isDeciding || this.world.stop(EVOLUTION_CELL, "a person stopped the round"));
    const progress = (event: Record<string, unknown>): void => {
      if (event["input"] !== input) return;
      if (event["operation"] === DECIDING) isDeciding = true;
      if (event["kind"] !== "output") return;
      const lines = (line + String(event["text"])).split("\n");
      line = lines.pop() ?? "";
      for (const each of lines) narrate(round, each, watch);
    };
    this.followed.add(input);
    this.world.on("progress", progress);
    if (signal?.aborted === true) stop();
    signal?.addEventListener("abort", stop, { once: true });
    return () => {
      this.followed.delete(input);
      this.world.off("progress", progress);
      signal?.removeEventListener("abort", stop);
    };
  }

  /** What became of a round, once the world runs what it adopted; from now on it counts as told. */
  private async told({ round, input }: RoundRow, outcome: Outcome): Promise<EvolveRound> {
    await this.reconciler.reconcile();
    this.world.tables.run("UPDATE host_rounds SET told = 1 WHERE input = ?", input);
    return this.roundOf({ round, input }, outcome);
  }

  private roundOf({ round }: RoundRow, outcome: Outcome): EvolveRound {
    const answer = answerOf(outcome);
    const policy = fieldText(answer, "policy");
    const result = { round, policy, proposer: fieldText(answer, "proposer"), evaluations: fieldInteger(answer, "evaluations") ?? 0, ...this.scores(round, policy) };
    if (outcome.outcome !== "done") return { ...result, adopted: false, gate: outcome.outcome, reason: outcome.answer };
    return {
      ...result, adopted: field(answer, "adopted") === true, gate: fieldText(answer, "gate") || undefined, reason: fieldText(answer, "reason"),
      commit: fieldText(answer, "commit") || undefined, tree: fieldText(answer, "tree") || undefined, awaitsPerson: field(answer, "awaits-approval") === true || undefined,
    };
  }

  /** The report-only scores: no operation answers them. */
  private scores(round: number, policy: string): Pick<EvolveRound, "before" | "after" | "random"> {
    const reports = this.ports.evolution.reports().filter((report) => report.round === round && report.policy === policy);
    return Object.fromEntries(reports.map(({ kind, score }) => [kind, score]));
  }

  private async probe(watch: Watch): Promise<void> {
    if (this.probations().length === 0 || this.world.status().genome === "" || this.heldBecause() !== undefined) return;
    const settled = await this.settledNow();
    await this.reconciler.reconcile();
    for (const each of settled) {
      const [verdict, commit] = [fieldText(each, "verdict"), fieldText(each, "commit")];
      if (verdict !== "open") watch({ round: this.rounds, kind: "probation", text: `${commit.slice(0, 10)} is ${verdict}: ${fieldText(each, "reason")}`, details: { commit, verdict } });
    }
  }

  /** A world that closes meanwhile leaves the turn for the next process. */
  private async settledNow(): Promise<readonly Value[]> {
    try {
      return elementsOf(field(answerOf(await this.world.ask({ cell: EVOLUTION_CELL, kind: "probation", text: "" })), "settled"));
    } catch (error) {
      if (!(error instanceof WorldError)) throw error;
      return [];
    }
  }

  private untold(): RoundRow[] {
    return this.world.tables.all("SELECT round, input FROM host_rounds WHERE told = 0 ORDER BY round")
      .map(rowOf);
  }

  /** What nobody runs would be waited for in vain. */
  private mustBeAble(): void {
    if (this.world.status().genome === "") throw new HostError("no-genome", this.reconciler.problem ?? "no genome is in force");
    const reason = this.heldBecause();
    if (reason !== undefined) throw new HostError("evolution-held", `the cell ${EVOLUTION_CELL} is quarantined: ${reason}`);
  }

  private heldBecause(): string | undefined {
    return this.world.cell(EVOLUTION_CELL)?.quarantine?.reason;
  }
}

function rowOf(row: Readonly<Record<string, unknown>>): RoundRow {
  return { round: Number(row["round"]), input: String(row["input"]) };
}

function narrate(round: number, line: string, watch: Watch): void {
  const [, kind = "", text = ""] = /^(\S+) (.*)$/.exec(line) ?? [];
  if (KINDS.has(kind)) watch({ round, kind: kind as EvolveEvent["kind"], text, details: {} });
}

function recoveredEvent(result: EvolveRound): EvolveEvent {
  const text = `finished after an interruption: ${result.adopted ? `adopted ${result.commit?.slice(0, 10)}` : "not adopted"}; ${result.reason}`;
  return { round: result.round, kind: "recovered", text, details: { ...result } };
}

function answerOf(outcome: Outcome): Value | undefined {
  return outcome.outcome === "done" ? datumOf(outcome.answer) : undefined;
}

function elementsOf(value: Value | undefined): readonly Value[] {
  return value instanceof PersistentVector ? Array.from(value) : (value === undefined ? undefined : itemsOf(value)) ?? [];
}
