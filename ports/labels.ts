// Labels as ports tell them: of what they are given, of results, and of parts of these.
import { z } from "zod";

/** Where data come from, if not from a person who is trusted: a kind, and mostly what exactly, such as "model", "web example.org", "telegram 42". */
export type Labels = readonly string[];

/** A part of a result that may carry labels of its own: then it is `{labels, content}` here, and a box in Lisp. */
export function labelled<Content>(schema: z.ZodType<Content>): z.ZodType<Content | Labelled<Content>> {
  return z.union([z.object({ labels: z.array(z.string()), content: schema }), schema]).meta({ lisp: "labelled" }) as unknown as z.ZodType<Content | Labelled<Content>>;
}

export type Labelled<Content> = { labels: string[]; content: Content };

/** The kinds of labels, each once: "web" of "web example.org". A kind is a word of ours, and no text of the outside. */
export function kindsOf(labels: Iterable<string>): Labels {
  return [...new Set(Array.from(labels, (label) => label.split(" ", 1)[0] ?? ""))].sort();
}

/** The content with its labels, if there are any. */
export function withLabels<Content>(content: Content, labels: Labels = []): Content | Labelled<Content> {
  return labels.length === 0 ? content : { labels: [...labels], content };
}
