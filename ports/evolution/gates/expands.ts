// The gate `expands`: every form has a known shape, and every name and library that is used exists.
import { pass, refuse, type Gate } from "./gate.js";

/** The codes with which the expander refuses a text, before anything of it runs. */
const EXPANSION = new Set(["bad-syntax", "unknown-library", "import-error", "unbound-variable", "read-error", "unexpected-end"]);

export const expands: Gate = {
  name: "expands",
  doc: "Every form has a known shape, and every name and library that is used exists.",
  async run(_change, { examination }) {
    const boot = await examination.boot("candidate");
    if (!boot.ok && EXPANSION.has(boot.code ?? "")) return refuse(`${boot.code}: ${boot.message}`);
    return pass("all libraries expand");
  },
};
