// `ouro run`: runs a file as a program, without a home.
import { dirname, resolve } from "node:path";
import { CommandError, type Program, UsageError, type Verb } from "../frontend.js";
import { printOutcome } from "./evaluation.js";
import { readSource, standardInput } from "./sources.js";
import { readWords } from "./words.js";

const usage = `usage: ouro run FILE [WORD …] [--json]     (FILE may be - for standard input)

Runs the file as a program: its forms in order, its names its own. What it displays goes to stdout; values are not printed.
What it imports, it may use: (scheme file) reaches the current directory and below, (scheme load) and include the folder
of FILE too, (scheme process-context) the environment, the WORDs and the exit status, (scheme time) the clock.
Exit status: 0, 1 after an error (told on stderr), 2 for wrong usage, or what (exit status) says.`;

export const run: Verb = {
  summary: "run a file, without a home",
  usage,
  isRaw: true,
  async run(words, program: Program) {
    const options = readWords(words, { json: "switch" }, "any");
    const [file] = options.positionals;
    if (file === undefined) throw new UsageError("give a file");
    const text = await sourceText(file, program);
    return printOutcome((session) => session.program(text, file), program, options.has("json"), {
      programFolder: file === "-" ? undefined : dirname(resolve(file)), words: options.positionals,
    });
  },
};

async function sourceText(file: string, program: Program): Promise<string> {
  if (file === "-") return standardInput(program);
  return readSource(file).catch((error: NodeJS.ErrnoException) => { throw error instanceof CommandError ? error : unreadable(file, error); });
}

function unreadable(file: string, { code, message }: NodeJS.ErrnoException): CommandError {
  if (code === "ENOENT") return new CommandError("file-missing", `there is no file ${file}`, "Names count from the current directory; check the spelling.");
  if (code === "EISDIR") return new CommandError("file-error", `${file} is a folder, not a program`, "Give the file to run.");
  if (code === "EACCES" || code === "EPERM") return new CommandError("file-error", `${file} may not be read`, "Check who may read it: ls -l shows that.");
  return new CommandError("file-error", `${file} cannot be read: ${message}`, "Check that it is a file, and who may read it.");
}
