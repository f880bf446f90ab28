// What a library reaches by imports: its own, and those of the genome's libraries that it imports.
import type { Inspection } from "../../port.js";

/** The names of all libraries that each library of the genome reaches, itself among them. */
export function closures({ libraries }: Inspection): Map<string, ReadonlySet<string>> {
  const imports = new Map(libraries.map(({ name, imports: imported }) => [name, imported]));
  return new Map(libraries.map(({ name }) => [name, closure(name, imports)]));
}

function closure(start: string, imports: ReadonlyMap<string, readonly string[]>): Set<string> {
  const seen = new Set<string>();
  const open = [start];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (seen.has(name)) continue;
    seen.add(name);
    open.push(...(imports.get(name) ?? []));
  }
  return seen;
}
