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

/** Throws UsageError for an unknown option or a value that does not fit. */
export function readWords(words: readonly string[], kinds: OptionKinds): Words {
  const options = Object.fromEntries(Object.entries(kinds).map(([name, kind]) => [name, { type: kind === "switch" ? "boolean" : "string" } as const]));
  const { values, positionals } = parse(words, options);
  const text = (name: string) => (typeof values[name] === "string" ? values[name] : undefined);
  for (const [name, kind] of Object.entries(kinds))
    if (kind === "number" && text(name) !== undefined && !/^\d+$/.test(text(name) as string))
      throw new UsageError(`--${name} takes a whole number, not ${text(name)}`);
  return { positionals, has: (name) => values[name] === true, text, number: (name) => (text(name) === undefined ? undefined : Number(text(name))) };
}

function parse(words: readonly string[], options: Record<string, { type: "boolean" | "string" }>) {
  try {
    return parseArgs({ args: [...words], options, allowPositionals: true });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}
