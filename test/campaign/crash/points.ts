// The catalogue of write points: every place where something becomes durable, leaves the process, or is told to somebody.

/** As `watchDoors` names them. A statement, file or table that is new in the world must be added here, and is killed at from then on. */
export const WRITE_POINTS = [
  // Transactions: just before one commits, just after, and by what kinds of entry it made durable.
  "after commit of vault.db", "after commit of world.db", "before commit of vault.db", "before commit of world.db", "durable commit",
  "durable decision", "durable genome", "durable input", "durable intent", "durable operator", "durable patch", "durable receipt",
  "durable stop",
  // Statements of the journal, by kind of entry.
  "insert journal commit", "insert journal decision", "insert journal genome", "insert journal input", "insert journal intent",
  "insert journal operator", "insert journal patch", "insert journal receipt", "insert journal stop", "insert journal_heads",
  // Statements of the world's own tables.
  "delete world_inbox", "delete world_quarantine", "delete world_recorded", "delete world_timers", "insert world_budgets",
  "insert world_cells", "insert world_children", "insert world_force", "insert world_genomes", "insert world_images", "insert world_inbox",
  "insert world_outcomes", "insert world_quarantine", "insert world_recorded", "insert world_settings process open open", "insert world_timers",
  "update world_inbox alone", "update world_inbox deaths deaths_at",
  "update world_inbox image", "update world_settings value closed process",
  // Statements of the ports' tables.
  "delete baseband_receipts", "delete store_receipts", "delete store_records", "delete vault_records", "insert baseband_bindings",
  "insert baseband_members", "insert baseband_outbox", "insert baseband_receipts", "insert baseband_turns", "insert store_blobs",
  "insert store_receipts", "insert store_records", "insert vault_records", "update baseband_outbox state parts_sent record", "update baseband_token last",
  "update baseband_turns state token record", "update store_version last",
  // Tables and settings, made in a fresh home and looked at in an old one.
  "pragma journal_mode", "tables baseband_bindings", "tables baseband_receipts", "tables journal", "tables store_receipts",
  "tables store_records", "tables vault_records", "tables world_budgets", "tables world_children", "tables world_genomes",
  "tables world_inbox", "tables world_recorded", "tables world_timers",
  // Files.
  "fsync journal.head", "fsync objects/#", "fsync objects/#/#.#", "fsync vault.key.new", "open objects/#/#.#",
  "open vault.db", "open vault.key.new", "open world.db", "rename objects/#/#", "rename vault.key", "rm vault.key.new",
  "write journal.head", "write objects/#/#.#", "write vault.key.new", "writeFile objects/#/#.#", "writeFile vault.key.new",
  // The outside: before a request leaves, after its answer came.
  "checked submit!", "request break", "request bump!", "request look", "request page", "request post", "request question!", "request send!",
  "request spend!", "request submit!", "request wire", "response break", "response bump!", "response look", "response page", "response post",
  "response question!", "response send!", "response spend!", "response submit!", "response wire",
  // What the process has told those who wait.
  "acceptance told", "closed", "message told", "opened", "outcome told",
] as const;

export type WritePoint = (typeof WRITE_POINTS)[number];
