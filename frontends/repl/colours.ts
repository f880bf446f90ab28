// Colours, only where a terminal shows them and nobody has asked for none.
import { printable } from "../frontend.js";

/** Each text is made printable first. */
export interface Colours {
  value(text: string): string;
  error(text: string): string;
  faint(text: string): string;
  strong(text: string): string;
}

/** Follows NO_COLOR (no-color.org) and TERM=dumb. */
export function coloursFor(stream: { readonly isTTY?: boolean }): Colours {
  const on = stream.isTTY === true && !process.env["NO_COLOR"] && process.env["TERM"] !== "dumb";
  const paint = (code: string) => (text: string) => (on ? `\u001b[${code}m${printable(text)}\u001b[0m` : printable(text));
  return { value: paint("36"), error: paint("31"), faint: paint("2"), strong: paint("1") };
}
