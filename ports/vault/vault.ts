// The vault itself: sealed secrets, a sealed list of their versions, and the world's signing key.
import { createHash, createPrivateKey, createPublicKey, createSecretKey, generateKeyPairSync, type KeyObject, randomBytes, randomUUID, sign } from "node:crypto";
import { PortError, type SecretService, type SignatureService } from "../port.js";
import { forgetLock, type LockKind, lockKind, makeLock, openLock, type Unlock } from "./key.js";
import { type Redact, redactor, SHORTEST_REDACTED } from "./redact.js";
import { seal, tampered, unseal } from "./seal.js";
import type { Sealed, VaultStorage } from "./storage.js";
import type { Seen, Witness } from "./witness.js";

/*
 * The lock opens `.key`, which holds the data key; the data key opens everything else. `.manifest` lists every
 * secret with its version, so an old row put back in the place of a new one shows, and so does a row that is
 * gone or was added. An old copy of the whole file shows to a witness outside it, which remembers how far the list had come.
 */

export interface Secret {
  readonly name: string;
  readonly version: number;
  /** Where it may be sent. None: nowhere, until it is put under a name with origins. */
  readonly origins: readonly string[];
}

/** The native side. Methods are synchronous; what they change is durable when they return. Every failure is a PortError. */
export interface Vault extends SecretService {
  /** Reads the key, and makes it and the signing key for an empty vault. Otherwise that happens at the first use. */
  unlock(): void;
  /**
   * From now on every change is remembered by the witness. Fails with `vault-rolled-back` if it has seen a later state
   * of this vault, or another one as late, unless that is accepted: then the witness forgets what it saw.
   */
  watch(witness: Witness, isAccepted?: boolean): void;
  status(): VaultStatus;
  /** Answers the secret's version. An `intent` seen before answers the same and changes nothing. */
  put(name: string, secret: string, origins: readonly string[], intent?: string): number;
  /** Puts the secret of a reference under another name. Origins may only narrow, unless it had none. */
  bind(name: string, reference: string, origins: readonly string[], intent?: string): number;
  /** Verifies every record. */
  secrets(): Secret[];
  delete(name: string, intent?: string): boolean;
  /** Seals all records again with a new data key; answers how many. */
  rotate(intent?: string): number;
  /** Locks the vault with a new key, of the same kind and place unless another is given, and seals all records again; answers how many. */
  relock(unlock?: Unlock): number;
  readonly signature: SignatureService;
  /** The text without this vault's secrets, in whatever common encoding they stand there, and without what looks like one. Works after `close` too. */
  redact(text: string): string;
  /** Secrets that are too short to be told from other text, and so are not redacted. */
  unredacted(): string[];
  close(): void;
}

export interface VaultStatus {
  readonly lock: LockKind;
  readonly secrets: number;
  /** Counts the changes of the vault. */
  readonly generation: number;
  readonly isWatched: boolean;
}

interface Manifest {
  /** Which vault this is, whatever its keys. */
  readonly id: string;
  /** The last version given out: none comes back. */
  readonly last: number;
  readonly versions: ReadonlyMap<string, number>;
  /** What came of the last intents, oldest first. */
  readonly receipts: readonly (readonly [intent: string, result: number | boolean])[];
}

/** What one act makes of the vault: written together, with the list last read. */
interface Change<Result> {
  readonly result: Result;
  readonly manifest: Manifest;
  readonly records?: readonly Sealed[];
  readonly removed?: readonly string[];
  /** The data key from now on; the same if absent. */
  readonly key?: KeyObject;
}

interface Body {
  readonly secret: string;
  readonly origins: readonly string[];
}

const RECEIPTS_KEPT = 256;
export const SECRET_CHARACTERS = 65_536;
/** A secret's name. Those that start with a dot are the vault's own, and no reference reaches them. */
export const SECRET_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/;
const SIGNATURE = ".signature";
const NEXT_SIGNATURE = ".signature-next";
const OWN_RECORDS: ReadonlySet<string> = new Set([".lock", ".key", ".manifest"]);

export function openVault(storage: VaultStorage, unlock: Unlock): Vault {
  let open: Opened | undefined;
  // What went wrong is often told when all is closed.
  let last: Redact | undefined;
  const opened = (): Opened => (open ??= new Opened(storage, unlock));
  return {
    unlock: () => void opened().signingKey(),
    watch: (witness, isAccepted = false) => opened().watch(witness, isAccepted),
    status: () => opened().status(),
    put: (name, secret, origins, intent) => opened().put(checkedName(name), () => ({ secret: checkedSecret(secret), origins: origins.map(checkedOrigin) }), intent),
    bind: (name, reference, origins, intent) => opened().bind(checkedName(name), reference, origins.map(checkedOrigin), intent),
    secrets: () => opened().secrets(),
    delete: (name, intent) => opened().delete(name, intent),
    rotate: (intent) => opened().rotate(intent),
    relock: (next) => opened().relock(next),
    resolve: (reference, origin) => opened().resolve(reference, origin),
    redact: (text) => (open === undefined && last !== undefined ? last(text) : opened().redact(text)),
    unredacted: () => opened().unredacted(),
    signature: {
      sign: (message) => new Uint8Array(sign(null, message, opened().signingKey())),
      get publicKey() {
        return rawPublicKey(opened().signingKey());
      },
      rotation: {
        next: () => rawPublicKey(opened().nextSigningKey()),
        vouch: (message) => new Uint8Array(sign(null, message, opened().nextSigningKey())),
        take: (publicKey) => opened().takeSigningKey(publicKey),
      },
    },
    close() {
      last = open?.lastRedact() ?? last;
      open = undefined;
      storage.close();
    },
  };
}

/** How a vault is locked by now. The key is a KeyObject, which prints as nothing. */
interface Lock {
  readonly text: string;
  readonly key: KeyObject;
  readonly unlock: Unlock;
}

/** A vault whose lock is open. */
class Opened {
  readonly #storage: VaultStorage;
  #lock: Lock;
  #dataKey: KeyObject;
  #signingKey: KeyObject | undefined;
  #witness: Witness | undefined;
  /** Made at the first use, and again after each change. */
  #redact: Redact | undefined;

  constructor(storage: VaultStorage, unlock: Unlock) {
    this.#storage = storage;
    const standing = storage.read(".lock");
    const isWhole = standing === undefined ? storage.names().length === 0 : standing.version === 1 && standing.nonce.length === 0;
    if (!isWhole) throw tampered(".lock");
    if (standing === undefined) {
      const { lock, key } = makeLock(unlock, true);
      this.#lock = { text: lock, key, unlock };
      this.#dataKey = this.#found();
    } else {
      const text = textOf(standing);
      this.#lock = { text, key: openLock(text, unlock), unlock };
      this.#dataKey = createSecretKey(unseal(this.#lock.key, ".key", storage.read(".key"), text));
    }
  }

  watch(witness: Witness, isAccepted: boolean): void {
    const { id } = this.#manifest();
    const [seen, now] = [witness.recall(id), stateOf(this.#storage)];
    const isBehind = seen !== undefined && (now.generation < seen.generation || (now.generation === seen.generation && now.digest !== seen.digest));
    if (isBehind && !isAccepted) {
      throw new PortError("vault-rolled-back", `the vault is at change ${now.generation}, but this home has seen change ${seen.generation} of it: an old copy was put back`, {
        hint: "Put the newest copy of vault.db and its key back. If this one is meant, with whatever secrets it holds: ouro vault accept",
      });
    }
    this.#witness = witness;
    witness.remember(id, now);
  }

  status(): VaultStatus {
    const secrets = this.secrets().length;
    return { lock: this.#lock.unlock.kind, secrets, generation: stateOf(this.#storage).generation, isWatched: this.#witness !== undefined };
  }

  put(name: string, body: () => Body, intent?: string): number {
    return this.#once(intent, (manifest) => {
      const version = manifest.last + 1;
      return {
        result: version,
        manifest: { ...manifest, last: version, versions: new Map(manifest.versions).set(name, version) },
        records: [seal(this.#dataKey, name, version, encoded(body()))],
      };
    });
  }

  bind(name: string, reference: string, origins: readonly string[], intent?: string): number {
    return this.put(name, () => {
      const source = this.#read(nameOf(reference));
      const wider = origins.filter((origin) => !source.origins.includes(origin));
      if (source.origins.length > 0 && wider.length > 0) throw originRefused(reference, wider.join(", "));
      return { secret: source.secret, origins };
    }, intent);
  }

  secrets(): Secret[] {
    const { versions } = this.#manifest();
    const unlisted = this.#storage.names().find((name) => !OWN_RECORDS.has(name) && !versions.has(name));
    if (unlisted !== undefined) throw tampered(unlisted);
    return [...versions]
      .map(([name, version]) => ({ name, version, origins: this.#read(name).origins }))
      .filter(({ name }) => !name.startsWith("."))
      .toSorted((left, right) => (left.name < right.name ? -1 : 1));
  }

  delete(name: string, intent?: string): boolean {
    return this.#once(intent, (manifest) => {
      const versions = new Map(manifest.versions);
      return { result: versions.delete(checkedName(name)), manifest: { ...manifest, versions }, removed: [name] };
    });
  }

  rotate(intent?: string): number {
    return this.#once(intent, (manifest) => this.#resealed(manifest, this.#lock));
  }

  relock(unlock: Unlock = this.#lock.unlock): number {
    const former = this.#lock;
    const { lock, key } = makeLock(unlock, false);
    const next = { text: lock, key, unlock };
    const count = this.#once(undefined, (manifest) => this.#resealed(manifest, next));
    this.#lock = next;
    forgetLock(former.text, former.unlock, key, unlock);
    return count;
  }

  /** All records under a new data key, which this lock opens: what was known of the former keys opens nothing any more. */
  #resealed(manifest: Manifest, lock: Lock): Change<number> {
    const key = createSecretKey(randomBytes(32));
    const records = [...manifest.versions].map(([name, version]) => seal(key, name, version, encoded(this.#read(name))));
    return { result: records.length, manifest, records: [lockRecord(lock), wrapped(key, lock), ...records], key };
  }

  resolve(reference: string, origin: string): string {
    const { secret, origins } = this.#read(nameOf(reference));
    if (!origins.includes(origin)) throw originRefused(reference, origin);
    return secret;
  }

  redact(text: string): string {
    return (this.#redact ??= redactor(this.#all()))(text);
  }

  /** What redacts when the vault is closed. Of a vault that cannot be read, no text is safe. */
  lastRedact(): Redact {
    try {
      return (this.#redact ??= redactor(this.#all()));
    } catch (error) {
      return () => `[redacted: the vault cannot be read: ${error instanceof PortError ? error.code : "unknown"}]`;
    }
  }

  unredacted(): string[] {
    return this.#all().filter(({ secret }) => secret.length < SHORTEST_REDACTED).map(({ name }) => name);
  }

  #all(): { readonly name: string; readonly secret: string }[] {
    return [...this.#manifest().versions.keys()].filter((name) => SECRET_NAME.test(name)).map((name) => ({ name, secret: this.#read(name).secret }));
  }

  signingKey(): KeyObject {
    return (this.#signingKey ??= this.#keyIn(SIGNATURE));
  }

  nextSigningKey(): KeyObject {
    this.signingKey();
    return this.#keyIn(NEXT_SIGNATURE);
  }

  takeSigningKey(publicKey: Uint8Array): void {
    if (Buffer.from(rawPublicKey(this.signingKey())).equals(publicKey)) return;
    if (!Buffer.from(rawPublicKey(this.nextSigningKey())).equals(publicKey))
      throw new PortError("vault-no-signing-key", "the vault does not hold the signing key that is to follow", { hint: "Restore the vault of this journal from a backup." });
    this.#once(undefined, (manifest) => {
      const version = manifest.last + 1;
      const versions = new Map(manifest.versions).set(SIGNATURE, version);
      versions.delete(NEXT_SIGNATURE);
      return {
        result: true, manifest: { ...manifest, last: version, versions },
        records: [seal(this.#dataKey, SIGNATURE, version, encoded(this.#read(NEXT_SIGNATURE)))], removed: [NEXT_SIGNATURE],
      };
    });
    this.#signingKey = undefined;
  }

  /** Runs `work` unless its intent has been seen, and writes what it changes together with the manifest. */
  #once<Result extends number | boolean>(intent: string | undefined, work: (manifest: Manifest) => Change<Result>): Result {
    const before = this.#manifest();
    const seen = before.receipts.find(([known]) => known === intent);
    if (seen !== undefined) return seen[1] as Result;
    const { result, manifest, records = [], removed = [], key = this.#dataKey } = work(before);
    const receipts = intent === undefined ? manifest.receipts : [...manifest.receipts, [intent, result] as const].slice(-RECEIPTS_KEPT);
    const generation = (this.#storage.read(".manifest")?.version ?? 0) + 1;
    const listed = { ...manifest, versions: [...manifest.versions], receipts };
    this.#storage.write([seal(key, ".manifest", generation, encoded(listed)), ...records], removed);
    this.#dataKey = key;
    this.#witness?.remember(manifest.id, stateOf(this.#storage));
    this.#redact = undefined;
    return result;
  }

  #manifest(): Manifest {
    const manifest = decoded<Manifest>(unseal(this.#dataKey, ".manifest", this.#storage.read(".manifest")));
    return { ...manifest, versions: new Map(manifest.versions) };
  }

  #read(name: string): Body {
    const version = this.#manifest().versions.get(name);
    if (version === undefined) throw new PortError("vault-no-secret", `the vault has no secret ${name}`, { hint: "Put it with: ouro vault put" });
    const record = this.#storage.read(name);
    if (record?.version !== version) throw tampered(name);
    return decoded<Body>(unseal(this.#dataKey, name, record));
  }

  /** An empty vault: its lock, its data key and an empty manifest appear together. */
  #found(): KeyObject {
    const key = createSecretKey(randomBytes(32));
    const manifest = seal(key, ".manifest", 1, encoded({ id: randomUUID(), last: 0, versions: [], receipts: [] }));
    this.#storage.write([lockRecord(this.#lock), wrapped(key, this.#lock), manifest], []);
    return key;
  }

  /** The Ed25519 key of one of the vault's own records, made if it has none. */
  #keyIn(name: string): KeyObject {
    if (!this.#manifest().versions.has(name)) {
      const { privateKey } = generateKeyPairSync("ed25519");
      this.put(name, () => ({ secret: privateKey.export({ format: "der", type: "pkcs8" }).toString("base64"), origins: [] }));
    }
    return createPrivateKey({ key: Buffer.from(this.#read(name).secret, "base64"), format: "der", type: "pkcs8" });
  }
}

/** How the vault of a storage is locked; undefined if it is empty. Errors: `vault-tampered`. */
export function lockOf(storage: VaultStorage): LockKind | undefined {
  const standing = storage.read(".lock");
  return standing === undefined ? undefined : lockKind(textOf(standing));
}

/** How far a vault has come: the version of its list, and which list that is. */
export function stateOf(storage: VaultStorage): Seen {
  const record = storage.read(".manifest");
  const digest = createHash("sha256").update(record?.nonce ?? "").update(record?.cipher ?? "").digest("hex");
  return { generation: record?.version ?? 0, digest };
}

function textOf(lock: Sealed): string {
  return Buffer.from(lock.cipher).toString("utf8");
}

function lockRecord({ text }: Lock): Sealed {
  return { name: ".lock", version: 1, nonce: new Uint8Array(), cipher: Buffer.from(text) };
}

function wrapped(dataKey: KeyObject, { key, text }: Lock): Sealed {
  return seal(key, ".key", 1, dataKey.export(), text);
}

/** A web origin in its normal form, or a place of our own such as baseband:slack. */
export function isOrigin(text: string): boolean {
  if (!/^[a-z]+:\/\//.test(text)) return /^[a-z][a-z-]*:[A-Za-z0-9._-]+$/.test(text);
  const url = URL.canParse(text) ? new URL(text) : undefined;
  return url !== undefined && url.host !== "" && `${url.protocol}//${url.host}` === text;
}

// What these refuse may be a secret given in the wrong place, so no message shows it.

function nameOf(reference: string): string {
  const name = reference.replace(/^secret:/, "");
  if (name === reference || !SECRET_NAME.test(name)) {
    throw new PortError("vault-not-a-reference", "a secret is named by the text secret:NAME", { hint: "Put the secret in the vault and name it." });
  }
  return name;
}

function checkedName(name: string): string {
  if (!SECRET_NAME.test(name)) throw new PortError("vault-invalid-name", "a secret's name has up to 100 letters, digits, dots, hyphens and underscores", { hint: "Choose another name, such as openai or telegram.bot." });
  return name;
}

function checkedSecret(secret: string): string {
  if (secret === "" || secret.length > SECRET_CHARACTERS) throw new PortError("vault-invalid-secret", `a secret has 1 to ${SECRET_CHARACTERS} characters`);
  return secret;
}

function checkedOrigin(origin: string): string {
  if (!isOrigin(origin)) throw new PortError("vault-invalid-origin", "an origin is like https://api.example.org, or baseband:slack");
  return origin;
}

function originRefused(reference: string, origin: string): PortError {
  return new PortError("vault-origin-refused", `${reference} may not be sent to ${origin}`, { hint: "Put the secret again with this origin, if it belongs there." });
}

function rawPublicKey(key: KeyObject): Uint8Array {
  return new Uint8Array(Buffer.from(createPublicKey(key).export({ format: "jwk" }).x ?? "", "base64url"));
}

function encoded(body: unknown): Buffer {
  return Buffer.from(JSON.stringify(body));
}

function decoded<Body>(plain: Buffer): Body {
  return JSON.parse(plain.toString("utf8")) as Body;
}
