// The store port: records by key, found by prefix or by text, and blobs by their hash.
import { createHash } from "node:crypto";
import { z } from "zod";
import { bytes, datum, kindsOf, type Labels, labelled, operation, type Port, PortError, withLabels } from "../port.js";
import type { Entry, StoreStorage } from "./storage.js";

export { memoryStore } from "./memory.js";
export { sqliteStore } from "./sqlite.js";
export type { StoreStorage } from "./storage.js";

export const KEY_BYTES = 1_024;
export const VALUE_CHARACTERS = 1 << 20;
export const BLOB_BYTES = 64 << 20;
const PAGE_CHARACTERS = 4 << 20;
const QUERY_WORDS = 64;

export function storePort(storage: StoreStorage): Port {
  return {
    name: "store",
    doc: "Records by key, found by prefix or by text, and blobs by their hash.",
    operations: [get(storage), put(storage), remove(storage), list(storage), compareAndSet(storage), search(storage), blobPut(storage), blobGet(storage)],
    derived: storage.derived && {
      tables: storage.derived.tables, operations: ["put!", "delete!", "compare-and-set!", "blob-put!"],
      over: (tables) => storePort(storage.derived?.over(tables) ?? storage),
    },
    close: () => storage.close(),
  };
}

const wellFormed = (text: string): boolean => !/[\p{Surrogate}\0]/u.test(text);
const key = z.string().min(1)
  .refine((text) => Buffer.byteLength(text) <= KEY_BYTES, `A key has at most ${KEY_BYTES} bytes in UTF-8`)
  .refine(wellFormed, "A key has neither NUL nor half of a surrogate pair");
const prefix = z.string().max(KEY_BYTES).refine(wellFormed, "A prefix has neither NUL nor half of a surrogate pair").default("");
const value = datum.max(VALUE_CHARACTERS).meta({ lisp: "datum" });
const text = z.string().max(VALUE_CHARACTERS).refine(wellFormed, "Text has neither NUL nor half of a surrogate pair").optional();
const version = z.int().min(0);
const PAGE_ENTRIES = 100;
const limit = z.int().min(1).max(1_000).default(PAGE_ENTRIES);
const trusted = z.boolean().optional();
const hash = z.string().regex(/^[0-9a-f]{64}$/, "A hash is 64 hexadecimal digits");

const get = (storage: StoreStorage) => operation({
  name: "get",
  doc: "The record of a key: its value and version. Version 0, without a value, if there is none; trusted, also if it has labels.",
  parameters: z.object({ key, trusted }),
  result: z.object({ value: labelled(datum).optional(), version: labelled(version) }),
  outcome: "pure",
  // As `labelsOfPlace` says of them.
  reads: (request, { version: there }) => (request.trusted === true || typeof there === "number" && there > 0 ? [] : storage.kindsAt(request.key)),
  run: (request) => {
    const kept = storage.read(request.key);
    const found = request.trusted === true && kept?.labels !== undefined ? undefined : kept;
    return found === undefined ? { version: 0 } : { value: withLabels(found.value, found.labels), version: withLabels(found.version, found.labels) };
  },
});

const put = (storage: StoreStorage) => operation({
  name: "put!",
  doc: "Keeps a value under a key, replacing what was there, and answers its version. With text, `search` finds it.",
  parameters: z.object({ key, value, text }),
  result: z.object({ version: labelled(version) }),
  outcome: "idempotent",
  accepts: { any: "the record keeps the labels, and comes back with them" },
  keepsLabels: true,
  places: ["key"],
  cost: (request) => ({ calls: 1, bytes: request.value.length + (request.text?.length ?? 0) }),
  run: (request, context) => storage.receipts.once(context.idempotencyKey, () => {
    const before = storage.read(request.key)?.labels;
    storage.mark(request.key, context.flow ?? []);
    return { version: withLabels(storage.write(request.key, request.value, request.text, context.labels), before) };
  }),
});

const remove = (storage: StoreStorage) => operation({
  name: "delete!",
  doc: "Deletes the record of a key, and answers whether there was one.",
  parameters: z.object({ key }),
  result: z.object({ deleted: labelled(z.boolean()) }),
  outcome: "idempotent",
  // What is deleted is gone, so text from outside may not ask for it by itself.
  accepts: ["model"],
  places: ["key"],
  run: (request, context) => storage.receipts.once(context.idempotencyKey, () => {
    const labels = labelsOfPlace(storage, request.key, storage.read(request.key));
    storage.mark(request.key, context.flow ?? []);
    return { deleted: withLabels(storage.remove(request.key), labels) };
  }),
});

const list = (storage: StoreStorage) => operation({
  name: "list",
  doc: "Keys and versions in order, with their values if asked. `next` is there if more follow: give it as `after`. Trusted: only those without labels.",
  parameters: z.object({ prefix, after: prefix, limit, values: z.boolean().default(false), trusted }),
  result: z.object({
    entries: z.array(labelled(z.object({ key: z.string(), version, value: datum.optional() }))),
    next: labelled(z.string()).optional(),
  }),
  outcome: "pure",
  reads: (request, { entries, next }) => {
    // Where a page ends early, the sizes of its values say so.
    const isCut = next !== undefined && entries.length < (request.limit ?? PAGE_ENTRIES);
    return request.trusted === true ? [] : kindsOf([...storage.kindsBelow(request.prefix ?? ""), ...(isCut ? [...entries, next].flatMap(labelsOf) : [])]);
  },
  run: (request) => {
    const found = storage.list({ ...request, isTrusted: request.trusted, limit: request.limit + 1 });
    const page = request.values ? withinSize(found.slice(0, request.limit)) : found.slice(0, request.limit);
    const entries = page.map(({ labels, value, ...entry }) => withLabels(request.values ? { ...entry, value } : entry, labels));
    const last = page.at(-1);
    return found.length > page.length && last !== undefined ? { entries, next: withLabels(last.key, last.labels) } : { entries };
  },
});

const compareAndSet = (storage: StoreStorage) => operation({
  name: "compare-and-set!",
  doc: "Keeps a value only if the key's version is still the expected one, 0 for none. Answers whether it did, and the version that stands.",
  parameters: z.object({ key, "expected-version": version, value, text }),
  result: labelled(z.object({ set: z.boolean(), version })),
  outcome: "idempotent",
  accepts: { any: "the record keeps the labels, and comes back with them" },
  keepsLabels: true,
  places: ["key", "expected-version"],
  cost: (request) => ({ calls: 1, bytes: request.value.length + (request.text?.length ?? 0) }),
  run: (request, context) => storage.receipts.once(context.idempotencyKey, () => {
    const kept = storage.read(request.key);
    const { version: standing = 0 } = kept ?? {};
    const labels = labelsOfPlace(storage, request.key, kept);
    storage.mark(request.key, context.flow ?? []);
    if (standing !== request["expected-version"]) return withLabels({ set: false, version: standing }, labels);
    return withLabels({ set: true, version: storage.write(request.key, request.value, request.text, context.labels) }, labels);
  }),
});

const search = (storage: StoreStorage) => operation({
  name: "search",
  doc: "Records whose text holds words of the query or other forms of them, the best match first. Only keys with the prefix; trusted: only those without labels.",
  parameters: z.object({ query: z.string().max(10_000), prefix, limit, trusted }),
  result: z.object({ matches: z.array(labelled(z.object({ key: z.string(), score: z.number(), excerpt: z.string() }))) }),
  outcome: "pure",
  // What does not match is told by its absence, and every text has a part in the ranks of all.
  reads: (request) => (request.trusted === true ? [] : kindsOf([...storage.textKinds(), ...storage.kindsBelow(request.prefix ?? "")])),
  run: (request) => {
    const words = [...new Set(request.query.toLowerCase().match(/[\p{L}\p{N}\p{M}]+/gu) ?? [])].slice(0, QUERY_WORDS);
    const matches = words.length === 0 ? [] : storage.search(words, { ...request, isTrusted: request.trusted, after: "" });
    return { matches: matches.map(({ labels, ...match }) => withLabels(match, labels)) };
  },
});

const blobPut = (storage: StoreStorage) => operation({
  name: "blob-put!",
  doc: "Keeps bytes and answers the SHA-256 by which they are read back.",
  parameters: z.object({ bytes: bytes.refine((blob) => blob.length <= BLOB_BYTES, `A blob has at most ${BLOB_BYTES} bytes`) }),
  result: z.object({ hash, size: z.int() }),
  outcome: "idempotent",
  accepts: { any: "the bytes keep the labels, and come back with them" },
  cost: (request) => ({ calls: 1, bytes: request.bytes.length }),
  run: (request, { labels }) => {
    const name = sha256(request.bytes);
    storage.saveBlob(name, request.bytes, labels);
    return { hash: name, size: request.bytes.length };
  },
});

const blobGet = (storage: StoreStorage) => operation({
  name: "blob-get",
  doc: "The bytes of a hash, or the text in UTF-8 that they are; with a limit only what of it is within so many bytes from the beginning. Refused if there are none, or if they no longer have this hash.",
  parameters: z.object({ hash, as: z.enum(["text", "bytes"]).default("bytes"), "limit-bytes": z.int().min(1).max(BLOB_BYTES).default(BLOB_BYTES) }),
  result: z.object({ bytes: labelled(bytes).optional(), text: labelled(z.string()).optional(), size: z.int() }),
  outcome: "pure",
  run: (request) => {
    const found = storage.loadBlob(request.hash);
    if (found === undefined) throw new PortError("store-no-blob", `there is no blob ${request.hash}`);
    if (sha256(found) !== request.hash) {
      throw new PortError("store-blob-damaged", `the blob ${request.hash} is damaged`, { hint: "Delete its file and save the bytes again." });
    }
    const [beginning, labels] = [found.slice(0, request["limit-bytes"]), storage.blobLabels(request.hash)];
    const isWhole = beginning.length === found.length;
    return { size: found.length, ...(request.as === "bytes" ? { bytes: withLabels(beginning, labels) } : { text: withLabels(textOf(beginning, isWhole, request.hash), labels) }) };
  },
});

/** What is cut may end within a character, which is left out. */
function textOf(blob: Uint8Array, isWhole: boolean, name: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(blob, { stream: !isWhole });
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new PortError("store-not-text", `the blob ${name} is not text in UTF-8`, { hint: "Ask for it :as \"bytes\"." });
  }
}

function sha256(blob: Uint8Array): string {
  return createHash("sha256").update(blob).digest("hex");
}

// That a trusted record is there tells of nobody who is not; any other, and none, may be so because of what was read.
function labelsOfPlace(storage: StoreStorage, key: string, kept: Entry | undefined): Labels {
  return kept !== undefined && kept.labels === undefined ? [] : [...new Set([...kept?.labels ?? [], ...storage.kindsAt(key)])].sort();
}

function labelsOf(part: unknown): Labels {
  return typeof part === "object" && part !== null && "labels" in part ? (part as { labels: Labels }).labels : [];
}

/** As many entries as one answer may carry, and at least one. */
function withinSize(entries: readonly Entry[]): Entry[] {
  let characters = 0;
  return entries.filter((entry, index) => (characters += entry.value.length) <= PAGE_CHARACTERS || index === 0);
}
