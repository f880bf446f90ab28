// `ouro fmt`: lays out Lisp files in place, or says which are not.
import { writeFile } from "node:fs/promises";
import { type Program, type SourceTools, UsageError, type Verb } from "../frontend.js";
import { findingText, readSource, sourceFiles, standardInput } from "./sources.js";
import { readWords } from "./words.js";

const usage = `usage: ouro fmt [--check] FILE…     (a folder stands for all .scm files below it)
       ouro fmt --stdin

Lays out Lisp sources: indentation, one space between elements, closing brackets together, line breaks in forms wider
than 100 columns. Line breaks that are there and all comments stay; nothing but space changes. Lists the files that it rewrote.
  --check   rewrite nothing, list the files that are not laid out
  --stdin   lay out standard input to standard output
Exit status: 0, 1 if --check lists a file or one cannot be read (told on stderr), 2 for wrong usage.`;

export const fmt: Verb = {
  summary: "lay out Lisp files, or check that they are",
  usage,
  isRaw: true,
  async run(words, program: Program) {
    const options = readWords(words, { check: "switch", stdin: "switch" }, "any");
    const tools = await program.sourceTools();
    if (options.has("stdin")) {
      if (options.positionals.length > 0 || options.has("check")) throw new UsageError("--stdin takes neither files nor --check");
      return layOut(await standardInput(program), "stdin", tools, program, async (text) => void program.output.write(text));
    }
    if (options.positionals.length === 0) throw new UsageError("give a file, a folder, or --stdin");
    let status = 0;
    for (const file of await sourceFiles(options.positionals)) {
      const before = await readSource(file);
      const result = await layOut(before, file, tools, program, async (text) => {
        if (text === before) return;
        program.output.write(`${file}\n`);
        if (options.has("check")) status = 1;
        else await writeFile(file, text);
      });
      status = Math.max(status, result);
    }
    return status;
  },
};

async function layOut(text: string, file: string, tools: SourceTools, program: Program, take: (text: string) => Promise<void>): Promise<number> {
  const result = tools.format(text, file);
  if ("code" in result) {
    program.errors.write(`${findingText(result)}\n`);
    return 1;
  }
  await take(result.text);
  return 0;
}
