// `ouro export`: the home as one file.
import { resolve } from "node:path";
import { type Program, UsageError, type Verb } from "../frontend.js";
import { readSecret } from "./secret-input.js";
import { readWords } from "./words.js";

const usage = `usage: ouro export FILE [--vault] [--json]

Writes journal, tables, objects, snapshots, files, the genome's repository, and the channels and what files they let in
into FILE, a SQLite database and archive, also while an agent has the home open. The vault goes along only with --vault,
locked with a passphrase that is read from standard input: without it the channels lack their secrets.
On the other machine: ouro --home DIRECTORY import FILE`;

export const exportVerb: Verb = {
  summary: "write the home into one file, for another machine",
  usage,
  async run(words, program: Program) {
    const options = readWords(words, { vault: "switch", json: "switch" }, 1);
    const [file] = options.positionals;
    if (file === undefined) throw new UsageError("give the name of a file");
    const passphrase = options.has("vault") ? await readSecret(program, { what: "passphrase of the copy", isRepeated: true }) : undefined;
    const { files } = await (await program.archive()).export(resolve(file), passphrase);
    const text = `${file} holds the home and ${files} files, ${passphrase === undefined ? "without" : "with"} its vault`;
    program.output.write(`${options.has("json") ? JSON.stringify({ files }) : text}\n`);
    return 0;
  },
};
