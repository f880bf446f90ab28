// The gate `parses`: every file can be read, and is the library that its path says.
import { listed, pass, refuse, type Gate } from "./gate.js";

export const parses: Gate = {
  name: "parses",
  doc: "Every file can be read, and defines one library, named as its path is.",
  async run(_change, { examination }) {
    const { problems, libraries } = await examination.inspection("candidate");
    if (problems.length > 0) return refuse(listed(problems.map((problem) => `${problem.code}: ${problem.message}`)));
    return pass(`${libraries.length} libraries read`);
  },
};
