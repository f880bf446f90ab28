// A secret that a person types unseen, or that a script hands over on the standard input.
import { type Program, UsageError } from "../frontend.js";
import { givenUp, readHidden } from "../hidden-input.js";

/** `what` names it to the person, who types it twice if it `isRepeated`. Errors: UsageError if none comes. */
export async function readSecret(program: Program, { what, isRepeated }: { readonly what: string; readonly isRepeated: boolean }): Promise<string> {
  const secret = program.input.isTTY ? await typed(program, what, isRepeated) : await piped(program);
  if (secret === "") throw new UsageError(`no ${what} came on standard input`);
  return secret;
}

async function typed(program: Program, what: string, isRepeated: boolean): Promise<string> {
  const ask = (prompt: string) => readHidden(program.input, program.errors, prompt);
  const first = await ask(`The ${what}: `);
  if (first === undefined) return givenUp();
  if (isRepeated && (await ask("Once more: ")) !== first) throw new UsageError("they differ");
  return first;
}

async function piped(program: Program): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of program.input) parts.push(Buffer.from(part));
  return Buffer.concat(parts).toString("utf8").replace(/\r?\n$/, "");
}
