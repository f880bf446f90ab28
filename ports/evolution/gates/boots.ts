// The gate `boots`: all libraries load without any port, within limits, and every evolvable policy is there.
import { SUITES } from "../suites/index.js";
import { pass, refuse, type Gate } from "./gate.js";

export const boots: Gate = {
  name: "boots",
  doc: "All libraries load with every port absent, within steps and memory, and each evolvable policy is there with its own facts.",
  async run(_change, { examination }) {
    const boot = await examination.boot("candidate");
    if (!boot.ok) return refuse(`${boot.code}: ${boot.message}`);
    for (const suite of SUITES) {
      const policy = await examination.policy("candidate", suite);
      if (!policy.ok) return refuse(`policy ${suite.policy}: ${policy.message}`);
    }
    return pass(`booted in ${boot.steps} steps`);
  },
};
