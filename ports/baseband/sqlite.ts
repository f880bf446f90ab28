// The baseband's rows in the world's tables, so that accepting a message commits with the journal.
import { type SqlValue, tableReceipts, type TableService } from "../port.js";
import type { BasebandStorage, Binding, Member, Outgoing, Turn } from "./storage.js";

export function sqliteBaseband(tables: TableService): BasebandStorage {
  tables.execute(TABLES);
  const records = <Row>(sql: string, ...parameters: SqlValue[]): Row[] => tables.all(sql, ...parameters).map(recordOf<Row>);
  return {
    receipts: tableReceipts(tables, "baseband"),
    transaction: (work) => tables.transaction(work),
    bindings: () => records<Binding>("SELECT record FROM baseband_bindings ORDER BY platform, account, channel, thread"),
    writeBinding: (binding) => {
      const { platform, account, channel, thread } = binding;
      tables.run("INSERT OR REPLACE INTO baseband_bindings VALUES (?, ?, ?, ?, ?)", platform, account, channel, thread, JSON.stringify(binding));
    },
    removeBinding: ({ platform, account, channel, thread }) =>
      tables.run("DELETE FROM baseband_bindings WHERE platform = ? AND account = ? AND channel = ? AND thread = ?", platform, account, channel, thread).changes > 0,
    members: () => records<Member>("SELECT record FROM baseband_members ORDER BY platform, account, sender"),
    writeMember: (member) =>
      void tables.run("INSERT OR REPLACE INTO baseband_members VALUES (?, ?, ?, ?)", member.platform, member.account, member.sender, JSON.stringify(member)),
    removeMember: (platform, account, sender) =>
      tables.run("DELETE FROM baseband_members WHERE platform = ? AND account = ? AND sender = ?", platform, account, sender).changes > 0,
    nextToken: () => Number(tables.all("UPDATE baseband_token SET last = last + 1 RETURNING last")[0]?.["last"]),
    turn: (id) => records<Turn>("SELECT record FROM baseband_turns WHERE id = ?", id)[0],
    turnOf: (platform, account, message) =>
      records<Turn>("SELECT record FROM baseband_turns WHERE platform = ? AND account = ? AND message = ?", platform, account, message)[0],
    countTurns: (states) => Number(tables.all(`SELECT count(*) AS count FROM baseband_turns WHERE state IN (${marks(states)})`, ...states)[0]?.["count"]),
    turns: (states) => records<Turn>(`SELECT record FROM baseband_turns WHERE state IN (${marks(states)}) ORDER BY id`, ...states),
    addTurn: (turn) => {
      const whole: Turn = { ...turn, id: nextId(tables, "baseband_turns") };
      const { platform, account, id: message } = turn.envelope;
      tables.run("INSERT INTO baseband_turns VALUES (?, ?, ?, ?, ?, ?, ?)", whole.id, platform, account, message, turn.state, turn.token, JSON.stringify(whole));
      return whole;
    },
    replaceTurn: (before, after) => tables.run(
      "UPDATE baseband_turns SET state = ?, token = ?, record = ? WHERE id = ? AND state = ? AND token = ?",
      after.state, after.token, JSON.stringify(after), before.id, before.state, before.token,
    ).changes > 0,
    outgoing: (states) => records<Outgoing>(`SELECT record FROM baseband_outbox WHERE state IN (${marks(states)}) ORDER BY id`, ...states),
    addOutgoing: (outgoing) => {
      const whole: Outgoing = { ...outgoing, id: nextId(tables, "baseband_outbox") };
      const { changes } = tables.run("INSERT OR IGNORE INTO baseband_outbox VALUES (?, ?, ?, ?, ?)",
        whole.id, whole.turn, whole.state, whole.partsSent, JSON.stringify(whole));
      return changes > 0 ? whole : undefined;
    },
    replaceOutgoing: (before, after) => tables.run(
      "UPDATE baseband_outbox SET state = ?, parts_sent = ?, record = ? WHERE id = ? AND state = ? AND parts_sent = ?",
      after.state, after.partsSent, JSON.stringify(after), before.id, before.state, before.partsSent,
    ).changes > 0,
  };
}

// Columns beside the record are what rows are found, guarded and kept unique by. No row is ever deleted, so ids
// grow and a message is remembered for good.
const TABLES = `
  CREATE TABLE IF NOT EXISTS baseband_bindings (
    platform TEXT NOT NULL, account TEXT NOT NULL, channel TEXT NOT NULL, thread TEXT NOT NULL, record TEXT NOT NULL,
    PRIMARY KEY (platform, account, channel, thread)) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS baseband_members (
    platform TEXT NOT NULL, account TEXT NOT NULL, sender TEXT NOT NULL, record TEXT NOT NULL,
    PRIMARY KEY (platform, account, sender)) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS baseband_turns (
    id INTEGER PRIMARY KEY, platform TEXT NOT NULL, account TEXT NOT NULL, message TEXT NOT NULL,
    state TEXT NOT NULL, token INTEGER NOT NULL, record TEXT NOT NULL, UNIQUE (platform, account, message)) STRICT;
  CREATE INDEX IF NOT EXISTS baseband_turns_by_state ON baseband_turns (state, id);
  CREATE TABLE IF NOT EXISTS baseband_outbox (
    id INTEGER PRIMARY KEY, turn INTEGER NOT NULL, state TEXT NOT NULL, parts_sent INTEGER NOT NULL, record TEXT NOT NULL) STRICT;
  CREATE UNIQUE INDEX IF NOT EXISTS baseband_one_answer ON baseband_outbox (turn) WHERE turn <> 0;
  CREATE INDEX IF NOT EXISTS baseband_outbox_by_state ON baseband_outbox (state, id);
  CREATE TABLE IF NOT EXISTS baseband_token (only INTEGER PRIMARY KEY CHECK (only = 1), last INTEGER NOT NULL) STRICT;
  INSERT OR IGNORE INTO baseband_token VALUES (1, 0);`;

function recordOf<Row>(row: Record<string, SqlValue>): Row {
  return JSON.parse(String(row["record"])) as Row;
}

function nextId(tables: TableService, table: string): number {
  return Number(tables.all(`SELECT coalesce(max(id), 0) + 1 AS id FROM ${table}`)[0]?.["id"]);
}

function marks(states: readonly string[]): string {
  return states.map(() => "?").join(", ");
}
