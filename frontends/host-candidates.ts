// Candidates that the loop left for a person to decide on, as the tables and the branches have them.
import { datumOf, field, fieldText, type World } from "../epigenome/index.js";
import type { Lineage } from "../ports/lineage/index.js";
import { callNatively } from "./host-native.js";

/** Rounds that were asked for. `told`: a person has seen what became of it. */
export const ROUNDS_TABLE = "CREATE TABLE IF NOT EXISTS host_rounds (round INTEGER PRIMARY KEY, input TEXT NOT NULL UNIQUE, told INTEGER NOT NULL) STRICT";

export interface Candidate {
  readonly commit: string;
  readonly branch: string;
  readonly policy: string;
}

/** Those of rounds that a person was told of, and whose branches are still there. The lineage is asked only if there may be some. */
export async function candidatesWaiting({ all }: Pick<World["tables"], "all">, lineage: () => Lineage): Promise<readonly Candidate[]> {
  const rows = all("SELECT answer FROM host_rounds JOIN world_outcomes ON id = input WHERE told = 1 AND outcome = 'done' ORDER BY round");
  const waiting = rows.map((row) => datumOf(String(row["answer"]))).filter((answer) => field(answer, "awaits-approval") === true);
  if (waiting.length === 0) return [];
  const branches = (await callNatively(lineage().port, "branches", {})) as { branch: string; commit: string }[];
  return waiting.map((answer) => ({ commit: fieldText(answer, "commit"), branch: fieldText(answer, "branch"), policy: fieldText(answer, "policy") }))
    .filter(({ branch, commit }) => branches.some((each) => each.branch === branch && each.commit === commit));
}
