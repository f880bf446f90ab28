// Inbound data as a turn and the journal may see them: every text in them without secrets.

/** Plain data with each text, name and byte string as `redact` leaves it; what it leaves alone is the same value. */
export function redacted(plain: unknown, redact: (text: string) => string): unknown {
  if (typeof plain === "string") return redact(plain);
  if (plain instanceof Uint8Array) return redactedBytes(plain, redact);
  if (Array.isArray(plain)) return plain.map((item) => redacted(item, redact));
  if (typeof plain !== "object" || plain === null) return plain;
  return Object.fromEntries(Object.entries(plain).map(([key, item]) => [redact(key), redacted(item, redact)]));
}

function redactedBytes(bytes: Uint8Array, redact: (text: string) => string): Uint8Array {
  const text = Buffer.from(bytes).toString("latin1");
  const without = redact(text);
  return without === text ? bytes : new Uint8Array(Buffer.from(without, "latin1"));
}
