// The vault itself: sealed secrets, a sealed list of their versions, and the world's signing key.
import { createPrivateKey, createPublicKey, createSecretKey, generateKeyPairSync, type KeyObject, randomBytes, sign } from "node:crypto";
import { PortError, type SecretService, type SignatureService } from "../port.js";
import { makeLock, openLock, type Unlock } from "./key.js";
import { seal, tampered, unseal } from "./seal.js";
import type { Sealed, VaultStorage } from "./storage.js";

/*
 * The lock opens `.key`, which holds the data key; the data key opens everything else. `.manifest` lists every
 * secret with its version, so an old row put back in the place of a new one shows, and so does a row that is
 * gone or was added. An old copy of the whole file does not: that needs a witness outside it.
 */

export interface Secret {
  readonly name: string;
  readonly version: number;
  /** Where it may be sent. None: nowhere, until it is put under a name with origins. */
  readonly origins: readonly string[];
}

/** The native side. Methods are synchronous; what they change is durable when they return. Every failure is a PortError. */
export interface Vault extends SecretService {
  /** Reads the key, and makes it for an empty vault. Otherwise that happens at the first use. */
  unlock(): void;
  /** Answers the secret's version. An `intent` seen before answers the same and changes nothing. */
  put(name: string, secret: string, origins: readonly string[], intent?: string): number;
  /** Puts the secret of a reference under another name. Origins may only narrow, unless it had none. */
  bind(name: string, reference: string, origins: readonly string[], intent?: string): number;
  /** Verifies every record. */
  secrets(): Secret[];
  delete(name: string, intent?: string): boolean;
  /** Seals all records again with a new data key; answers how many. */
  rotate(intent?: string): number;
  readonly signature: SignatureService;
  close(): void;
}

interface Manifest {
  /** The last version given out: none comes back. */
  readonly last: number;
  readonly versions: ReadonlyMap<string, number>;
  /** What came of the last intents, oldest first. */
  readonly receipts: readonly (readonly [intent: string, result: number | boolean])[];
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
  const opened = (): Opened => (open ??= new Opened(storage, unlock));
  return {
    unlock: () => void opened(),
    put: (name, secret, origins, intent) => opened().put(checkedName(name), () => ({ secret: checkedSecret(secret), origins: origins.map(checkedOrigin) }), intent),
    bind: (name, reference, origins, intent) => opened().bind(checkedName(name), reference, origins.map(checkedOrigin), intent),
    secrets: () => opened().secrets(),
    delete: (name, intent) => opened().delete(name, intent),
    rotate: (intent) => opened().rotate(intent),
    resolve: (reference, origin) => opened().resolve(reference, origin),
    signature: {
      sign: (message) => new Uint8Array(sign(null, message, opened().signingKey())),
      get publicKey() {
        return rawPublicKey(opened().signingKey());
      },
      rotation: {
        next: () => opened().nextSigningKey(),
        take: (publicKey) => opened().takeSigningKey(publicKey),
      },
    },
    close() {
      open = undefined;
      storage.close();
    },
  };
}

/** A vault whose lock is open. Keys are KeyObjects, which print as nothing. */
class Opened {
  readonly #storage: VaultStorage;
  readonly #lockKey: KeyObject;
  readonly #lock: string;
  #dataKey: KeyObject;
  #signingKey: KeyObject | undefined;

  constructor(storage: VaultStorage, unlock: Unlock) {
    this.#storage = storage;
    const standing = storage.read(".lock");
    const isWhole = standing === undefined ? storage.names().length === 0 : standing.version === 1 && standing.nonce.length === 0;
    if (!isWhole) throw tampered(".lock");
    const made = standing === undefined ? makeLock(unlock) : undefined;
    this.#lock = made?.lock ?? Buffer.from(standing?.cipher ?? []).toString("utf8");
    this.#lockKey = made?.key ?? openLock(this.#lock, unlock);
    this.#dataKey = made === undefined ? createSecretKey(unseal(this.#lockKey, ".key", storage.read(".key"), this.#lock)) : this.#found();
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
    return this.#once(intent, (manifest) => {
      const key = createSecretKey(randomBytes(32));
      const resealed = [...manifest.versions].map(([name, version]) => seal(key, name, version, encoded(this.#read(name))));
      return { result: resealed.length, manifest, records: [this.#wrapped(key), ...resealed], key };
    });
  }

  resolve(reference: string, origin: string): string {
    const { secret, origins } = this.#read(nameOf(reference));
    if (!origins.includes(origin)) throw originRefused(reference, origin);
    return secret;
  }

  signingKey(): KeyObject {
    return (this.#signingKey ??= this.#keyIn(SIGNATURE));
  }

  nextSigningKey(): Uint8Array {
    this.signingKey();
    return rawPublicKey(this.#keyIn(NEXT_SIGNATURE));
  }

  takeSigningKey(publicKey: Uint8Array): void {
    if (Buffer.from(rawPublicKey(this.signingKey())).equals(publicKey)) return;
    if (!Buffer.from(this.nextSigningKey()).equals(publicKey))
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
  #once<Result extends number | boolean>(intent: string | undefined, work: (manifest: Manifest) => {
    result: Result; manifest: Manifest; records?: readonly Sealed[]; removed?: readonly string[]; key?: KeyObject;
  }): Result {
    const before = this.#manifest();
    const seen = before.receipts.find(([known]) => known === intent);
    if (seen !== undefined) return seen[1] as Result;
    const { result, manifest, records = [], removed = [], key = this.#dataKey } = work(before);
    const receipts = intent === undefined ? manifest.receipts : [...manifest.receipts, [intent, result] as const].slice(-RECEIPTS_KEPT);
    const generation = (this.#storage.read(".manifest")?.version ?? 0) + 1;
    const listed = { ...manifest, versions: [...manifest.versions], receipts };
    this.#storage.write([seal(key, ".manifest", generation, encoded(listed)), ...records], removed);
    this.#dataKey = key;
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
    const lock: Sealed = { name: ".lock", version: 1, nonce: new Uint8Array(), cipher: Buffer.from(this.#lock) };
    const manifest = seal(key, ".manifest", 1, encoded({ last: 0, versions: [], receipts: [] }));
    this.#storage.write([lock, this.#wrapped(key), manifest], []);
    return key;
  }

  #wrapped(key: KeyObject): Sealed {
    return seal(this.#lockKey, ".key", 1, key.export(), this.#lock);
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
  if (!SECRET_NAME.test(name)) throw new PortError("vault-invalid-name", "a secret's name has up to 100 letters, digits, dots, hyphens and underscores");
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
