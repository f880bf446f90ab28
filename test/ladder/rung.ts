// Reads a rung of the ladder: one page of Lisp with a manifest, libraries, and the script of what happens.
import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { display, itemsOf, LispString, nodeDatum, parseTree, textOf, topLevel, type Value } from "../../interpreter/index.js";
import type { GenomeFiles } from "../../ports/port.js";

/** A message to a cell, what a person says to an effect of it that waits, and the answer. */
export interface Said {
  readonly cell: string;
  readonly text: string;
  readonly word?: "approve" | "deny";
  readonly answer: string;
}

/** One thing that a person does, or that happens. */
export type Step =
  | ({ readonly kind: "send" } & Said)
  /** The same in the fork. */
  | ({ readonly kind: "there" } & Said)
  | { readonly kind: "pass"; readonly milliseconds: number }
  /** A second home begins with what the first one is now. */
  | { readonly kind: "fork" }
  /** What was sent to the terminal so far, in order. */
  | { readonly kind: "sent"; readonly texts: readonly string[] }
  /** The genome after the mark of the same number is adopted. */
  | { readonly kind: "upgrade"; readonly genome: number };

export interface Rung {
  readonly name: string;
  /** The first, and what each `(upgrade)` on the page makes of it. */
  readonly genomes: readonly { readonly commit: string; readonly files: GenomeFiles }[];
  readonly steps: readonly Step[];
}

const UNITS: Readonly<Record<string, number>> = { seconds: 1_000, minutes: 60_000, hours: 3_600_000, days: 86_400_000 };

export function readRung(file: string): Rung {
  const name = basename(file, ".scm");
  const genomes: { commit: string; files: Record<string, string> }[] = [{ commit: commitOf(1), files: {} }];
  let steps: readonly Step[] = [];
  for (const node of topLevel(parseTree(readFileSync(join(import.meta.dirname, file), "utf8"), file))) {
    const [head, ...rest] = wordsOf(nodeDatum(node));
    const latest = genomes.at(-1) as (typeof genomes)[number];
    if (head === "manifest") latest.files["manifest.scm"] = textOf([node]);
    else if (head === "define-library") latest.files[`${rest[0]?.replace(/^\((genome )?|\)$/g, "").replaceAll(" ", "/")}.scm`] = textOf([node]);
    else if (head === "upgrade") genomes.push({ commit: commitOf(genomes.length + 1), files: { ...latest.files } });
    else if (head === "script") steps = stepsOf(itemsOf(nodeDatum(node))?.slice(1) ?? []);
    else throw new Error(`${file}: a page holds no form (${head} …)`);
  }
  return { name, genomes, steps };
}

function stepsOf(forms: readonly Value[]): Step[] {
  let upgrades = 0;
  return forms.map((form) => {
    const [kind, first = "", second = "", third = "", fourth = "", fifth = ""] = wordsOf(form);
    if (kind === "pass") return { kind, milliseconds: Number(first) * (UNITS[second] ?? Number.NaN) };
    if (kind === "fork") return { kind };
    if (kind === "sent") return { kind, texts: wordsOf(form).slice(1) };
    if (kind === "upgrade") return { kind, genome: ++upgrades };
    if ((kind === "send" || kind === "there") && third === "=>") return { kind, cell: first, text: second, answer: fourth };
    if (kind === "send" && (third === "approve" || third === "deny")) return { kind, cell: first, text: second, word: third, answer: fifth };
    throw new Error(`no such step: ${display(form)}`);
  });
}

function wordsOf(form: Value): string[] {
  return (itemsOf(form) ?? []).map((item) => (item instanceof LispString ? item.text : display(item)));
}

function commitOf(number: number): string {
  return String(number).repeat(40);
}
