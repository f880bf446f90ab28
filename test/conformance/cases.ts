// Reads the conformance cases of a file: forms, and after them `;; => ` and the value that they must give.

export interface Case {
  readonly line: number;
  readonly source: string;
  /** The value as `write` shows it, or `!code` for the condition raised. */
  readonly expected: string;
}

const MARK = ";; => ";

/** The cases of a text, in order; a case may rely on the definitions of those before it. */
export function casesOf(text: string): Case[] {
  const cases: Case[] = [];
  let start = 0;
  const lines = text.split("\n");
  lines.forEach((line, index) => {
    if (!line.startsWith(MARK)) return;
    cases.push({ line: start + 1, source: lines.slice(start, index).join("\n"), expected: line.slice(MARK.length).trim() });
    start = index + 1;
  });
  return cases;
}
