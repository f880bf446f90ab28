// What programs do with labelled boxes, by (ouro authority): look into one, run code apart that may, ask for labels.
import { fail, itemsOf, LabelledBox, nativeProcedure, PersistentMap, PersistentVector, suspend, type Value } from "../interpreter/index.js";
import { labelsData, labelsOf, TRUSTED } from "./labels.js";

/** What a program asks of the turn that it runs in, and gets at once. */
export type LabelRequest = Reveal | Quarantine | Keep | TurnLabels;

/** To have a box opened, and to take on its labels. */
export class Reveal {
  constructor(readonly box: LabelledBox) {}
}

/** To have a procedure called apart, and its value in a box. */
export class Quarantine {
  constructor(
    readonly procedure: Value,
    readonly operands: readonly Value[],
  ) {}
}

/** To have a state taken down as it is with what was read so far. */
export class Keep {
  constructor(
    readonly state: PersistentMap,
    /** Keys of it that may be left otherwise later; absent: nothing is said of that. */
    readonly open?: readonly Value[],
  ) {}
}

/** To know the labels of what was read so far. */
export class TurnLabels {
  readonly of = "turn";
}

export function isLabelRequest(request: unknown): request is LabelRequest {
  return request instanceof Reveal || request instanceof Quarantine || request instanceof Keep || request instanceof TurnLabels;
}

/** The answer where there is no turn, as in a person's own session: nothing is kept from a person. */
export function withoutTurn(request: LabelRequest): Value {
  if (request instanceof Reveal) return request.box.content;
  if (request instanceof Keep) return request.state;
  return request instanceof TurnLabels ? labelsData(TRUSTED) : fail("wrong-type", "quarantined: there is no turn here to keep anything from");
}

/** Operands of a call in quarantine: data are handed over in maps, not by the dozen. */
const MOST_OPERANDS = 16;

export const LABEL_PROCEDURES: readonly (readonly [string, Value])[] = [
  procedure("reveal", 1, 1,
    "(reveal value) What is in a labelled box; any other value itself. From here to its end the turn carries the labels of the box.",
    (value) => (value instanceof LabelledBox ? suspend(new Reveal(value)) : value)),
  procedure("labelled?", 1, 1, "(labelled? value) Is the value a labelled box?", (value) => value instanceof LabelledBox),
  procedure("labels-of", 1, 1,
    "(labels-of value) The labels of a box, as a vector of strings such as \"web example.org\"; of any other value, none.",
    (value) => labelsData(labelsOf(value))),
  procedure("keep", 1, 2,
    "(keep state [keys]) The state itself. What of it the turn leaves as it is now does not take on the labels of what is revealed later. "
    + "Which keys are new or changed then tells later turns a bit of it each; with a list of keys, said before anything is revealed, it does not: each of these takes on the labels, and no other may change.",
    keep),
  procedure("turn-labels", 0, 0, "(turn-labels) The labels of all that the turn has revealed so far.", () => suspend(new TurnLabels())),
  procedure("quarantined", 1, 1 + MOST_OPERANDS,
    "(quarantined procedure operand …) Calls a procedure that a library defines with these data in a computation of its own, which may reveal boxes but reach no privileged sink. "
    + "The value comes in a box with the labels of what was revealed there, and the turn itself reads nothing; if the call fails, quarantine-failed is raised and says no more.",
    (called, ...operands) => suspend(new Quarantine(called, operands))),
];

function keep(state: Value, keys?: Value): Value {
  if (!(state instanceof PersistentMap)) return fail("wrong-type", "keep: expected a state, which is a map, but got", [state]);
  const open = keys === undefined ? undefined : keys instanceof PersistentVector ? Array.from(keys) : itemsOf(keys);
  if (keys !== undefined && open === undefined) return fail("wrong-type", "keep: expected a list of keys as operand 2, but got", [keys]);
  return suspend(new Keep(state, open));
}

function procedure(name: string, minimum: number, maximum: number, doc: string, run: (...operands: [Value, ...Value[]]) => Value): readonly [string, Value] {
  return [name, nativeProcedure(name, minimum, maximum, doc, run as (...operands: Value[]) => Value)];
}
