// The world's own failures: stable codes, each with what to do about it.

/** The catalogue: every code that the world raises, with its hint. Conditions in a turn and errors to the host share it. */
export const WORLD_HINTS = {
  "home-busy": "Another process owns this home: use it through that process, or stop that one first.",
  "journal-damaged": "Run the verification of the journal to see the first bad entry, then restore the home from a backup.",
  "data-unreadable": "Fork the home before the entry that wrote it (ouro why ID names it, ouro fork), or restore it from a backup; other cells run on.",
  "state-altered": "The cell's state was changed outside of a turn: restore the home from a backup, or fork it at its last entry, which makes all tables anew.",
  "lists-altered": "Who may speak to the agent, and where, was changed past it: restore the home from a backup, or fork it at its last entry (ouro fork), which makes the lists anew.",
  "genome-altered": "A commit has the files that it was first adopted with: restore the home from a backup, or adopt another commit.",
  "journal-cut": "Entries that were signed are gone from the end of the journal: restore the home from a backup.",
  "key-fixed": "Open the home with its vault, which can make another key.",
  "no-entry": "Give the number of an entry that is there: ouro log show lists them.",
  "home-taken": "Choose a directory that is not there yet, or an empty one.",
  "no-world": "Name the home of an agent with --home, or begin one: ouro.",
  "file-taken": "Choose another name, or remove that file first.",
  "file-vanished": "Export again when nothing prunes the journal.",
  "not-an-export": "Give a file that ouro export has written.",
  "replay-differs": "The journal and the code that runs it do not agree: compare the version of Ouro that wrote the entry.",
  "world-closed": "Open the world again.",
  "world-failed": "The journal could not be written: see to the disk, then open the world again.",
  "no-genome": "Give the world a genome: adopt a commit and its files.",
  "bad-manifest": "Mend manifest.scm; its shape is (manifest (version 1) (libraries …) (turn …) (grants …) (budgets …)).",
  "genome-refused": "The genome does not load; mend what the message names.",
  "patch-refused": "The patch must be one whole definition of a procedure that the library already defines.",
  "secret-in-text": "Put it in the vault (ouro vault put NAME), and write secret:NAME where an operation takes one.",
  "no-patch": "There is no such patch in force; list them first.",
  "not-a-policy": "A policy is one define-policy form with the name and the facts of its file, see the shipped ones.",
  "bad-turn-result": "handle-turn answers a map with :state (a map) and :answer (a text or datum).",
  "not-granted": "Add the operation to the library's grant in the manifest.",
  "grant-expired": "Extend the date in the grant's (until …), or remove the call.",
  "grant-condition": "Change the parameters so that the grant's (when …) holds, or widen the grant.",
  "budget-exceeded": "Wait for the budget's next period, or raise it in the manifest.",
  "label-refused": "This operation says which labels it accepts, and no quarantine reaches it; call it in the turn itself.",
  "quarantine-failed": "What was called in quarantine raised an error, or did not answer data; call it with a box that it can deal with.",
  "effect-denied": "See the rule in the genome's effect policy.",
  "outcome-unknown": "The process ended while this was under way, and nobody can say whether it happened: look before doing it again.",
  "determinism-fault": "The turn asked for something else than before the restart; report it together with the journal, then release the cell.",
  "deaths": "The process ended twice while this turn ran; see what it does before you release its cell.",
  "not-quarantined": "Only a cell that is quarantined can be released; list the cells first.",
  "migration-failed": "Adopt a genome whose migrate understands the state, then release the cell.",
  "turn-stopped": "The turn was stopped from outside.",
  "turn-deadline": "The turn took longer than its deadline allows; raise it in the manifest's budgets.",
  "no-input": "Use the id that accepting the input gave.",
  "reserved-id": "Only a timer of the world's own becomes an input of such an id: choose another.",
  "no-approval": "No effect waits for this approval; list those that do.",
  "invalid-parameters": "Compare the call with the operation's parameters (,doc shows them).",
} as const satisfies Record<string, string>;

export type WorldCode = keyof typeof WORLD_HINTS;

/** A failure that the host may expect. */
export class WorldError extends Error {
  readonly hint: string;

  constructor(
    readonly code: WorldCode,
    message: string,
  ) {
    super(message);
    this.name = "WorldError";
    this.hint = WORLD_HINTS[code];
  }
}
