// Labels: what a value comes from outside with, who accepts it, and the boxes that keep it from being read unnoticed.
import { LabelledBox, listFrom, Pair, PersistentMap, PersistentVector, type Value } from "../interpreter/index.js";
import { type Bound, kindsOf, type Labels } from "../ports/port.js";
import { canonical, field, vector } from "./data.js";

/*
 * A turn floats: it begins with no labels, and takes on those of each box that it opens, to its end (Stefan, Russo,
 * Mitchell, Mazières, "Flexible dynamic information flow control in Haskell", 2011).
 *
 * What is called with boxes looks into them. Its result is boxed as they were; where it fails instead, whatever refuses
 * it, and be it a condition that the caller wrote, the caller has read them: so a refusal may say why. That a condition
 * holds is told too, so what it looked at is read either way. The same goes for what an answer tells as a whole: that
 * nothing is there, or nothing more. Such labels are recorded with the answer, as `read`.
 *
 * What is where is open to all, so it matters who decided it. Whoever hands over a key in a box has read it; a quarantine
 * leaves nothing behind once it has read; and where a turn that had read something kept or deleted a key, the space of
 * that key is marked for good with the kinds of what it had read, which absence there then has (ports/store). What such
 * calls use of a budget leaves their kinds with it: who is refused for what is left has read them. The text of a label is
 * told to all too, so of what a page names it is the kind alone.
 *
 * What this keeps is what data say, and not every bit that can be told by whether and when something happens. Open are:
 * that a turn, a quarantine or a call ends, fails, asks or is stopped, and how long it takes; so also that a schema, the
 * genome's policy or a budget lets boxes pass, for which each labelled call would have to be read; whether and when a
 * timer of such a turn comes, a child is started or awaited, or, where `keep` did not say which are open, one of the keys
 * that the genome spells is there in a state, or has changed there; that a trusted record was written over, that a space was marked at all, told once for each kind, and how far a version has
 * gone on; that bytes are kept whose hash one knows; and which of the labels there are a box has, for that too depends
 * on what was read. Such turns write at most a few bits each in these ways, into an agent whose privileged
 * effects are the genome's own words. (Termination and internal timing: Stefan, Russo, Buiras, Levy, Mitchell, Mazières,
 * "Addressing covert termination and timing channels in concurrent information flow systems", 2012.)
 */
export type { Labels };

export const TRUSTED: Labels = [];

/** All the labels, each once, in one order. */
export function joined(...sets: readonly Iterable<string>[]): Labels {
  const all = new Set<string>();
  for (const labels of sets) for (const label of labels) all.add(label);
  return all.size === 0 ? TRUSTED : [...all].sort();
}

/** False if any label may enter, because nothing limits it or because the bound says why. */
export function isLimited(bound: Bound | undefined): bound is Labels {
  return bound !== undefined && !("any" in bound);
}

/** Those of the labels that are not accepted: a kind such as "web" accepts all its labels. Undefined accepts any. */
export function above(labels: Iterable<string>, accepts: Bound | undefined): Labels {
  return !isLimited(accepts) ? TRUSTED : [...labels].filter((label) => !accepts.includes(label) && !accepts.includes(kindsOf([label])[0] ?? ""));
}

/** The value with these labels: itself if there are none, else in one box, together with those that it has. */
export function boxed(value: Value, labels: Labels): Value {
  if (labels.length === 0) return value;
  return value instanceof LabelledBox ? new LabelledBox(joined(value.labels, labels), value.content) : new LabelledBox(labels, value);
}

/** The labels of a value that is a box; of any other, none. */
export function labelsOf(value: Value): Labels {
  return value instanceof LabelledBox ? value.labels : TRUSTED;
}

/** Labels as the journal and programs see them. */
export function labelsData(labels: Iterable<string>): PersistentVector {
  return vector(labels);
}

/** The labels in a field of an entry's body: none if it is absent. */
export function labelsIn(body: Value | undefined, name = "labels"): Labels {
  const labels = field(body, name);
  return labels instanceof PersistentVector ? Array.from(labels, String) : TRUSTED;
}

/** The labels of every box in these values, boxes within boxes too. They may be any values, and refer to themselves. */
export function labelsWithin(values: readonly Value[]): Labels {
  return joined(...Array.from(boxesWithin(values), ({ labels }) => labels));
}

/** The same data with every box inside opened; `note` is told the labels of each. The data are acyclic. */
export function opened(value: Value, note: (labels: Labels) => void): Value {
  return holdsBox(value) ? open(value, note) : value;
}

function open(value: Value, note: (labels: Labels) => void): Value {
  const each = (part: Value): Value => open(part, note);
  if (value instanceof LabelledBox) {
    note(value.labels);
    return each(value.content);
  }
  if (value instanceof Pair) return openList(value, each);
  if (value instanceof PersistentMap) return PersistentMap.from(Array.from(value, ([key, item]) => [key, each(item)] as const));
  if (value instanceof PersistentVector) return PersistentVector.from(Array.from(value, each));
  return Array.isArray(value) ? (value as Value[]).map(each) : value;
}

function openList(list: Pair, each: (part: Value) => Value): Value {
  const items: Value[] = [];
  let rest: Value = list;
  for (; rest instanceof Pair; rest = rest.cdr) items.push(each(rest.car));
  return listFrom(items, each(rest));
}

/** True if there is a box in the data. */
export function holdsBox(value: Value): boolean {
  return boxesWithin([value]).next().done !== true;
}

/** With a stack of its own, as the values may be nested deep. Sets hold none: what they hold is compared by its content. */
function* boxesWithin(values: readonly Value[]): Generator<LabelledBox> {
  const [pending, seen] = [[...values], new Set<Value>()];
  for (let value = pending.pop(); value !== undefined; value = pending.pop()) {
    if (typeof value !== "object" || seen.has(value)) continue;
    seen.add(value);
    if (value instanceof LabelledBox) yield value;
    for (const part of partsOf(value)) pending.push(part);
  }
}

function partsOf(value: Value): Iterable<Value> {
  if (value instanceof LabelledBox) return [value.content];
  if (value instanceof Pair) return [value.car, value.cdr];
  if (value instanceof PersistentMap) return value.values();
  return Array.isArray(value) || value instanceof PersistentVector ? value as Iterable<Value> : [];
}

/** True if the data are as they were. They may have been changed in place, so their texts are compared. */
export function isSame(one: Value | undefined, other: Value): boolean {
  return one !== undefined && canonical(one) === canonical(other);
}
