// Commit messages: a subject, the reason, and trailers that programs read.

export interface Trailer {
  readonly name: string;
  readonly value: string;
}

export interface Provenance {
  readonly reason: string;
  readonly idempotencyKey: string;
  readonly proposer?: string;
  readonly policy?: string;
  readonly trailers?: readonly Trailer[];
}

const SUBJECT_CHARACTERS = 72;

/** The reason's first line is the subject. */
export function proposalMessage(provenance: Provenance): string {
  const [first = "", ...rest] = provenance.reason.trim().split("\n");
  const whole = first.length > SUBJECT_CHARACTERS ? provenance.reason.trim() : rest.join("\n").trim();
  return paragraphs([shortened(first), whole, trailerLines(provenance)]);
}

/** The message of `git revert`, and why. */
export function revertMessage(subject: string, commit: string, provenance: Provenance): string {
  return paragraphs([`Revert "${subject}"`, `This reverts commit ${commit}.`, provenance.reason.trim(), trailerLines(provenance)]);
}

export function mergeMessage(name: string, provenance: Provenance): string {
  return paragraphs([`Merge ${name}`, provenance.reason.trim(), trailerLines(provenance)]);
}

export function subjectOf(message: string): string {
  return message.split("\n")[0] ?? "";
}

/** The last paragraph's lines, if all of it is "Name: value". */
export function trailersOf(message: string): Trailer[] {
  const lines = message.trimEnd().split("\n\n").at(-1)?.split("\n") ?? [];
  const found = lines.map((line) => /^([A-Z][A-Za-z0-9-]*): (.*)$/.exec(line));
  return found.every((match) => match !== null) ? found.map((match) => ({ name: match?.[1] ?? "", value: match?.[2] ?? "" })) : [];
}

/** Whether this intent made the commit. */
export function isMadeBy(message: string, idempotencyKey: string): boolean {
  return trailersOf(message).some(({ name, value }) => name === "Idempotency-Key" && value === oneLine(idempotencyKey));
}

/** Names that a proposal's own trailers may not use. */
export const RESERVED_TRAILERS: readonly string[] = ["Proposer", "Reason", "Policy", "Idempotency-Key"];

function trailerLines({ reason, idempotencyKey, proposer, policy, trailers = [] }: Provenance): string {
  const all = [["Proposer", proposer], ["Reason", reason], ["Policy", policy], ...trailers.map(({ name, value }) => [name, value]), ["Idempotency-Key", idempotencyKey]];
  return all.filter(([, value]) => value !== undefined).map(([name, value]) => `${name}: ${oneLine(value ?? "")}`).join("\n");
}

// A line break in a value would let it pose as another trailer.
function oneLine(value: string): string {
  return value.replace(/[\s\0]+/g, " ").trim();
}

function shortened(line: string): string {
  return line.length > SUBJECT_CHARACTERS ? `${line.slice(0, SUBJECT_CHARACTERS - 1)}…` : line;
}

function paragraphs(parts: readonly string[]): string {
  return `${parts.filter((part) => part !== "").join("\n\n").replaceAll("\0", "")}\n`;
}
