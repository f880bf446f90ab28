// What operators are told of changes to the genome: what changes, why, and a button for their word on it.
import type { Lineage } from "../ports/lineage/index.js";
import type { Baseband, Button } from "../ports/baseband/index.js";
import type { EvolveRound } from "./frontend.js";
import { type Conversations, TERMINAL } from "./host-conversation.js";
import type { Evolving } from "./host-evolution.js";
import { named } from "./host-naming.js";
import { callNatively } from "./host-native.js";

/** Characters of a reason and of a diff that a card has room for. */
const LONGEST_REASON = 600;
const LONGEST_DIFF = 1_800;
const DIGITS = 10;
/** What a commit's message says to programs alone. */
const FOR_PROGRAMS = /^Idempotency-Key: .*\n?/m;

interface Change {
  readonly subject: string;
  readonly message: string;
  readonly parents: readonly string[];
}

export class Cards {
  constructor(
    private readonly conversations: Conversations,
    private readonly baseband: Baseband,
    private readonly lineage: Lineage,
    private readonly evolving: Pick<Evolving, "waiting" | "approve">,
  ) {}

  /** Tells of what was adopted, and of what waits for a person; each once in each chat where operators are by themselves. */
  async tell(rounds: readonly EvolveRound[] = []): Promise<void> {
    if (this.chats().length === 0) return;
    for (const { commit = "", adopted, reason } of rounds)
      if (adopted && commit !== "") await this.card(commit, "I changed myself", reason, [{ label: "Revert", says: `/undo ${commit.slice(0, DIGITS)}` }]);
    for (const { commit } of await this.evolving.waiting())
      await this.card(commit, "A change of mine waits for your word", "", [{ label: "Approve", says: `/approve ${commit.slice(0, DIGITS)}` }, { label: "Reject", says: `/deny ${commit.slice(0, DIGITS)}` }]);
  }

  /** A person's word on a candidate; undefined if none of this commit waits. */
  async decide(commit: string, isAllowed: boolean): Promise<string | undefined> {
    const candidate = named(await this.evolving.waiting(), commit, (each) => each.commit, "nothing-to-approve");
    if (candidate === undefined) return undefined;
    if (isAllowed) {
      const { adopted, reason } = await this.evolving.approve(candidate.commit, () => undefined);
      return adopted ? `Adopted: ${reason}` : `Approved, but not adopted: ${reason}`;
    }
    await callNatively(this.lineage.port, "drop!", { branch: candidate.branch });
    return `Rejected: the candidate ${candidate.commit.slice(0, DIGITS)} is gone.`;
  }

  private async card(commit: string, title: string, reason: string, buttons: readonly Button[]): Promise<void> {
    const [change] = (await callNatively(this.lineage.port, "log", { from: commit, limit: 1 })) as Change[];
    if (change === undefined) return;
    const { text } = (await callNatively(this.lineage.port, "diff", { before: change.parents[0] ?? commit, after: commit })) as { text: string };
    const why = [reason, change.message.slice(change.subject.length).replace(FOR_PROGRAMS, "").trim()].filter((part) => part !== "").join("\n");
    const lines = [`${title}: ${change.subject} (${commit.slice(0, DIGITS)})`, shortened(why, LONGEST_REASON), `\`\`\`diff\n${shortened(text.trimEnd(), LONGEST_DIFF)}\n\`\`\``];
    this.conversations.tell(this.chats(), `card ${commit} ${title}`, lines.filter((line) => line !== "").join("\n"), buttons);
  }

  private chats() {
    return this.baseband.storage.chatsOf("operator").filter(({ platform }) => platform !== TERMINAL.platform);
  }
}

function shortened(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, text.lastIndexOf("\n", length - 1) + 1 || length - 1)}…`;
}
