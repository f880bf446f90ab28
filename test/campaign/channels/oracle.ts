// What must be true of a home and of three platforms once all is done, however often the agent was killed.
import { join } from "node:path";
import Database from "better-sqlite3";

/** What was said in one conversation, in its order, and what was seen there of the agent. */
export interface Conversation {
  readonly name: string;
  readonly platform: string;
  readonly said: readonly { readonly id: string; readonly text: string }[];
  readonly seen: readonly string[];
}

export interface Verdict {
  readonly broken: readonly string[];
  readonly messages: number;
  /** Sent or not, nobody can tell; and of these, those that the platform shows. */
  readonly unknown: number;
  readonly unknownSeen: number;
}

interface Row {
  readonly message: string;
  readonly state: string;
  readonly outgoing: string | null;
  readonly reason: string | null;
  readonly answer: string | null;
  readonly answers: number;
}

const ROWS = `SELECT turns.message, turns.state, outgoing.state AS outgoing, outgoing.record ->> '$.reason' AS reason, outgoing.record ->> '$.text' AS answer,
  (SELECT count(*) FROM baseband_outbox WHERE turn = turns.id) AS answers
  FROM baseband_turns AS turns LEFT JOIN baseband_outbox AS outgoing ON outgoing.turn = turns.id WHERE turns.platform = ? ORDER BY turns.id`;

/** Each message has one final turn and one answer, which was seen once or is counted as unknown, in the order of what was said. */
export function verdictOn(home: string, conversations: readonly Conversation[]): Verdict {
  const database = new Database(join(home, "world.db"), { readonly: true });
  const broken: string[] = [];
  const counts = { messages: 0, unknown: 0, unknownSeen: 0 };
  try {
    const rows = new Map<string, readonly Row[]>();
    for (const { platform } of conversations) if (!rows.has(platform)) rows.set(platform, database.prepare(ROWS).all(platform) as Row[]);
    for (const [platform, all] of rows) {
      const said = new Set(conversations.filter((each) => each.platform === platform).flatMap((each) => each.said.map(({ id }) => id)));
      for (const { message } of all) if (!said.has(message)) broken.push(`${platform}: there is a turn of ${message}, which nobody said`);
    }
    for (const conversation of conversations) {
      const own = examined(conversation, rows.get(conversation.platform) ?? []);
      broken.push(...own.broken.map((problem) => `${conversation.name}: ${problem}`));
      counts.messages += conversation.said.length;
      counts.unknown += own.unknown;
      counts.unknownSeen += own.unknownSeen;
    }
  } finally {
    database.close();
  }
  return { broken, ...counts };
}

function examined({ said, seen }: Conversation, rows: readonly Row[]): { readonly broken: readonly string[]; readonly unknown: number; readonly unknownSeen: number } {
  const broken: string[] = [];
  let [unknown, unknownSeen] = [0, 0];
  const times = new Map<string, number>();
  for (const text of seen) times.set(text, (times.get(text) ?? 0) + 1);
  said.forEach(({ id, text }, index) => {
    const turns = rows.filter(({ message }) => message === id);
    const [turn] = turns;
    const expected = `${index + 1} ${text}`;
    if (turn === undefined || turns.length > 1) return void broken.push(`${turns.length} turns of ${id}, one was to be`);
    if (turn.state !== "done") broken.push(`the turn of ${id} is ${turn.state}`);
    if (turn.answers !== 1) broken.push(`${turn.answers} answers to ${id}, one was to be`);
    if (turn.answer !== expected) broken.push(`the answer to ${id} is ${turn.answer}, not ${expected}`);
    const isUnknown = turn.outgoing === "unknown";
    if (isUnknown && turn.reason !== "outcome-unknown") broken.push(`the answer to ${id} is unknown for ${turn.reason}`);
    if (!isUnknown && turn.outgoing !== "sent") broken.push(`the answer to ${id} is ${turn.outgoing}`);
    const count = times.get(expected) ?? 0;
    if (count > 1) broken.push(`the answer to ${id} is there ${count} times`);
    if (count === 0 && !isUnknown) broken.push(`the answer to ${id} was sent, and is not there`);
    if (isUnknown) unknown++;
    if (isUnknown && count === 1) unknownSeen++;
  });
  const numbers = seen.map((text) => Number(text.split(" ")[0]));
  if (numbers.some((number, index) => index > 0 && number <= (numbers[index - 1] ?? 0))) broken.push(`answers are seen in the order ${numbers.join(" ")}`);
  const expected = new Set(said.map(({ text }, index) => `${index + 1} ${text}`));
  for (const text of seen) if (!expected.has(text)) broken.push(`${text} answers nothing that was said`);
  return { broken, unknown, unknownSeen };
}
