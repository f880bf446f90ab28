// The vault port: secrets that Lisp can name and never read.
import { z } from "zod";
import { operation, type Port } from "../port.js";
import { isOrigin, SECRET_NAME, type Vault } from "./vault.js";

export { forgetKeyFile, LOCK_KINDS, type LockKind, type Unlock } from "./key.js";
export { type Keyring, systemKeyring } from "./keyring.js";
export { memoryVault } from "./memory.js";
export { copyVault, sqliteVault } from "./sqlite.js";
export { type Redact, redactor } from "./redact.js";
export type { Sealed, VaultStorage } from "./storage.js";
export { lockOf, openVault, type Secret, stateOf, type Vault, type VaultStatus } from "./vault.js";
export { tableWitness, type Witness } from "./witness.js";

/** Natively the host uses the vault itself; what Lisp gets holds no operation that answers a secret. */
export function vaultPort(vault: Vault): Port {
  return {
    name: "vault",
    doc: "Secrets that can be named as secret:NAME and never be read back.",
    operations: [put(vault), names(vault), remove(vault), rotate(vault)],
    close: () => vault.close(),
  };
}

const name = z.string().regex(SECRET_NAME, "A name has letters, digits, dots, hyphens and underscores");
// A secret's own text would enter the journal with the request, so only a reference is taken.
const reference = z.string().regex(/^secret:[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/, "A secret is named by the text secret:NAME");
const origin = z.string().max(300).refine(isOrigin, "An origin is like https://api.example.org, or baseband:slack");

const put = (vault: Vault) => operation({
  name: "put!",
  doc: "Puts the secret of a reference under a name, to be sent to these origins only. Origins may only narrow, unless it had none yet.",
  parameters: z.object({ name, secret: reference, origins: z.array(origin).max(20) }),
  result: z.object({ version: z.int() }),
  outcome: "idempotent",
  accepts: [],
  run: (request, context) => ({ version: vault.bind(request.name, request.secret, request.origins, context.idempotencyKey) }),
});

const names = (vault: Vault) => operation({
  name: "names",
  doc: "Names, versions and origins of all secrets. Verifies every record of the vault.",
  parameters: z.object({}),
  result: z.object({ secrets: z.array(z.object({ name: z.string(), version: z.int(), origins: z.array(z.string()) })) }),
  outcome: "pure",
  run: () => ({ secrets: vault.secrets().map((secret) => ({ ...secret, origins: [...secret.origins] })) }),
});

const remove = (vault: Vault) => operation({
  name: "delete!",
  doc: "Deletes a secret, and answers whether there was one.",
  parameters: z.object({ name }),
  result: z.object({ deleted: z.boolean() }),
  outcome: "idempotent",
  accepts: [],
  run: (request, context) => ({ deleted: vault.delete(request.name, context.idempotencyKey) }),
});

const rotate = (vault: Vault) => operation({
  name: "rotate!",
  doc: "Seals all records again with a new data key, and answers how many secrets there are.",
  parameters: z.object({}),
  result: z.object({ secrets: z.int() }),
  outcome: "idempotent",
  accepts: [],
  run: (_request, context) => ({ secrets: vault.rotate(context.idempotencyKey) }),
});
