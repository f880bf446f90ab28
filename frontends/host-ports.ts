// The nine ports of one home, each with its production storage, and the services that they need of each other.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { World, WorldServices } from "../epigenome/index.js";
import type { ConfinedTrials } from "../epigenome/trial.js";
import { type Baseband, basebandPort, openBaseband, sqliteBaseband } from "../ports/baseband/index.js";
import { type Evolution, evolutionPort, type EvolutionStorage, sqliteEvolution } from "../ports/evolution/index.js";
import type { Lineage } from "../ports/lineage/index.js";
import { matrixPort, sqliteMatrix } from "../ports/matrix/index.js";
import { type ApprovalService, operationSchemas, type OperationSchemas, type Port } from "../ports/port.js";
import { type Blobs, embeddedProvider, routerPort } from "../ports/router/index.js";
import { sqliteStore, storePort, type StoreStorage } from "../ports/store/index.js";
import { swarmPort } from "../ports/swarm/index.js";
import { folderFiles, toolRuntimePort, undiciWeb } from "../ports/tool-runtime/index.js";
import { type Vault, vaultPort } from "../ports/vault/index.js";
import { LISTS } from "./host-conversation.js";
import { genomeProviders } from "./host-models.js";

/** The cell whose turns evolve the genome. They are long, so they count in no comparison of live turns. */
export const EVOLUTION_CELL = "evolution";
/** The cell in which the genome's own responder answers as a model. */
const RESPONDER_CELL = "router/embedded";

/** What a home is made of before its world is open. */
export interface Foundations {
  readonly home: string;
  readonly vault: Vault;
  readonly lineage: Lineage;
  readonly trials: ConfinedTrials;
}

export interface Ports {
  readonly list: readonly Port[];
  readonly router: Port;
  readonly baseband: Baseband;
  readonly store: StoreStorage;
  readonly evolution: Evolution;
  readonly evolutionStorage: EvolutionStorage;
  readonly approvals: Approvals;
}

/** What people decided about candidates. Only the host writes it. */
export interface Approvals extends ApprovalService {
  approve(base: string, candidate: string): void;
}

/** Made while the world opens; `world` is asked only later. */
export function makePorts(foundations: Foundations, services: WorldServices, world: () => World): Ports {
  const { home, vault, lineage } = foundations;
  const baseband = openBaseband(sqliteBaseband(services.tables));
  const store = sqliteStore(services.tables, join(home, "objects"));
  const evolutionStorage = sqliteEvolution(services.tables);
  const approvals = tableApprovals(services);
  const files = join(home, "files");
  mkdirSync(files, { recursive: true, mode: 0o700 });
  const blobs: Blobs = (hash) => {
    const bytes = store.loadBlob(hash);
    return bytes === undefined ? undefined : { bytes, labels: store.blobLabels(hash) };
  };
  const router = makeRouter(vault, blobs, world);
  const list: Port[] = [
    vaultPort(vault),
    storePort(store),
    router,
    lineage.port,
    matrixPort(sqliteMatrix(services.tables), services.introspection),
    toolRuntimePort(folderFiles({ files: { folder: files, writable: true } }), undiciWeb({ hosts: [] })),
    basebandPort(baseband, { files: blobs, noted: LISTS }),
    swarmPort(services.children, { known: () => list.flatMap(({ name, operations }) => operations.map((each) => `${name}/${each.name}`)) }),
  ];
  const evolution = makeEvolution(foundations, evolutionStorage, approvals, world, () => operationSchemas(list));
  list.push(evolution.port);
  return { list, router, baseband, store, evolution, evolutionStorage, approvals };
}

/** Remote models before the embedded one, which takes what they leave. */
function makeRouter(vault: Vault, blobs: Blobs, world: () => World): Port {
  const embedded = embeddedProvider(async (messages) => respond(world(), messages.at(-1)?.text ?? ""));
  return routerPort(genomeProviders(vault, world, [embedded]), { blobs });
}

function makeEvolution(
  { lineage, trials }: Foundations, storage: EvolutionStorage, approvals: ApprovalService, world: () => World, schemas: () => OperationSchemas,
): Evolution {
  let operations: OperationSchemas | undefined;
  return evolutionPort({
    storage, trials, approvals,
    genome: { head: () => lineage.head(), files: (commit) => lineage.files(commit) },
    recorded: { recent: async (count) => world().recordedTurns(count) },
    live: {
      before: (commit) => world().measuresAround(commit, EVOLUTION_CELL).before,
      after: (commit) => world().measuresAround(commit, EVOLUTION_CELL).after,
    },
    // The evolution port is one of those that a trial child stands in for, so the list is whole only after this call.
    get operations() { return (operations ??= schemas()); },
  });
}

/** The embedded model is the genome itself: a turn of its own cell, with the genome's own authority and no more. */
async function respond(world: World, text: string): Promise<string> {
  return (await world.ask({ cell: RESPONDER_CELL, kind: "message", text, labels: ["model"] })).answer;
}

function tableApprovals({ tables }: WorldServices): Approvals {
  tables.execute("CREATE TABLE IF NOT EXISTS host_approvals (base TEXT NOT NULL, candidate TEXT NOT NULL, PRIMARY KEY (base, candidate)) STRICT, WITHOUT ROWID");
  return {
    isApproved: async (base, candidate) => tables.all("SELECT base FROM host_approvals WHERE base = ? AND candidate = ?", base, candidate).length > 0,
    approve: (base, candidate) => void tables.run("INSERT OR IGNORE INTO host_approvals VALUES (?, ?)", base, candidate),
  };
}
