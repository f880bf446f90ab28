// `ouro lint`: what there is to mend in Lisp files, each with its place.
import { type Program, type SourceFinding, UsageError, type Verb } from "../frontend.js";
import { findingText, readSource, sourceFiles } from "./sources.js";
import { readWords } from "./words.js";

const usage = `usage: ouro lint [--json] FILE…     (a folder stands for all .scm files below it)

Finds names that are unbound, variables, definitions and imports that nothing uses, variables that hide others, calls with
a wrong number of operands, code that nothing reaches, exported procedures without a docstring, and whatever cannot be read
or expanded. A comment "lint: ignore CODE …" takes findings back: above a form, or at the end of a line.
  --json   print one array of {"code", "message", "hint", "file", "line", "column"}
Exit status: 0, 1 if there is a finding, 2 for wrong usage.`;

export const lint: Verb = {
  summary: "find what is to be mended in Lisp files",
  usage,
  async run(words, program: Program) {
    const options = readWords(words, { json: "switch" }, "any");
    if (options.positionals.length === 0) throw new UsageError("give a file or a folder");
    const tools = await program.sourceTools();
    const findings: SourceFinding[] = [];
    for (const file of await sourceFiles(options.positionals)) findings.push(...tools.lint(await readSource(file), file));
    if (options.has("json")) program.output.write(`${JSON.stringify(findings)}\n`);
    else for (const finding of findings) program.output.write(`${findingText(finding)}\n`);
    return findings.length === 0 ? 0 : 1;
  },
};
