// The suite of `evict`: a cache under Zipf requests with scans and drifting popularity, cost is what misses cost to fetch again.
import type { Random } from "../random.js";
import { greatest, type Episode, type Facts, type Suite } from "./suite.js";

const ITEMS = 120;
const REQUESTS = 320;
/** How many residents are compared at each eviction, drawn at random, as Redis does. */
const SAMPLE = 6;

interface Item {
  readonly size: number;
  readonly cost: number;
}
interface Resident {
  readonly item: Item;
  readonly since: number;
  lastUse: number;
  uses: number;
}

export const evict: Suite = {
  policy: "evict",
  doc: "A cache of a fifth of all bytes: 320 requests, Zipf with scans of cold items and a shift of popularity; cost is the fetching cost of all misses.",
  facts: ["age", "frequency", "size", "cost", "lifetime"],
  cases: { train: 8, gate: 30, report: 40 },
  /** Least recently used (Mattson, Gecsei, Slutz, Traiger 1970): the older, the less it is worth keeping. */
  shipped: ([age]) => -(age as number),
  play,
};

function* play(random: Random): Episode {
  const items = Array.from({ length: ITEMS }, () => itemOf(random));
  const requests = requestsOf(random, items);
  const draws = requests.map(() => random.uniform());
  const capacity = 0.2 * items.reduce((sum, item) => sum + item.size, 0);
  const cache = new Map<Item, Resident>();
  let used = 0;
  let cost = 0;
  for (const [now, item] of requests.entries()) {
    const hit = cache.get(item);
    if (hit !== undefined) {
      hit.lastUse = now;
      hit.uses += 1;
      continue;
    }
    cost += item.cost;
    for (let round = 0; used + item.size > capacity; round++) {
      const sample = sampleOf([...cache.values()], (draws[now] as number) + round * 0.618);
      const keep = yield sample.map((resident) => factsOf(resident, now));
      const victim = (sample[greatest(keep.map((value) => -value))] as Resident).item;
      cache.delete(victim);
      used -= victim.size;
    }
    cache.set(item, { item, since: now, lastUse: now, uses: 1 });
    used += item.size;
  }
  return cost;
}

function factsOf(resident: Resident, now: number): Facts {
  return [now - resident.lastUse, resident.uses, resident.item.size, resident.item.cost, now - resident.since];
}

/** Sizes in kilobytes; what is big costs more to fetch, but not in proportion. */
function itemOf(random: Random): Item {
  const size = random.logBetween(2, 20);
  return { size, cost: Math.sqrt(size) * random.logBetween(0.7, 3) };
}

/** Zipf over the first five sixths of the items, whose order shifts half-way; the rest are met in scans only. */
function requestsOf(random: Random, items: readonly Item[]): Item[] {
  const popular = items.slice(0, Math.floor((ITEMS * 5) / 6));
  const cold = items.slice(popular.length);
  const exponent = random.between(0.9, 1.25);
  const shift = 3 + random.index(12);
  const requests: Item[] = [];
  while (requests.length < REQUESTS) {
    if (random.uniform() < 0.03) requests.push(...cold.slice(0, 6 + random.index(cold.length - 6)));
    const offset = requests.length > REQUESTS / 2 ? shift : 0;
    requests.push(popular[(zipf(random, popular.length, exponent) + offset) % popular.length] as Item);
  }
  return requests;
}

/** A rank from 0, by the inverse of the continuous Zipf distribution. */
function zipf(random: Random, count: number, exponent: number): number {
  const power = 1 - exponent;
  const draw = random.uniform();
  const rank = Math.abs(power) < 1e-6 ? (count + 1) ** draw : (1 + draw * ((count + 1) ** power - 1)) ** (1 / power);
  return Math.min(count - 1, Math.floor(rank) - 1);
}

/** Residents at evenly spread places from a drawn start; all of them if they are few. */
function sampleOf(residents: readonly Resident[], draw: number): readonly Resident[] {
  if (residents.length <= SAMPLE) return residents;
  const start = Math.floor((draw % 1) * residents.length);
  const stride = residents.length / SAMPLE;
  return Array.from({ length: SAMPLE }, (_, index) => residents[(start + Math.floor(index * stride)) % residents.length] as Resident);
}
