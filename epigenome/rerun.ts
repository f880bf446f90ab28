// Operations that change nothing but tables: a replay runs them again over its own, as the journal has them.
import { LabelledBox, type Value } from "../interpreter/index.js";
import type { Port, Stamp, TableService } from "../ports/port.js";
import type { Entry } from "./chain.js";
import { canonical, field, fieldText } from "./data.js";
import type { WorldDatabase } from "./database.js";
import { derive } from "./digest.js";
import { WorldError } from "./error.js";
import { type Labels, labelsIn, TRUSTED } from "./labels.js";
import { toLisp, toPlain } from "./translate.js";

interface Begun {
  readonly operation: string;
  readonly parameters: Value;
  readonly stamp: Stamp;
  readonly cell: string;
  readonly labels: Labels;
  readonly flow: Labels;
}

export class Rerun {
  private readonly ports: ReadonlyMap<string, Port>;
  private readonly begun = new Map<string, Begun>();

  constructor(ports: readonly Port[], private readonly database: WorldDatabase) {
    this.ports = new Map(ports.flatMap(({ derived }) => {
      const twin = derived?.over(database.tables as TableService);
      return twin === undefined || derived === undefined ? [] : derived.operations.map((name) => [`${twin.name}/${name}`, twin] as const);
    }));
  }

  /** An intent was journaled: its operation is run when its receipt comes. */
  begin(id: string, { cell }: Pick<Entry, "cell">, stamp: Stamp, request: Value | undefined, flow: Labels = TRUSTED): void {
    const operation = fieldText(request, "operation");
    const parameters = field(request, "parameters");
    if (this.ports.has(operation) && parameters !== undefined) this.begun.set(id, { operation, parameters, stamp, cell, labels: labelsIn(request), flow });
  }

  /** The same for what the operator asked for by hand. */
  act(id: string, { stamp }: Entry, request: Value | undefined): void {
    this.begin(id, { cell: "(operator)" }, { timeMs: stamp.timeMs, entropy: derive(stamp.entropy, "intent") }, request);
  }

  /** Its receipt: what was done then is done now, with the same result. One that failed did nothing. Errors: `replay-differs`. */
  end(id: string, result: Value | undefined): void {
    const begun = this.begun.get(id);
    this.begun.delete(id);
    if (begun === undefined || result === undefined) return;
    const [now, then] = [this.run(id, begun), canonical(contentOf(result))];
    if (now !== then) throw new WorldError("replay-differs", `${begun.operation} answered ${now}, and ${then} was journaled`);
  }

  private run(id: string, { operation: name, parameters, stamp, cell, labels, flow }: Begun): string {
    const port = this.ports.get(name);
    const operation = port?.operations.find((each) => `${port.name}/${each.name}` === name);
    if (operation === undefined) throw new WorldError("replay-differs", `there is no operation ${name}`);
    const plain = operation.parameters.parse(toPlain(parameters, operation.parameters, name)) as never;
    const context = { signal: new AbortController().signal, idempotencyKey: id, stamp, cell, labels, flow, progress: () => undefined };
    const result = operation.result.parse(this.database.deferred(() => operation.run(plain, context)));
    return canonical(contentOf(toLisp(result, operation.result)));
  }
}

/** Which labels the whole has, its port says live. */
function contentOf(result: Value): Value {
  return result instanceof LabelledBox ? result.content : result;
}
