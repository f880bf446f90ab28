// The vault of a home: opened with the key it is locked with, watched by the world, and what a person may do with it.
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { World } from "../epigenome/index.js";
import { forgetKeyFile, lockOf, openVault, type Redact, redactor, sqliteVault, systemKeyring, type Unlock, type Vault, type VaultStorage } from "../ports/vault/index.js";
import type { VaultLock, VaultView } from "./frontend.js";
import { expected } from "./host-error.js";
import type { PassphraseSource } from "./host-passphrase.js";

/** How often a person may mistype. */
const ATTEMPTS = 3;

/** Its owner, who holds the home's lock, also forgets a key file that locks nothing. Errors: those of the vault, and `no-passphrase`. */
export async function openHomeVault(home: string, passphrase: PassphraseSource, { isOwner = false } = {}): Promise<Vault> {
  const storage = sqliteVault(join(home, "vault.db"));
  const kind = lockOf(storage) ?? "file";
  const vault = kind === "passphrase" ? await byPassphrase(storage, passphrase) : openVault(storage, placeOf(home, kind));
  vault.unlock();
  if (isOwner && kind !== "file") forgetKeyFile(keyFileOf(home));
  return vault;
}

/** What all that is printed of a home goes through that this process has not opened: it takes the vault's secrets out. Errors: those of opening the vault. */
export async function redactionOf(home: string, passphrase: PassphraseSource): Promise<Redact> {
  if (!existsSync(join(home, "vault.db"))) return redactor([]);
  const vault = await openHomeVault(home, passphrase);
  vault.redact("");
  vault.close();
  return (text) => vault.redact(text);
}

async function byPassphrase(storage: VaultStorage, source: PassphraseSource, attempt = 1): Promise<Vault> {
  const vault = openVault(storage, { kind: "passphrase", passphrase: await source.read() });
  try {
    vault.unlock();
    return vault;
  } catch (error) {
    if (expected(error)?.code !== "vault-wrong-key" || !source.isTerminal || attempt === ATTEMPTS) throw error;
    return byPassphrase(storage, source, attempt + 1);
  }
}

function placeOf(home: string, kind: "file" | "keyring"): Unlock {
  return kind === "file" ? { kind, path: keyFileOf(home) } : { kind, keyring: systemKeyring() };
}

function keyFileOf(home: string): string {
  return join(home, "vault.key");
}

/** What a person does with the vault is journaled by names alone. */
export function vaultView(home: string, vault: Vault, world: World): VaultView {
  const noted = <Result>(act: string, name: string, result: Result): Result => {
    world.note(`{:vault :${act} :name ${JSON.stringify(name)}}`);
    return result;
  };
  return {
    put: async (name, secret, origins) => void noted("put", name, vault.put(name, secret, origins)),
    names: async () => vault.secrets().map(({ name, origins }) => `${name} (${origins.join(", ")})`),
    delete: async (name) => vault.delete(name) && noted("delete", name, true),
    status: async () => vault.status(),
    accept: async () => noted("accept", "", vault.status()),
    relock: async (lock) => noted("relock", lock?.kind ?? vault.status().lock, vault.relock(unlockFor(home, lock))),
    rotateSigningKey: async () => world.rotateKey(),
  };
}

function unlockFor(home: string, lock: VaultLock | undefined): Unlock | undefined {
  return lock === undefined || lock.kind === "passphrase" ? lock : placeOf(home, lock.kind);
}
