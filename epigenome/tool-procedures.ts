// Capabilities as a model's tools, by (ouro authority): what a model is told of one, and its call with the JSON that the model wrote.
import { fail, Keyword, LispError, LispString, nativeProcedure, suspend, type Value } from "../interpreter/index.js";
import type { Operation } from "../ports/port.js";
import type { Capability, EffectRequest } from "./capability.js";
import { condition, record, text } from "./data.js";
import { docstring, shapeOf, toolSchema } from "./reference.js";
import { fromJson, isOptional, toLisp } from "./translate.js";

/** What capability.ts gives: the capability behind a procedure, and the request for its effect. */
export interface Capabilities {
  of(procedure: Value): Capability | undefined;
  request(capability: Capability, operands: readonly Value[]): EffectRequest;
}

export function toolProcedures(capabilities: Capabilities): readonly (readonly [string, Value])[] {
  const checked = (caller: string, procedure: Value): Capability =>
    capabilities.of(procedure) ?? fail("wrong-type", `${caller}: expected a capability, a procedure of a port, as operand 1, but got`, [procedure]);
  const callTool = (procedure: Value, json: Value): Value => {
    const capability = checked("call-tool", procedure);
    if (!(json instanceof LispString)) return fail("wrong-type", "call-tool: expected a string as operand 2, but got", [json]);
    return suspend(capabilities.request(capability, operandsOf(capability, objectIn(capability.name, json.text))));
  };
  return [
    ["tool-of", nativeProcedure("tool-of", 1, 1,
      "(tool-of capability) What a model is told of a capability: {:name as programs call it :doc with its operands :tool its name as a tool :description :parameters a JSON Schema, as a text}.",
      (procedure) => toolOf(checked("tool-of", procedure as Value)))],
    ["call-tool", nativeProcedure("call-tool", 2, 2,
      "(call-tool capability json) Calls the capability with the arguments that a model wrote, an object in JSON.", callTool as (...operands: Value[]) => Value)],
    ["tool-arguments", nativeProcedure("tool-arguments", 2, 2,
      "(tool-arguments tool json) The arguments that a model wrote for a tool of this name, an object in JSON all of whose values are texts, as a map by keyword.", toolArguments as (...operands: Value[]) => Value)],
  ];
}

function toolArguments(name: Value, json: Value): Value {
  if (!(name instanceof LispString)) return fail("wrong-type", "tool-arguments: expected a string as operand 1, but got", [name]);
  if (!(json instanceof LispString)) return fail("wrong-type", "tool-arguments: expected a string as operand 2, but got", [json]);
  const given = Object.entries(objectIn(name.text, json.text)).filter(([, value]) => value !== null);
  const wrong = given.find(([, value]) => typeof value !== "string");
  if (wrong !== undefined) return refuse(`${name.text}: ${wrong[0]}: expected a text`);
  return record(Object.fromEntries(given.map(([key, value]) => [key, text(String(value))])));
}

function toolOf(capability: Capability): Value {
  const { name, description, parameters } = toolSchema(capability);
  return record({ name: text(capability.name), doc: text(docstring(capability)), tool: text(name), description: text(description), parameters: text(JSON.stringify(inOrder(parameters))) });
}

/** Keys in one order, and none that says nothing: what a model is told is the same wherever a turn runs. */
function inOrder(json: unknown): unknown {
  if (Array.isArray(json)) return json.map(inOrder);
  if (typeof json !== "object" || json === null) return json;
  const telling = Object.entries(json).filter(([key, value]) => key !== "additionalProperties" || value === false);
  return Object.fromEntries(telling.sort(([one], [other]) => (one < other ? -1 : 1)).map(([key, value]) => [key, inOrder(value)]));
}

/** The required operands in their order, then the others by name. Errors: `invalid-parameters`. */
function operandsOf({ name, operation }: Capability, given: Readonly<Record<string, unknown>>): Value[] {
  const shape = shapeOf(operation);
  // Models write null for what they leave out.
  const present = Object.entries(given).filter(([key, value]) => value !== null || shape[key] === undefined);
  const unknown = present.find(([key]) => !Object.hasOwn(shape, key));
  if (unknown !== undefined) return refuse(`${name} has no parameter ${unknown[0]}; it has ${Object.keys(shape).join(", ")}`);
  const plain = Object.fromEntries(present.map(([key, value]) => [key, fromJson(value, shape[key] as Operation["result"])]));
  const parsed = operation.parameters.safeParse(plain);
  if (!parsed.success) return refuse(`${name}: ${parsed.error.issues.map((issue) => `${issue.path.map(String).join(".")}: ${issue.message}`).join("; ")}`);
  const lisp = (key: string): Value => toLisp(plain[key], shape[key] as Operation["result"]);
  const [required, optional] = [Object.keys(shape).filter((key) => !isOptional(shape[key] as Operation["result"])), Object.keys(plain).filter((key) => isOptional(shape[key] as Operation["result"]))];
  return [...required.map(lisp), ...optional.flatMap((key) => [Keyword.intern(key), lisp(key)])];
}

function objectIn(name: string, json: string): Readonly<Record<string, unknown>> {
  const value = parsed(name, json.trim() === "" ? "{}" : json);
  if (typeof value !== "object" || value === null || Array.isArray(value)) return refuse(`${name}: the arguments are no JSON object`);
  return value as Record<string, unknown>;
}

function parsed(name: string, json: string): unknown {
  try {
    return JSON.parse(json);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return refuse(`${name}: the arguments are no JSON: ${error.message}`);
  }
}

function refuse(message: string): never {
  throw new LispError(condition("invalid-parameters", message));
}
