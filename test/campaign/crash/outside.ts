// The outside of the campaigns: it counts what reaches it, and drops what it has seen under the same idempotency key.
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

/** What is asked of the outside. `label` names one effect of one turn: "<input>/<place>". */
export interface Demand {
  readonly act: string;
  readonly label: string;
  readonly key: string;
}

/** Acts that the outside carries out once for each key; the others as often as they are asked for. */
export const DEDUPLICATED: ReadonlySet<string> = new Set(["bump!", "spend!", "question!", "wire"]);

export interface Deed {
  readonly act: string;
  readonly label: string;
  /** Requests that came, repeated ones included. */
  requests: number;
  /** What each key was answered: one number for each time that it was really done. */
  readonly done: Map<string, number[]>;
}

export class Outside {
  readonly deeds = new Map<string, Deed>();
  /** Deeds, by act and label, that were reported as failed. */
  readonly failed = new Set<string>();
  private count = 0;

  /** Does what is asked for; answers a number that no other deed has. */
  perform({ act, label, key }: Demand): number {
    const name = `${act} ${label}`;
    const deed = this.deeds.get(name) ?? { act, label, requests: 0, done: new Map<string, number[]>() };
    this.deeds.set(name, deed);
    deed.requests += 1;
    const before = deed.done.get(key) ?? [];
    if (DEDUPLICATED.has(act) && before[0] !== undefined) return before[0];
    deed.done.set(key, [...before, ++this.count]);
    return this.count;
  }

  /** What came of an intent, for acts that can be asked: undefined if it never happened. */
  check({ act, label, key }: Demand): number | undefined {
    return this.deeds.get(`${act} ${label}`)?.done.get(key)?.[0];
  }
}

/** Serves an outside on a free port of the loopback. Every answer waits a little, so that kills fall into requests under way. */
export async function serve(outside: Outside, delayMs: () => number): Promise<{ readonly server: Server; readonly url: string }> {
  const server = createServer((request, response) => {
    const { searchParams, pathname } = new URL(request.url ?? "", "http://outside");
    const demand = { act: searchParams.get("act") ?? "", label: searchParams.get("label") ?? "", key: searchParams.get("key") ?? "" };
    // Done when it arrives: that the answer is lost afterwards is the very case.
    const count = pathname === "/check" ? outside.check(demand) : outside.perform(demand);
    setTimeout(() => response.end(String(count ?? "")), delayMs());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}
