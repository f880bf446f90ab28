// What the tables of a world tell as measures, when somebody asks for them.
import type { RestingWorld } from "../epigenome/index.js";
import type { Gauge } from "./control/index.js";

/** `approvals`: effects that wait for a person. `timeMs`: which periods of the budgets are the present ones. */
export function gauges(records: RestingWorld["records"], approvals: number, timeMs: number): Gauge[] {
  const { entries, backlog, cells, quarantined, patches, outcomes } = records.counts();
  const one = (name: string, help: string, value: number): Gauge => ({ name, help, values: [{ value }] });
  return [
    one("ouro_journal_entries", "Sequence of the journal's last entry", entries),
    one("ouro_queue_depth", "Inputs that have no outcome yet", backlog),
    one("ouro_cells", "Cells that have a state", cells),
    one("ouro_cells_quarantined", "Cells that run no turns until a person releases them", quarantined),
    one("ouro_approvals_waiting", "Effects that wait for a person", approvals),
    one("ouro_patches", "Hot patches in force", patches),
    { name: "ouro_world_turns_total", help: "Turns that ended since the home was made, by outcome", type: "counter", values: Object.entries(outcomes).map(([outcome, value]) => ({ labels: { outcome }, value })) },
    {
      name: "ouro_budget_used", help: "Used of a budget in its present period, reservations included",
      values: records.budgets(timeMs).map(({ account, period, dimension, used }) => ({ labels: { account, period, dimension }, value: used })),
    },
  ];
}
