// The world of the campaigns: the product's own vault, store, baseband, swarm and conversations, and an outside that counts.
import { join } from "node:path";
import { z } from "zod";
import { openWorld, type World, type WorldServices } from "../../../epigenome/index.js";
import { Conversations } from "../../../frontends/host-conversation.js";
import { Terminal } from "../../../frontends/host-terminal.js";
import { type Baseband, basebandPort, openBaseband, type Platform, sqliteBaseband } from "../../../ports/baseband/index.js";
import { operation, type Port, PortError } from "../../../ports/port.js";
import { sqliteStore, storePort } from "../../../ports/store/index.js";
import { swarmPort } from "../../../ports/swarm/index.js";
import { openVault, sqliteVault, type Vault } from "../../../ports/vault/index.js";
import { campaignGenome } from "./genome.js";
import type { Demand } from "./outside.js";

/** The way to the outside: what was done is a number; undefined to a check says that it never was. */
export interface Way {
  perform(demand: Demand): Promise<number>;
  check(demand: Demand): Promise<number | undefined>;
}

export interface CampaignWorld {
  readonly home: string;
  readonly world: World;
  readonly baseband: Baseband;
  readonly terminal: Terminal;
  readonly vault: Vault;
  close(): Promise<void>;
}

/** A commit's name for each step of the campaign's genome. */
export const commitOf = (step: number): string => String(step % 10).repeat(40);

const RESERVED_TOKENS = 10;
/** What an act of that label really spent: less than was reserved, and different for each. */
export const spentTokens = (label: string): number => label.length % RESERVED_TOKENS;

/** Ports and the baseband of the campaigns, over the tables of a world that opens. */
export function campaignPorts(home: string, way: Way, { tables, children }: WorldServices): { readonly ports: readonly Port[]; readonly baseband: Baseband } {
  const baseband = openBaseband(sqliteBaseband(tables));
  const store = storePort(sqliteStore(tables, join(home, "objects")));
  return { baseband, ports: [outsidePort(way), store, basebandPort(baseband), swarmPort(children, { known: () => [] })] };
}

/** Two platforms: one drops what it has seen before, of the other nobody knows. */
export function attachPlatforms(baseband: Baseband, way: Way): void {
  for (const [name, dropsRepeated] of [["wire", true], ["post", false]] as const) {
    baseband.attach(platform(name, dropsRepeated, way));
    baseband.bind({ platform: name, account: "campaign", channel: "room", thread: "", agent: "ouro" });
    baseband.admit({ platform: name, account: "campaign", sender: "someone", role: "operator", identity: "someone" });
  }
}

export function openCampaignWorld(home: string, way: Way): CampaignWorld {
  const vault = openVault(sqliteVault(join(home, "vault.db")), { kind: "file", path: join(home, "vault.key") });
  vault.unlock();
  const made: { baseband?: Baseband; conversations?: Conversations } = {};
  const world = openWorld({
    home, signature: vault.signature, genome: { commit: commitOf(1), files: campaignGenome() },
    ports: (services) => {
      const { ports, baseband } = campaignPorts(home, way, services);
      made.baseband = baseband;
      return ports;
    },
    committing: (outcome) => made.conversations?.committing(outcome),
  });
  const { baseband } = made;
  if (baseband === undefined) throw new Error("the world opened without its ports");
  attachPlatforms(baseband, way);
  const conversations = (made.conversations = new Conversations({
    world, baseband, redact: (text) => text, obey: () => () => undefined, failed: (error) => void world.emit("failed", error),
  }));
  const terminal = new Terminal(conversations, baseband);
  conversations.start();
  const close = async (): Promise<void> => {
    conversations.close();
    await world.close();
    vault.close();
  };
  return { home, world, baseband, terminal, vault, close };
}

function platform(name: string, dropsRepeated: boolean, way: Way): Platform {
  return {
    name, dropsRepeated, verify: () => true,
    send: async ({ text, nonce }) => void (await way.perform({ act: name, label: text, key: nonce })),
  };
}

/** Acts in the outside: one operation for each outcome that an operation may declare. */
function outsidePort(way: Way): Port {
  const label = z.object({ label: z.string() });
  const counted = z.object({ count: z.int() });
  const acted = (act: string) => async (request: { label: string }, { idempotencyKey }: { idempotencyKey: string }) =>
    ({ count: await way.perform({ act, label: request.label, key: idempotencyKey }) });
  const simple = (name: string, outcome: "pure" | "idempotent" | "unknown") =>
    operation({ name, doc: "Acts outside.", parameters: label, result: counted, outcome, accepts: { any: "a test" }, run: acted(name), ...(name === "page" ? { produces: "web page" } : {}) });
  return {
    name: "tool-runtime",
    doc: "An outside that counts.",
    operations: [
      simple("look", "pure"), simple("page", "pure"), simple("bump!", "idempotent"), simple("question!", "idempotent"), simple("send!", "unknown"),
      operation({
        name: "submit!", doc: "Acts outside, where it can be asked about.", parameters: label, result: counted, outcome: "checkable", accepts: { any: "a test" }, run: acted("submit!"),
        check: async (request, { idempotencyKey }) => {
          const count = await way.check({ act: "submit!", label: request.label, key: idempotencyKey });
          return count === undefined ? undefined : { count };
        },
      }),
      operation({
        name: "break", doc: "Fails after it has been outside.", parameters: label, result: counted, outcome: "pure",
        run: async (request, { idempotencyKey }) => {
          await way.perform({ act: "break", label: request.label, key: idempotencyKey });
          throw new PortError("tool-runtime-broken", "it broke", { retryable: true });
        },
      }),
      operation({
        name: "spend!", doc: "Spends less than it reserves.", parameters: label, outcome: "idempotent", accepts: { any: "a test" },
        result: z.object({ count: z.int(), usage: z.object({ tokens: z.int() }) }), cost: () => ({ tokens: RESERVED_TOKENS }),
        run: async (request, { idempotencyKey }) => ({
          count: await way.perform({ act: "spend!", label: request.label, key: idempotencyKey }), usage: { tokens: spentTokens(request.label) },
        }),
      }),
    ],
  };
}
