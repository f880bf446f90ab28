// The reference of all operations, without a home: the nine ports over their storages in memory.
import { join } from "node:path";
import { operationsOf, referencePage } from "../epigenome/index.js";
import { startTrialService } from "../epigenome/trial.js";
import { basebandPort, memoryBaseband, openBaseband } from "../ports/baseband/index.js";
import { evolutionPort, memoryEvolution } from "../ports/evolution/index.js";
import { memoryLineage } from "../ports/lineage/index.js";
import { emptyWorld, matrixPort, memoryMatrix } from "../ports/matrix/index.js";
import { operationSchemas, type Port } from "../ports/port.js";
import { routerPort } from "../ports/router/index.js";
import { memoryStore, storePort } from "../ports/store/index.js";
import { memoryChildren, swarmPort } from "../ports/swarm/index.js";
import { memoryFiles, memoryWeb, toolRuntimePort } from "../ports/tool-runtime/index.js";
import { memoryVault, openVault, vaultPort } from "../ports/vault/index.js";
import { structuralEdit } from "./host-edit.js";
import { ownPackage } from "./host-home.js";

/** All ports there are, each empty. */
export function emptyPorts(): readonly Port[] {
  const lineage = memoryLineage({ edit: structuralEdit });
  const nothing = { turns: 0, errors: 0, steps: 0 };
  const ports: Port[] = [
    vaultPort(openVault(memoryVault(), { kind: "file", path: join(process.cwd(), "vault.key") })),
    storePort(memoryStore()), routerPort([]), lineage.port, matrixPort(memoryMatrix(), emptyWorld()),
    toolRuntimePort(memoryFiles({}), memoryWeb({})), basebandPort(openBaseband(memoryBaseband())),
    swarmPort(memoryChildren({ work: async () => "", authority: () => [] }), { known: () => [] }),
  ];
  const { port } = evolutionPort({
    storage: memoryEvolution(), trials: startTrialService({ command: process.execPath, args: [ownPackage().script, "trial"] }),
    approvals: { isApproved: async () => false }, recorded: { recent: async () => [] }, live: { before: () => nothing, after: () => nothing },
    genome: { head: () => lineage.head(), files: (commit) => lineage.files(commit) }, operations: operationSchemas(ports),
  });
  return [...ports, port];
}

/** The page on an operation, such as store/put!; the list of all for "operations"; undefined if there is none of the name. */
export function operationHelp(name: string): string | undefined {
  const operations = operationsOf(emptyPorts());
  if (name === "operations") return `${operations.map((each) => referencePage(each).split("\n")[0]).join("\n")}\n\n  ouro help OPERATION    more about one of them`;
  const found = operations.find((each) => each.name === name);
  return found === undefined ? undefined : referencePage(found);
}
