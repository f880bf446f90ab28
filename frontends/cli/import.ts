// `ouro import`: a home from the file that another machine wrote.
import { resolve } from "node:path";
import { type Program, UsageError, type Verb } from "../frontend.js";
import { readWords } from "./words.js";

const usage = `usage: ouro --home DIRECTORY import FILE [--json]

Makes the home from a file that ouro export has written, and verifies its journal. Without the vault of the first
machine the home gets a vault of its own, and its journal goes on under a new signing key, as a fork does; the channels
wait until their secrets are entered again: ouro setup PLATFORM`;

export const importVerb: Verb = {
  summary: "make the home from such a file",
  usage,
  async run(words, program: Program) {
    const options = readWords(words, { json: "switch" }, 1);
    const [file] = options.positionals;
    if (file === undefined) throw new UsageError("give the name of a file");
    const { entries, hasVault } = await (await program.archive()).import(resolve(file));
    const text = `${program.home} holds ${entries} entries that verify, ${hasVault ? "and the vault, locked with its passphrase" : "and a new vault without secrets"}`;
    program.output.write(`${options.has("json") ? JSON.stringify({ entries, hasVault }) : text}\n`);
    return 0;
  },
};
