// The baseband's rows in the world's tables, so that accepting a message commits with the journal.
import { type SqlValue, tableReceipts, type TableService } from "../port.js";
import { type Address, type BasebandStorage, type Binding, type Member, type Outgoing, REFUSED_KEPT, type Refused, type Turn } from "./storage.js";

export function sqliteBaseband(tables: TableService): BasebandStorage {
  tables.execute(TABLES);
  const records = <Row>(sql: string, ...parameters: SqlValue[]): Row[] => tables.all(sql, ...parameters).map(recordOf<Row>);
  return {
    receipts: tableReceipts(tables, "baseband"),
    transaction: (work) => tables.transaction(work),
    batch: (work) => tables.batch(work),
    durable: () => tables.durable(),
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
    refused: () => records<Refused>("SELECT record FROM baseband_refused ORDER BY sequence DESC"),
    countRefused: () => Number(tables.all("SELECT total FROM baseband_refusals")[0]?.["total"]),
    noteRefused: ({ platform, account, channel, thread, sender, code, lastMs }) => tables.transaction(() => {
      const who = [platform, account, channel, thread, sender, code];
      const before = records<Refused>(`SELECT record FROM baseband_refused WHERE ${WHO}`, ...who)[0];
      tables.run(`DELETE FROM baseband_refused WHERE ${WHO}`, ...who);
      const record: Refused = { platform, account, channel, thread, sender, code, lastMs, count: (before?.count ?? 0) + 1 };
      tables.run("INSERT INTO baseband_refused VALUES (?, ?, ?, ?, ?, ?, ?, ?)", nextId(tables, "baseband_refused", "sequence"), ...who, JSON.stringify(record));
      tables.run("DELETE FROM baseband_refused WHERE sequence <= (SELECT sequence FROM baseband_refused ORDER BY sequence DESC LIMIT 1 OFFSET ?)", REFUSED_KEPT);
      tables.run("UPDATE baseband_refusals SET total = total + 1");
    }),
    nextToken: () => Number(tables.all("UPDATE baseband_token SET last = last + 1 RETURNING last")[0]?.["last"]),
    turn: (id) => records<Turn>("SELECT record FROM baseband_turns WHERE id = ?", id)[0],
    turnOf: (platform, account, message) => records<Turn>("SELECT record FROM baseband_turns WHERE platform = ? AND account = ? AND message = ?", platform, account, message)[0],
    countTurns: (states) => Number(tables.all(`SELECT count(*) AS count FROM baseband_turns WHERE state IN (${marks(states)})`, ...states)[0]?.["count"]),
    turns: (states) => records<Turn>(`SELECT record FROM baseband_turns WHERE state IN (${marks(states)}) ORDER BY id`, ...states),
    heads: () => records<Turn>(headsOf("baseband_turns", IN_ORDER, SESSION)),
    hasLater: ({ id, envelope }) => tables.all(`SELECT 1 FROM ${IN_ORDER} AND ${SESSION} = ? AND id > ? LIMIT 1`, envelope.session, id).length > 0,
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
    chatsOf: (role) => tables.all(`SELECT ${CHAT} FROM baseband_turns GROUP BY 1, 2, 3, 4 HAVING min(record ->> '$.role' = ?) = 1 ORDER BY max(id) DESC`, role)
      .map(({ platform, account, channel, thread }): Address => ({ platform: String(platform), account: String(account), channel: String(channel), thread: String(thread) })),
    message: (id) => records<Outgoing>("SELECT record FROM baseband_outbox WHERE id = ?", id)[0],
    countOutgoing: (state) => Number(tables.all("SELECT count(*) AS count FROM baseband_outbox WHERE state = ?", state)[0]?.["count"]),
    nextOutgoing: ({ platform, account, channel, thread }) =>
      records<Outgoing>(`SELECT record FROM ${UNSENT} AND ${CHAT_KEY} = json_array(?, ?, ?, ?) ORDER BY id LIMIT 1`, platform, account, channel, thread)[0],
    outgoingHeads: () => records<Outgoing>(headsOf("baseband_outbox", UNSENT, CHAT_KEY)),
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

const WHO = "platform = ? AND account = ? AND channel = ? AND thread = ? AND sender = ? AND code = ?";
/** Commands are done at once, whatever else their session waits for. */
const ORDERED = "state IN ('queued', 'waiting', 'leased', 'running') AND record ->> '$.lane' <> 'command'";
const IN_ORDER = `baseband_turns INDEXED BY baseband_turns_by_session WHERE ${ORDERED}`;
const SESSION = "(record ->> '$.envelope.session')";
const WAITING = "state IN ('pending', 'sending')";
const UNSENT = `baseband_outbox INDEXED BY baseband_outbox_by_chat_key WHERE ${WAITING}`;
const CHAT_KEY = `json_array(${["platform", "account", "channel", "thread"].map((name) => `record ->> '$.${name}'`).join(", ")})`;

/** The first row of each key, from one key to the next by an index of key and id: so it costs what there are keys, however many rows wait behind them. */
function headsOf(table: string, rows: string, key: string): string {
  return `WITH RECURSIVE keys (name) AS (
      SELECT min(${key}) FROM ${rows} UNION ALL SELECT (SELECT min(${key}) FROM ${rows} AND ${key} > name) FROM keys WHERE name IS NOT NULL)
    SELECT record FROM ${table} WHERE id IN (SELECT (SELECT min(id) FROM ${rows} AND ${key} = name) FROM keys) ORDER BY id`;
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
  CREATE INDEX IF NOT EXISTS baseband_turns_by_session ON baseband_turns (${SESSION}, id) WHERE ${ORDERED};
  CREATE TABLE IF NOT EXISTS baseband_outbox (
    id INTEGER PRIMARY KEY, turn INTEGER NOT NULL, state TEXT NOT NULL, parts_sent INTEGER NOT NULL, record TEXT NOT NULL) STRICT;
  CREATE UNIQUE INDEX IF NOT EXISTS baseband_one_answer ON baseband_outbox (turn) WHERE turn <> 0;
  CREATE INDEX IF NOT EXISTS baseband_outbox_by_state ON baseband_outbox (state, id);
  DROP INDEX IF EXISTS baseband_outbox_by_chat;
  CREATE INDEX IF NOT EXISTS baseband_outbox_by_chat_key ON baseband_outbox (${CHAT_KEY}, id) WHERE ${WAITING};
  CREATE TABLE IF NOT EXISTS baseband_refused (
    sequence INTEGER PRIMARY KEY, platform TEXT NOT NULL, account TEXT NOT NULL, channel TEXT NOT NULL, thread TEXT NOT NULL,
    sender TEXT NOT NULL, code TEXT NOT NULL, record TEXT NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS baseband_refusals (only INTEGER PRIMARY KEY CHECK (only = 1), total INTEGER NOT NULL) STRICT;
  INSERT OR IGNORE INTO baseband_refusals VALUES (1, 0);
  CREATE TABLE IF NOT EXISTS baseband_token (only INTEGER PRIMARY KEY CHECK (only = 1), last INTEGER NOT NULL) STRICT;
  INSERT OR IGNORE INTO baseband_token VALUES (1, 0);`;

/** The address of a turn's chat. */
const CHAT = ["platform", "account", "channel", "thread"].map((name) => `record ->> '$.envelope.${name}' AS ${name}`).join(", ");

function recordOf<Row>(row: Record<string, SqlValue>): Row {
  return JSON.parse(String(row["record"])) as Row;
}

function nextId(tables: TableService, table: string, column = "id"): number {
  return Number(tables.all(`SELECT coalesce(max(${column}), 0) + 1 AS id FROM ${table}`)[0]?.["id"]);
}

function marks(states: readonly string[]): string {
  return states.map(() => "?").join(", ");
}
