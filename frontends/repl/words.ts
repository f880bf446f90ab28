// What the REPL says: the greeting, and errors with their restarts.
import { type ErrorReport, type Host, type Inspection, printable, type RestartName } from "../frontend.js";
import type { Colours } from "./colours.js";

/** Some lines on the first start, one on later ones. None is longer than the narrowest of usual terminals, but for the home's name. */
export function greeting(host: Host, version: string, colours: Colours): string {
  if (!host.isNew) return `Ouro ${version}. ${colours.faint(",help for help, ,quit to leave.")}\n`;
  return `${colours.strong(`Ouro ${version}`)} has made itself a home in
  ${host.home}
A line that begins with a parenthesis is evaluated; any other is a message.
All that it decides by is Lisp, under Git in the folder genome there. It can
rewrite that itself: each change is measured, judged, and can be undone.
Try these, one after the other:
  what can you do?
  (+ 1 2)
  (ouroboros!)
${colours.faint(",help lists the rest, and ,quit leaves. ouro tui shows all on one screen.")}
`;
}

const RESTART_WORDS: Readonly<Record<RestartName, string>> = {
  abort: ",abort                give up this form",
  retry: ",retry                evaluate it again, after you have mended something",
  "use-value": ",use-value FORM       go on as if the call that raised this had returned the value of FORM",
};

export function errorLines(error: ErrorReport, restarts: readonly RestartName[], colours: Colours): string {
  const place = error.line === undefined ? "" : `${error.file}:${error.line}:${error.column}: `;
  const lines = [colours.error(`${place}${error.message} [${error.code}]`)];
  if (error.excerpt !== undefined) lines.push(printable(error.excerpt));
  if (error.hint !== "") lines.push(`  hint: ${printable(error.hint)}`);
  lines.push(...error.backtrace.slice(0, 6).map((line) => colours.faint(`  in ${line}`)));
  lines.push(...restarts.map((name) => `  ${RESTART_WORDS[name]}`));
  return lines.join("\n");
}

/** A value, its type, the way to it, and its parts by number. */
export function inspectionLines({ path, type, text, parts, more }: Inspection): string {
  const width = Math.max(0, ...parts.map(({ label }) => label.length));
  const number = String(parts.length).length;
  return [
    ...(path.length > 0 ? [`at ${path.join(" / ")}`] : []),
    `${type}: ${text}`,
    ...parts.map((part, index) => `  [${String(index).padStart(number)}] ${part.label === String(index) ? "" : `${part.label.padEnd(width)}  `}${part.text}  (${part.type})`),
    ...(more > 0 ? [`  … and ${more} more, by their numbers`] : []),
    ...(parts.length > 0 || path.length > 0 ? [`  ${[parts.length > 0 ? ",down NUMBER goes into a part" : "", path.length > 0 ? ",up goes back" : ""].filter(Boolean).join(", ")}; *1 is this value`] : []),
  ].join("\n");
}
