// The gate `authority`: no library can reach more of the outside than in the base, unless a person approved it.
import type { Inspection } from "../../port.js";
import { closures } from "./closure.js";
import { listed, pass, refuse, type Gate } from "./gate.js";

/** Libraries that only compute. All others but the genome's own carry authority. */
const PURE = /^\((scheme|srfi) |^\(ouro base\)$/;

export const authority: Gate = {
  name: "authority",
  doc: "No library imports, reaches through others or is granted more than in the base, unless a person approved it.",
  async run(change, { examination }) {
    const [base, candidate] = [await examination.inspection("base"), await examination.inspection("candidate")];
    const wider = [...widerReach(base, candidate), ...widerGrants(base, candidate)];
    if (wider.length === 0) return pass("no library reaches more than in the base");
    if (change.approved) return pass(`approved by a person: ${listed(wider)}`);
    return refuse(`${listed(wider)}. A person must approve more authority.`);
  },
};

/** What each library reaches by its own imports and by those of the genome's libraries that it imports. */
function widerReach(base: Inspection, candidate: Inspection): string[] {
  const [before, after] = [reach(base), reach(candidate)];
  return [...after].flatMap(([name, reached]) => {
    const added = [...reached].filter((library) => !before.get(name)?.has(library));
    return added.length === 0 ? [] : [`${name} reaches ${added.join(" ")}`];
  });
}

/** The libraries with authority that each library reaches. */
function reach(inspection: Inspection): Map<string, Set<string>> {
  const own = new Set(inspection.libraries.map(({ name }) => name));
  return new Map([...closures(inspection)].map(([name, reached]) => [name, new Set([...reached].filter((each) => !own.has(each) && !PURE.test(each)))]));
}

/** A grant is no wider than a base grant if it has all that one's restrictions, and perhaps more. */
function widerGrants(base: Inspection, candidate: Inspection): string[] {
  return candidate.grants.flatMap(({ library, operation, restrictions }) => {
    const covered = base.grants.some(
      (grant) => grant.library === library && grant.operation === operation && grant.restrictions.every((each) => restrictions.includes(each)),
    );
    return covered ? [] : [`${library} is granted ${operation}${restrictions.length > 0 ? ` ${restrictions.join(" ")}` : ""}`];
  });
}
