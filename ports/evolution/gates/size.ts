// The gate `size`: the genome does not swell.
import type { GenomeFiles } from "../../port.js";
import { listed, pass, refuse, type Gate } from "./gate.js";

export const size: Gate = {
  name: "size",
  doc: "Nodes and bytes of the genome grow by no more than a factor, and no changed library is larger than a limit.",
  async run(change, { examination, limits }) {
    const [base, candidate] = [await examination.inspection("base"), await examination.inspection("candidate")];
    const large = candidate.libraries.filter(({ file, nodes }) => change.changed.includes(file) && nodes > limits["library-nodes"]);
    if (large.length > 0) return refuse(`${listed(large.map(({ file, nodes }) => `${file} has ${nodes} nodes`))}; at most ${limits["library-nodes"]} are allowed`);
    const grown = [
      ["nodes", base.nodes, candidate.nodes],
      ["bytes", bytesOf(change.base.files), bytesOf(change.candidate.files)],
    ].find(([, before, after]) => Number(after) > Number(before) * limits["growth-factor"]);
    if (grown !== undefined) return refuse(`${grown[0]} grow from ${grown[1]} to ${grown[2]}; at most ${limits["growth-factor"]} times is allowed`);
    return pass(`${candidate.nodes} nodes, ${base.nodes} before`);
  },
};

function bytesOf(files: GenomeFiles): number {
  return Object.values(files).reduce((sum, text) => sum + Buffer.byteLength(text), 0);
}
