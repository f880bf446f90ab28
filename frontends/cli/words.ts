// Reads the words of a command: positional ones and declared options, everything else refused.
import { parseArgs } from "node:util";
import { UsageError } from "../frontend.js";

/** The kinds of options a verb declares by name: a switch, a text, or a whole number. */
export type OptionKinds = Readonly<Record<string, "switch" | "text" | "number">>;

export interface Words {
  readonly positionals: readonly string[];
  has(name: string): boolean;
  text(name: string): string | undefined;
  number(name: string): number | undefined;
}

/** As many words beside its options as a verb takes at most; none if they are names of files or the words of a text. */
export type Most = number | "any";

/** Throws UsageError for an unknown option, a value that does not fit, an empty word or one too many. */
export function readWords(words: readonly string[], kinds: OptionKinds, most: Most): Words {
  const options = Object.fromEntries(Object.entries(kinds).map(([name, kind]) => [name, { type: kind === "switch" ? "boolean" : "string" } as const]));
  const { values, positionals } = parse(words, options);
  const text = (name: string) => (typeof values[name] === "string" ? values[name] : undefined);
  if (most !== "any") mustFit(positionals, most);
  for (const [name, kind] of Object.entries(kinds))
    if (kind === "number" && text(name) !== undefined && !/^\d+$/.test(text(name) as string))
      throw new UsageError(`--${name} takes a whole number, not ${text(name)}`);
  return { positionals, has: (name) => values[name] === true, text, number: (name) => (text(name) === undefined ? undefined : Number(text(name))) };
}

/** Throws UsageError for an empty word, or one too many. */
export function mustFit(words: readonly string[], most: number): void {
  if (words.includes("")) throw new UsageError("a word is empty");
  const [extra] = words.slice(most);
  if (extra !== undefined) throw new UsageError(`${extra} is a word too many`);
}

function parse(words: readonly string[], options: Record<string, { type: "boolean" | "string" }>) {
  try {
    return parseArgs({ args: [...words], options, allowPositionals: true });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    // Such as `--rounds -1`, of which the package says more than helps.
    const [, option] = /Option '([^' ]+)[^']*' argument is ambiguous/.exec(message) ?? [];
    throw new UsageError(option === undefined ? message : `what follows ${option} begins with a minus, like an option; write ${option}=VALUE if it is meant`);
  }
}
