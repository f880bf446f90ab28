// What an operation's one definition says of itself: to Lisp, to a model, to a person, and to the manifest's grants.
import { z } from "zod";
import { itemsOf, Keyword, LispSymbol, type Value, write } from "../interpreter/index.js";
import type { Bound, Operation, Port } from "../ports/port.js";
import { isLimited } from "./labels.js";
import type { Manifest } from "./grants.js";
import { defaultOf, isOptional, lispType } from "./translate.js";

/** An operation under the name that Lisp and the manifest give it, such as "store/put!". */
export interface NamedOperation {
  readonly name: string;
  readonly operation: Operation;
}

/** All operations of these ports. */
export function operationsOf(ports: Iterable<Port>): NamedOperation[] {
  return [...ports].flatMap((port) => port.operations.map((operation) => ({ name: `${port.name}/${operation.name}`, operation })));
}

/** The schemas of an operation's parameters, by name. */
export function shapeOf(operation: Operation): Readonly<Record<string, z.ZodType>> {
  return operation.parameters.shape as Record<string, z.ZodType>;
}

/** What `,doc` and an editor show of the procedure: the shape of a call, and what it does. */
export function docstring({ name, operation }: NamedOperation): string {
  const parameters = Object.entries(shapeOf(operation)).map(([key, schema]) => (isOptional(schema) ? `[:${key} ${key}]` : key));
  return `(${[name, ...parameters].join(" ")}) ${operation.doc}`;
}

/** A tool as a model is told of it. `parameters` is a JSON Schema (draft 2020-12). */
export interface ToolSchema {
  /** Of letters, digits, "-" and "_", as the interfaces of models want it: "store_put" for store/put!. */
  readonly name: string;
  readonly description: string;
  readonly parameters: Readonly<Record<string, unknown>>;
}

/** The operation as a tool: Lisp data are texts in it, bytes are texts in base64. */
export function toolSchema({ name, operation }: NamedOperation): ToolSchema {
  const parameters = schemas.get(operation) ?? z.toJSONSchema(operation.parameters, { io: "input", unrepresentable: "any", override: ({ jsonSchema }) => inJson(jsonSchema) });
  schemas.set(operation, parameters);
  return { name: name.replace("/", "_").replaceAll(/[^A-Za-z0-9_-]/g, ""), description: operation.doc, parameters };
}

/** A turn with a model tells of all its tools. */
const schemas = new WeakMap<NamedOperation["operation"], ToolSchema["parameters"]>();

function inJson(schema: Record<string, unknown>): void {
  const { lisp } = schema;
  delete schema["lisp"];
  if (lisp === "datum") schema["description"] ??= "Data of the Lisp, as it is written";
  if (lisp === "bytes") Object.assign(schema, { type: "string", contentEncoding: "base64" });
}

/** The page that `ouro help OPERATION` and `,doc` show: call, parameters, result, what follows a crash, labels, secrets. */
export function referencePage(named: NamedOperation): string {
  const { outcome, produces, accepts, secrets = [], result } = named.operation;
  const rows = [
    ...Object.entries(shapeOf(named.operation)).map(([key, schema]) => [isOptional(schema) ? `:${key}` : key, parameterText(schema)]),
    ["answers", lispType(result)],
    ["outcome", OUTCOMES[outcome]],
    ...(produces === undefined ? [] : [["label", `what it answers is labelled ${typeof produces === "string" ? produces : "with where it comes from"}`]]),
    ...(accepts === undefined ? [] : [["accepts", boundText(accepts)]]),
    ...(secrets.length === 0 ? [] : [["secrets", `${secrets.join(", ")} may be secret:NAME`]]),
    ["grant", `(grant LIBRARY (${named.name}))`],
  ];
  const width = Math.max(...rows.map(([head = ""]) => head.length));
  return [docstring(named), ...rows.map(([head = "", text = ""]) => `  ${head.padEnd(width)}  ${text}`)].join("\n");
}

function boundText(bound: Bound): string {
  if (!isLimited(bound)) return `all data, whatever its labels: ${bound.any}`;
  return bound.length === 0 ? "trusted data only; for any other a person is asked" : `trusted data, and data labelled ${bound.join(" or ")}`;
}

const OUTCOMES: Readonly<Record<Operation["outcome"], string>> = {
  pure: "reads only; after a crash it is run again",
  idempotent: "after a crash it is run again, and happens once",
  checkable: "after a crash the outside is asked whether it happened",
  unknown: "after a crash nobody knows: the turn gets the condition :outcome-unknown",
};

function parameterText(schema: z.ZodType): string {
  const [value, description] = [defaultOf(schema), schema.meta()?.description];
  return [lispType(schema), ...(value === undefined ? [] : [`default ${JSON.stringify(value)}`]), ...(description === undefined ? [] : [description])].join("; ");
}

/** The first grant that no operation fits, or that reads a parameter which its operation does not have; undefined if all fit. */
export function grantProblem(manifest: Manifest, ports: Iterable<Port>): string | undefined {
  const known = new Map(operationsOf(ports).map(({ name, operation }) => [name, operation]));
  for (const [library, grants] of manifest.grants)
    for (const [name, { conditions }] of grants) {
      const operation = known.get(name);
      if (operation === undefined) return `${library} is granted ${name}, and there is no such operation; ouro help operations lists them`;
      const names = Object.keys(shapeOf(operation));
      const unknown = conditions.flatMap(fieldsOf).find((field) => !names.includes(field));
      if (unknown !== undefined) return `${library}: a condition on ${name} reads :${unknown} of the request; its parameters are ${names.map((each) => `:${each}`).join(" ")}`;
    }
  return undefined;
}

/** The fields of `request` that a condition reads, as `(:key request)` or `(get request :key)`. */
function fieldsOf(form: Value): string[] {
  const items = itemsOf(form) ?? [];
  const [head, first, second] = items;
  if (head instanceof Keyword && isRequest(first)) return [head.name];
  if (head instanceof LispSymbol && head.name === "get" && isRequest(first) && second instanceof Keyword) return [second.name];
  return items.flatMap(fieldsOf);
}

function isRequest(form: Value | undefined): boolean {
  return form instanceof LispSymbol && write(form) === "request";
}
