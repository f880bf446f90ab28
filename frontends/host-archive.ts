// A home that need not open: its journal shown, verified, replayed and printed; forked, and taken to another machine.
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { continueHome, type Enclosed, exportHome, forkHome, importHome, readHome, redacted, redactedText, scratchTables, systemClock, verifyHome } from "../epigenome/index.js";
import { startTrialService } from "../epigenome/trial.js";
import { gitLineage } from "../ports/lineage/index.js";
import { emptyWorld } from "../ports/matrix/index.js";
import type { Port } from "../ports/port.js";
import { memoryChildren } from "../ports/swarm/index.js";
import { copyVault, lockOf, memoryVault, openVault, sqliteVault, stateOf, type Vault, type VaultStorage } from "../ports/vault/index.js";
import type { Archive } from "./frontend.js";
import { builtAside } from "./host-aside.js";
import { LISTS } from "./host-conversation.js";
import { HostError } from "./host-error.js";
import { ownPackage } from "./host-home.js";
import { ownPassphrase, type PassphraseSource } from "./host-passphrase.js";
import { makePorts } from "./host-ports.js";
import { CHANNELS_FILE } from "./host-settings.js";
import { openHomeVault, redactionOf } from "./host-vault.js";

/** What of a home lies in files beside its databases. */
const FOLDERS = ["objects", "snapshots", "genome", "files"];
/** How often an export begins again because the vault changed meanwhile. */
const BEGINNINGS = 3;

/** Nothing is read before it is asked for. */
export function openArchive(home: string, passphrase: PassphraseSource = ownPassphrase()): Archive {
  const vaultOf = (folder: string): Promise<Vault> => openHomeVault(folder, passphrase);
  return {
    // Where there is no journal there is no key to ask for.
    verify: async () => verifyHome(home, existsSync(join(home, "world.db")) ? (await vaultOf(home)).signature.publicKey : new Uint8Array(), [LISTS]),
    async *text(form) {
      const view = readHome(home);
      try {
        const redact = await redactionOf(home, passphrase);
        if (form === "json") for (const record of view.records()) yield JSON.stringify(redacted(record, redact));
        else for (const line of view.lines()) yield redactedText(line, redact);
      } finally {
        view.close();
      }
    },
    async replay() {
      const view = readHome(home);
      try {
        return view.replay(schemaPorts(home));
      } finally {
        view.close();
      }
    },
    fork: async (sequence, target) => (mustBeThere(home), fork(home, sequence, target, vaultOf)),
    export: async (file, locked) => (mustBeThere(home), exportTo(home, file, locked, vaultOf)),
    import: (file) => importFrom(file, home, vaultOf),
  };
}

/** Errors: `no-world`. */
function mustBeThere(home: string): void {
  readHome(home).close();
}

/** The ports of a home for their schemas alone, over tables in memory: none of them is asked for anything. */
function schemaPorts(home: string): readonly Port[] {
  const refuse = (): never => {
    throw new HostError("home-unusable", "a home that is not open carries out nothing");
  };
  const children = memoryChildren({ work: async () => refuse(), authority: () => [] });
  const foundations = {
    home, vault: openVault(memoryVault(), { kind: "passphrase", passphrase: "" }), lineage: gitLineage(join(home, "genome")),
    trials: startTrialService({ command: process.execPath, args: [ownPackage().script, "trial"] }),
  };
  return makePorts(foundations, { tables: scratchTables(), children, introspection: emptyWorld() }, refuse).list;
}

type VaultOf = (home: string) => Promise<Vault>;

async function fork(
  home: string, sequence: number, target: string, vaultOf: VaultOf,
): Promise<{ readonly sequence: number; readonly genome: string; readonly hash: string }> {
  const view = readHome(home);
  try {
    const source = { home, publicKey: (await vaultOf(home)).signature.publicKey, ports: schemaPorts(home), files: view.files };
    return await builtAside(target, (aside) => signing(aside, vaultOf, async (signature) => {
      const { genome, report } = forkHome(source, sequence, { home: aside, signature, clock: systemClock() });
      if (genome !== "" && existsSync(join(home, "genome", ".git"))) await copyGenome(home, aside, genome);
      return { sequence, genome, hash: report.hash };
    }));
  } finally {
    view.close();
  }
}

/** Runs `work` with the key of a home's vault, which is closed before the home is moved. */
async function signing<Result>(home: string, vaultOf: VaultOf, work: (signature: Vault["signature"]) => Promise<Result>): Promise<Result> {
  const vault = await vaultOf(home);
  try {
    return await work(vault.signature);
  } finally {
    vault.close();
  }
}

async function copyGenome(home: string, target: string, commit: string): Promise<void> {
  const left = new Set(["index", "ouro"]);
  const git = join(home, "genome", ".git");
  cpSync(git, join(target, "genome", ".git"), { recursive: true, filter: (path) => !(left.has(path.slice(git.length + 1)) || path.endsWith(".lock")) });
  await gitLineage(join(target, "genome")).beginAt(commit, Date.now());
}

/** The vault is copied before the database: where it changes meanwhile, they would not fit in what the database knows of it, nor in the key that signs. */
async function exportTo(home: string, file: string, passphrase: string | undefined, vaultOf: VaultOf): Promise<{ readonly files: number }> {
  for (let beginning = 1; beginning <= BEGINNINGS; beginning++) {
    const before = vaultState(home);
    const enclosed = await enclosedOf(home, passphrase, vaultOf);
    const exported = exportHome(home, file, FOLDERS, enclosed);
    if (vaultState(home) === before) return exported;
    rmSync(file);
  }
  throw new HostError("vault-changing", `the vault of ${home} changes faster than the home is copied`);
}

function vaultState(home: string): string {
  return fromVault(home, (storage) => stateOf(storage).digest);
}

function fromVault<Result>(home: string, read: (storage: VaultStorage) => Result): Result {
  const storage = sqliteVault(join(home, "vault.db"));
  try {
    return read(storage);
  } finally {
    storage.close();
  }
}

async function enclosedOf(home: string, passphrase: string | undefined, vaultOf: VaultOf): Promise<Enclosed> {
  const publicKey = Buffer.from((await vaultOf(home)).signature.publicKey).toString("hex");
  const channels = join(home, CHANNELS_FILE);
  return new Map<string, Uint8Array | { readonly path: string }>([
    ["journal.key", Buffer.from(`${publicKey}\n`)],
    ...(existsSync(channels) ? [[CHANNELS_FILE, { path: channels }] as const] : []),
    ...(passphrase === undefined ? [] : [["vault.db", await relocked(home, passphrase, vaultOf)] as const]),
  ]);
}

/** A copy of the vault that a passphrase opens, wherever it goes. The vault itself is left as it is. */
async function relocked(home: string, passphrase: string, vaultOf: VaultOf): Promise<Uint8Array> {
  const folder = mkdtempSync(join(tmpdir(), "ouro-vault-"));
  try {
    copyVault(join(home, "vault.db"), join(folder, "vault.db"));
    if (fromVault(folder, lockOf) === "keyring") throw new HostError("vault-stays", "the vault is locked by this machine's keyring, and a copy of it is not made");
    if (existsSync(join(home, "vault.key"))) cpSync(join(home, "vault.key"), join(folder, "vault.key"));
    const vault = await vaultOf(folder);
    vault.relock({ kind: "passphrase", passphrase });
    vault.close();
    return readFileSync(join(folder, "vault.db"));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function importFrom(
  file: string, home: string, vaultOf: VaultOf,
): Promise<{ readonly publicKey: string; readonly hasVault: boolean; readonly entries: number }> {
  return builtAside(home, async (aside) => {
    const { publicKey, hasVault } = importHome(file, aside);
    const { ok, entries, problem } = verifyHome(aside, Buffer.from(publicKey, "hex"), [LISTS]);
    if (!ok) throw new HostError("import-damaged", `the journal in ${basename(file)} does not verify: ${problem}`);
    if (!hasVault) await signing(aside, vaultOf, async (signature) => continueHome(publicKey, { home: aside, signature, clock: systemClock() }));
    return { publicKey, hasVault, entries };
  });
}
