// Keeps the world on the genome that main is at: after a start, and after each turn that may have moved main.
import { type Patch, type World, WorldError } from "../epigenome/index.js";
import type { Lineage } from "../ports/lineage/index.js";
import type { Port } from "../ports/port.js";
import { expected } from "./host-error.js";
import { callNatively } from "./host-native.js";

interface LogEntry {
  readonly commit: string;
  readonly trailers: readonly { readonly name: string }[];
}

export class Reconciler {
  /** Why the world does not run what main is at, or lost a hot patch on the way; undefined if all is well. */
  problem: string | undefined;
  private last: Promise<void> = Promise.resolve();

  constructor(private readonly world: World, private readonly lineage: Lineage, private readonly evolution: Port) {}

  /** Takes main into force if the world is not there yet. A genome that does not load leaves the old one in force. One after the other. */
  reconcile(): Promise<void> {
    this.last = this.last.then(() => this.bring());
    return this.last;
  }

  private async bring(): Promise<void> {
    try {
      const head = await this.lineage.head();
      if (head === this.world.status().genome) return;
      const refusal = await this.refusal(this.world.status().genome, head);
      if (refusal !== undefined) {
        this.problem = `main has commits made by hand that ${refusal}; the genome before them stays in force. Take them back with git revert, or ask for them with promote!`;
        return;
      }
      const patches = this.world.patches();
      this.world.adopt(head, await this.lineage.files(head));
      await this.lineage.pin(this.world.pinnedCommits(), Date.now());
      this.problem = undefined;
      for (const patch of patches) this.keep(patch);
    } catch (error) {
      const failure = expected(error);
      if (failure === undefined) throw error;
      this.problem = `main could not be taken into force: ${failure.message} [${failure.code}]`;
    }
  }

  /** A commit that no port made goes the same way as any other change: through the gates. Answers why they refuse it, if they do. */
  private async refusal(base: string, head: string): Promise<string | undefined> {
    if (base === "" || (await this.isOurs(base, head))) return undefined;
    const verdict = await callNatively(this.evolution, "validate", { base, candidate: head, policy: "", limits: {} });
    const { passed, gate, reason } = verdict as { passed: boolean; gate: string; reason: string };
    return passed ? undefined : `the gate ${gate} refuses (${reason})`;
  }

  /** Was every commit since the one in force made by the lineage port? Its commits name the intent that they carry out. */
  private async isOurs(base: string, head: string): Promise<boolean> {
    const log = (await callNatively(this.lineage.port, "log", { from: head, limit: 100 })) as readonly LogEntry[];
    const until = log.findIndex(({ commit }) => commit === base);
    const since = until < 0 ? log : log.slice(0, until);
    return since.every(({ trailers }) => trailers.some(({ name }) => name === "Idempotency-Key"));
  }

  /** Adopting drops hot patches. One that the new genome has is done; the others stay in force, if it loads with them. */
  private keep({ library, name, source }: Patch): void {
    try {
      if (this.world.definition(library, name) !== source) this.world.patch(library, name, source);
    } catch (error) {
      if (!(error instanceof WorldError)) throw error;
      this.problem = `the hot patch of ${name} in ${library} was dropped, as the new genome does not take it: ${error.message}`;
    }
  }
}
