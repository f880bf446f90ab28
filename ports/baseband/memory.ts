// The baseband's rows in memory: gone with the process.
import { memoryReceipts } from "../port.js";
import type { Address, BasebandStorage, Binding, Member, Outgoing, Turn } from "./storage.js";

export function memoryBaseband(): BasebandStorage {
  const bindings = new Map<string, Binding>();
  const members = new Map<string, Member>();
  const turns = new Map<number, Turn>();
  const outbox = new Map<number, Outgoing>();
  let token = 0;
  return {
    receipts: memoryReceipts(),
    transaction: (work) => restoring([snapshot(bindings), snapshot(members), snapshot(turns), snapshot(outbox)], work),
    bindings: () => sorted(bindings),
    writeBinding: (binding) => void bindings.set(keyOf(binding), binding),
    removeBinding: (address) => bindings.delete(keyOf(address)),
    members: () => sorted(members),
    writeMember: (member) => void members.set(JSON.stringify([member.platform, member.account, member.sender]), member),
    removeMember: (platform, account, sender) => members.delete(JSON.stringify([platform, account, sender])),
    nextToken: () => ++token,
    turn: (id) => turns.get(id),
    turnOf: (platform, account, message) => [...turns.values()]
      .find(({ envelope }) => envelope.platform === platform && envelope.account === account && envelope.id === message),
    countTurns: (states) => [...turns.values()].filter((turn) => states.includes(turn.state)).length,
    turns: (states) => [...turns.values()].filter((turn) => states.includes(turn.state)),
    addTurn: (turn) => added(turns, turn),
    replaceTurn(before, after) {
      const standing = turns.get(before.id);
      const mayWrite = standing?.state === before.state && standing.token === before.token;
      if (mayWrite) turns.set(before.id, after);
      return mayWrite;
    },
    outgoing: (states) => [...outbox.values()].filter((row) => states.includes(row.state)),
    addOutgoing(row) {
      const isAnswered = row.turn !== 0 && [...outbox.values()].some(({ turn }) => turn === row.turn);
      return isAnswered ? undefined : added(outbox, row);
    },
    replaceOutgoing(before, after) {
      const standing = outbox.get(before.id);
      const mayWrite = standing?.state === before.state && standing.partsSent === before.partsSent;
      if (mayWrite) outbox.set(before.id, after);
      return mayWrite;
    },
  };
}

function keyOf({ platform, account, channel, thread }: Address): string {
  return JSON.stringify([platform, account, channel, thread]);
}

function sorted<Row>(rows: ReadonlyMap<string, Row>): Row[] {
  return [...rows].toSorted(([left], [right]) => (left < right ? -1 : 1)).map(([, row]) => row);
}

function added<Row extends { id: number }>(rows: Map<number, Row>, row: Omit<Row, "id">): Row {
  const whole = { ...row, id: rows.size + 1 } as Row;
  rows.set(whole.id, whole);
  return whole;
}

/** Rows are immutable, so a copy of the map is enough to go back to. */
function snapshot<Key, Row>(rows: Map<Key, Row>): () => void {
  const before = [...rows];
  return () => {
    rows.clear();
    for (const [key, row] of before) rows.set(key, row);
  };
}

function restoring<Result>(restores: readonly (() => void)[], work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    for (const restore of restores) restore();
    throw error;
  }
}
