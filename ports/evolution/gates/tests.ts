// The gate `tests`: the genome's own tests all pass, and none that passed in the base is gone.
import { listed, pass, refuse, type Gate } from "./gate.js";

export const tests: Gate = {
  name: "tests",
  doc: "All tests of the genome pass, each in its own limits, and none that passed in the base is missing unless a person approved it.",
  async run(change, { examination }) {
    const after = await examination.test("candidate");
    if (!after.ok || after.result === undefined) return refuse(`The tests cannot run: ${after.code}: ${after.message}`);
    const { failed, passed } = after.result;
    if (failed.length > 0) return refuse(listed(failed.map(({ name, message }) => `${name}: ${message}`)));
    const before = (await examination.test("base")).result?.passed ?? [];
    const missing = before.filter((name) => !passed.includes(name));
    if (missing.length > 0 && !change.approved) return refuse(`${missing.length} tests of the base are gone: ${listed(missing)}`);
    return pass(`${passed.length} tests pass`);
  },
};
