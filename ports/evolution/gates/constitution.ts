// The gate `constitution`: what judges and what grants stays as it is, and a change touches only what it says.
import { listed, pass, refuse, type Change, type Gate } from "./gate.js";

/** Files and folders of the genome that only a person may change. constitution.scm may name more, never fewer. */
const PROTECTED = [
  "manifest.scm", "constitution.scm", "test/", "prelude/", "evolution/",
  "policy/effects.scm", "policy/gates.scm", "policy/probation.scm", "policy/approval.scm",
] as const;

export const constitution: Gate = {
  name: "constitution",
  doc: "Protected files are unchanged unless a person approved it, and a change touches the policy that it names and nothing else.",
  async run(change, { examination }) {
    if (change.changed.length === 0) return refuse("The candidate is the same as the base: there is nothing to decide.");
    const also = (await examination.inspection("base")).protected;
    const touched = change.changed.filter((path) => [...PROTECTED, ...also].some((guarded) => covers(guarded, path)));
    if (change.approved) return pass(touched.length > 0 ? `approved by a person: ${listed(touched)}` : "no protected file is changed");
    if (touched.length > 0) return refuse(`${listed(touched)} protected by the constitution. A person must approve the change.`);
    return beside(change);
  },
};

/** Paths are compared without regard to case: a file system may not tell them apart. */
function covers(guarded: string, path: string): boolean {
  const [rule, file] = [guarded.toLowerCase(), path.toLowerCase()];
  return rule.endsWith("/") ? file.startsWith(rule) : file === rule;
}

function beside({ policy, changed }: Change) {
  const others = policy === "" ? [] : changed.filter((path) => path !== `policy/${policy}.scm`);
  return others.length > 0
    ? refuse(`The change says that it improves ${policy}, but touches ${listed(others)}. Propose that by itself.`)
    : pass("only what the change says is touched");
}
