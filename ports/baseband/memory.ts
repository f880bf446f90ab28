// The baseband's rows in memory: gone with the process.
import { memoryReceipts } from "../port.js";
import { type Address, type BasebandStorage, type Binding, type Member, OPEN, type Outgoing, REFUSED_KEPT, type Refused, type Turn } from "./storage.js";

export function memoryBaseband(): BasebandStorage {
  const bindings = new Map<string, Binding>();
  const members = new Map<string, Member>();
  const turns = new Map<number, Turn>();
  const outbox = new Map<number, Outgoing>();
  const refused = new Map<string, Refused>();
  let token = 0;
  let refusals = 0;
  const transaction = <Result>(work: () => Result): Result => restoring([snapshot(bindings), snapshot(members), snapshot(turns), snapshot(outbox), snapshot(refused)], work);
  return {
    receipts: memoryReceipts(),
    transaction,
    batch: transaction,
    durable: async () => undefined,
    bindings: () => sorted(bindings),
    writeBinding: (binding) => void bindings.set(keyOf(binding), binding),
    removeBinding: (address) => bindings.delete(keyOf(address)),
    members: () => sorted(members),
    writeMember: (member) => void members.set(JSON.stringify([member.platform, member.account, member.sender]), member),
    removeMember: (platform, account, sender) => members.delete(JSON.stringify([platform, account, sender])),
    refused: () => [...refused.values()].toReversed(),
    countRefused: () => refusals,
    noteRefused(one) {
      const key = JSON.stringify([keyOf(one), one.sender, one.code]);
      const count = (refused.get(key)?.count ?? 0) + 1;
      refused.delete(key);
      refused.set(key, { ...one, count });
      for (const oldest of refused.keys()) if (refused.size > REFUSED_KEPT) refused.delete(oldest); else break;
      refusals += 1;
    },
    nextToken: () => ++token,
    turn: (id) => turns.get(id),
    turnOf: (platform, account, message) => [...turns.values()]
      .find(({ envelope }) => envelope.platform === platform && envelope.account === account && envelope.id === message),
    countTurns: (states) => [...turns.values()].filter((turn) => states.includes(turn.state)).length,
    turns: (states) => [...turns.values()].filter((turn) => states.includes(turn.state)),
    heads: () => headsOf(turns),
    hasLater: ({ id, envelope }) => inOrder(turns).some((turn) => turn.id > id && turn.envelope.session === envelope.session),
    addTurn: (turn) => added(turns, turn),
    replaceTurn(before, after) {
      const standing = turns.get(before.id);
      const mayWrite = standing?.state === before.state && standing.token === before.token;
      if (mayWrite) turns.set(before.id, after);
      return mayWrite;
    },
    chatsOf(role) {
      const chats = new Map<string, Turn[]>();
      for (const turn of turns.values()) chats.set(keyOf(turn.envelope), [turn, ...(chats.get(keyOf(turn.envelope)) ?? [])]);
      return [...chats.values()].filter((spoken) => spoken.every((turn) => turn.role === role)).toSorted(([one], [other]) => (other?.id ?? 0) - (one?.id ?? 0))
        .flatMap(([last]) => (last === undefined ? [] : [addressOf(last.envelope)]));
    },
    message: (id) => outbox.get(id),
    countOutgoing: (state) => [...outbox.values()].filter((row) => row.state === state).length,
    nextOutgoing: (chat) => [...outbox.values()].find((row) => keyOf(row) === keyOf(chat) && hasNotLeft(row)),
    outgoingHeads: () => [...new Map([...outbox.values()].filter(hasNotLeft).toReversed().map((row) => [keyOf(row), row])).values()].toReversed(),
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

function hasNotLeft({ state }: Outgoing): boolean {
  return state === "pending" || state === "sending";
}

/** Open turns that wait for their place. */
function inOrder(turns: ReadonlyMap<number, Turn>): Turn[] {
  return [...turns.values()].filter(({ state, lane }) => OPEN.includes(state) && lane !== "command");
}

function headsOf(turns: ReadonlyMap<number, Turn>): Turn[] {
  const heads = new Map<string, Turn>();
  for (const turn of inOrder(turns)) if (!heads.has(turn.envelope.session)) heads.set(turn.envelope.session, turn);
  return [...heads.values()];
}

function keyOf({ platform, account, channel, thread }: Address): string {
  return JSON.stringify([platform, account, channel, thread]);
}

function addressOf({ platform, account, channel, thread }: Address): Address {
  return { platform, account, channel, thread };
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
