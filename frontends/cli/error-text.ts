// How an evaluation's error looks on a terminal or in a pipe.
import type { ErrorReport } from "../frontend.js";

/** `file:line:column: message [code]`, the line with a caret, the hint, and the way there. */
export function errorText(error: ErrorReport, options: { backtrace?: boolean } = {}): string {
  const place = error.line === undefined ? "" : `${error.file}:${error.line}:${error.column}: `;
  const lines = [`${place}${error.message} [${error.code}]`];
  if (error.excerpt !== undefined) lines.push(error.excerpt);
  if (error.hint !== "") lines.push(`  hint: ${error.hint}`);
  if (options.backtrace !== false && error.backtrace.length > 1) lines.push(...error.backtrace.slice(0, 8).map((line) => `  in ${line}`));
  return lines.join("\n");
}
