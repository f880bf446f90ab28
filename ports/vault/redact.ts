// Takes secrets out of texts: those that the vault holds, however they are spelled, and what looks like one by its form.

/** A shorter secret cannot be told from ordinary text, and is left alone. */
export const SHORTEST_REDACTED = 6;
/** What stands in the place of a token that the vault does not hold. */
const REDACTED = "[redacted]";

/** Answers a text without secrets. One of the vault's becomes its reference, secret:NAME; another token becomes [redacted]. */
export type Redact = (text: string) => string;

/** Makes the function that takes these secrets out of any text, and all tokens of well-known forms. */
export function redactor(secrets: readonly { readonly name: string; readonly secret: string }[]): Redact {
  // The longest first: of two secrets where one begins the other, no rest may stay.
  const known = secrets.filter(({ secret }) => secret.length >= SHORTEST_REDACTED).toSorted((one, other) => other.secret.length - one.secret.length);
  const plain = replacing(known.map(({ name, secret }) => ({ name, pattern: [literal(secret), ...encoded(secret)].join("|") })));
  const escaped = replacing(known.map(({ name, secret }) => ({ name, pattern: Array.from(secret, spellings).join("") })));
  return (text) => {
    if (text.length < SHORTEST_REDACTED) return text;
    const once = plain(text);
    return withoutTokens(/[%\\&+]/.test(once) ? escaped(once) : once);
  };
}

type Named = { readonly name: string; readonly pattern: string };

/** One pass for all: the group that matched tells the name. */
function replacing(patterns: readonly Named[]): Redact {
  if (patterns.length === 0) return (text) => text;
  const all = new RegExp(patterns.map(({ pattern }) => `(${pattern})`).join("|"), "g");
  return (text) => text.replace(all, (...found: unknown[]) => {
    const group = patterns.findIndex((_, index) => found[index + 1] !== undefined);
    return `secret:${patterns[group]?.name}`;
  });
}

/** In base64 and hexadecimal, also within a longer text that was encoded; and its bytes in UTF-8 read as Latin-1. */
function encoded(secret: string): string[] {
  const bytes = Buffer.from(secret, "utf8");
  const hex = bytes.toString("hex");
  return [literal(bytes.toString("latin1")), hex, hex.toUpperCase(), ...[0, 1, 2].map((offset) => inBase64(bytes, offset))];
}

/** The digits of base64 that these bytes alone decide, at this offset within a group of three. Both alphabets. */
function inBase64(bytes: Uint8Array, offset: number): string {
  const digits = Buffer.concat([Buffer.alloc(offset), bytes]).toString("base64");
  const [first, end] = [Math.ceil((offset * 8) / 6), Math.floor(((offset + bytes.length) * 8) / 6)];
  const own = digits.slice(first, end).replaceAll("+", "[-+]").replaceAll("/", "[_/]");
  return `${own}(?:[A-Za-z0-9+/_-]?={1,2})?`;
}

const SHORT_ESCAPES: Readonly<Record<string, readonly string[]>> = {
  '"': ['\\"', "&quot;"], "\\": ["\\\\"], "/": ["\\/"], "\n": ["\\n"], "\r": ["\\r"], "\t": ["\\t"], "'": ["&apos;"],
  "&": ["&amp;"], "<": ["&lt;"], ">": ["&gt;"], " ": ["+"],
};

/** One character as it may stand in a text: itself, or escaped as in an address, in JSON, in Lisp or in HTML. */
function spellings(character: string): string {
  const percent = Array.from(Buffer.from(character, "utf8"), (byte) => `%${eitherCase(byte.toString(16).padStart(2, "0"))}`).join("");
  const units = Array.from({ length: character.length }, (_, index) => `\\\\u${eitherCase(character.charCodeAt(index).toString(16).padStart(4, "0"))}`).join("");
  const point = character.codePointAt(0) ?? 0;
  const reference = `&#(?:0*${point}|[xX]0*${eitherCase(point.toString(16))});`;
  return `(?:${[literal(character), percent, units, reference, ...(SHORT_ESCAPES[character] ?? []).map(literal)].join("|")})`;
}

function eitherCase(hex: string): string {
  return hex.replace(/[a-f]/g, (digit) => `[${digit}${digit.toUpperCase()}]`);
}

function literal(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
}

/** Forms that their issuers document, and keys and passwords where a standard says that they stand. A word may follow a line end that is escaped. */
const TOKENS: readonly RegExp[] = [
  /(?<=\\[nrt]|\b)sk-[A-Za-z0-9_-]{20,}/g,
  /(?<=\\[nrt]|\b)(?:gh[opusr]_[A-Za-z0-9]{36,}|github_pat_[A-Za-z0-9_]{22,}|glpat-[A-Za-z0-9_-]{20,})/g,
  /(?<=\\[nrt]|\b)xox[abeoprs]-[A-Za-z0-9-]{10,}/g,
  /(?<=\\[nrt]|\b)xapp-[A-Za-z0-9-]{20,}/g,
  /(?<=\\[nrt]|\b)(?:AKIA|ASIA)[0-9A-Z]{16}\b/g,
  /(?<=\\[nrt]|\b)AIza[0-9A-Za-z_-]{35}/g,
  /(?<=\\[nrt]|\b)[rs]k_(?:live|test)_[A-Za-z0-9]{16,}/g,
  /(?<=\\[nrt]|\b)\d{8,10}:[A-Za-z0-9_-]{35}\b/g,
  /(?<=\\[nrt]|\b)eyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*/g,
  /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g,
  /(?<=\b(?:bearer|basic) )(?=[^\s"]*\d)[A-Za-z0-9._~+/=-]{16,}/gi,
  /(?<=\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s/:@"]{0,200}:)[^\s/@"]+(?=@)/gi,
];

function withoutTokens(text: string): string {
  return TOKENS.reduce((rest, form) => rest.replace(form, REDACTED), text);
}
