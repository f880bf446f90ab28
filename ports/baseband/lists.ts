// Who may speak to the agent, and where, as it follows from the notes of the journal.
import type { Note, Noted, TableService } from "../port.js";
import { sqliteBaseband } from "./sqlite.js";
import type { Address, Binding, Member } from "./storage.js";

/** Notes of what changes the lists. */
export const noteOf = {
  allow: ({ platform, account, sender, role, identity }: Member): Note => ({ baseband: "allow", platform, account, sender, role, identity }),
  disallow: ({ platform, account, sender }: Pick<Member, "platform" | "account" | "sender">): Note => ({ baseband: "disallow", platform, account, sender }),
  bind: ({ platform, account, channel, thread, agent }: Binding): Note => ({ baseband: "bind", platform, account, channel, thread, agent }),
  unbind: ({ platform, account, channel, thread }: Address): Note => ({ baseband: "unbind", platform, account, channel, thread }),
};

const MEMBER = ["platform", "account", "sender", "role", "identity"];
const BINDING = ["platform", "account", "channel", "thread", "agent"];

/** The lists, without those of a platform that is the host's own: it lets itself in at each start. */
export function notedLists(own: string): Noted {
  return {
    after(notes, held) {
      const [lists, there] = [new Map<string, Note>(), new Map(held.map((note) => [keyOf(note), note]))];
      for (const note of notes) {
        if (note["platform"] === own || note["platform"] === undefined) continue;
        const stands = standsAfter(note, there);
        if (stands !== undefined) lists.set(keyOf(note), stands);
        else lists.delete(keyOf(note));
      }
      return [...lists.values()];
    },
    held: (tables) => [...rows(tables, "baseband_members", "allow", ["platform", "account", "sender"]), ...rows(tables, "baseband_bindings", "bind", ["platform", "account", "channel", "thread"])]
      .filter((note) => note["platform"] !== own || note["stored"] !== undefined),
    restore(tables, notes) {
      const storage = sqliteBaseband(tables);
      for (const note of notes)
        if (note["baseband"] === "allow") storage.writeMember(picked(note, MEMBER) as unknown as Member);
        else storage.writeBinding(picked(note, BINDING) as unknown as Binding);
    },
  };
}

/** The note that makes what stands of a person or a place after one; undefined if nothing does. */
function standsAfter(note: Note, there: ReadonlyMap<string, Note>): Note | undefined {
  const { baseband: act = "", platform = "", account = "", sender, role, identity = "" } = note;
  if (act === "allow" || act === "bind") return note;
  if (act === "disallow" || act === "unbind") return undefined;
  // Of before notes were named so: those about a place do not tell which of the two it was.
  if (sender === undefined) return there.get(keyOf(note));
  return note["channel"] === "allow" ? noteOf.allow({ platform, account, sender, role: role as Member["role"], identity }) : undefined;
}

/** What a note is about: a person on a platform, or a place. */
function keyOf({ platform, account, sender, channel, thread }: Note): string {
  return JSON.stringify(sender === undefined ? [platform, account, channel, thread] : [platform, account, sender]);
}

/** A row as the note that makes it. One that is not found by what its record says has that in `stored`, as no note has. */
function rows(tables: Pick<TableService, "all">, table: string, act: string, key: readonly string[]): Note[] {
  if (tables.all("SELECT name FROM sqlite_master WHERE name = ?", table).length === 0) return [];
  return tables.all(`SELECT * FROM ${table} ORDER BY ${key.join(", ")}`).map((row) => {
    const record = readRecord(String(row["record"]));
    return { ...record, baseband: act, ...(key.every((name) => record[name] === row[name]) ? {} : { stored: JSON.stringify(row) }) };
  });
}

function readRecord(text: string): Note {
  try {
    return Object(JSON.parse(text)) as Note;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return {};
  }
}

function picked(note: Note, names: readonly string[]): Note {
  return Object.fromEntries(names.map((name) => [name, note[name] ?? ""]));
}
