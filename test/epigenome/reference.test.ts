// One definition of an operation makes its validation, docstring, tool schema, constraints and reference: a change of it changes all.
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { capabilityOf, loadImage, operationsOf, parseManifest, portLibrary, referencePage, toolSchema } from "../../epigenome/index.js";
import { callOf } from "../../epigenome/authorise.js";
import { EffectRequest } from "../../epigenome/capability.js";
import { grantProblem } from "../../epigenome/reference.js";
import { emptyPorts, operationHelp } from "../../frontends/host-reference.js";
import { createInterpreter, documentation } from "../../interpreter/index.js";
import { bytes, callOperation, datum, operation, type Port } from "../../ports/port.js";
import { genomeFiles } from "../genome/load.js";
import { context } from "../ports/contract.js";

/** All that is made of a definition, asked in the way in which each is used. */
async function madeOf(port: Port) {
  const [named] = operationsOf([port]);
  if (named === undefined) throw new Error("the port has no operation");
  const library = portLibrary(port, "(test)");
  const interpreter = createInterpreter({ native: (name) => (name === "(port store)" ? library : undefined) });
  const environment = interpreter.environment(["(ouro base)", "(port store)"]);
  const capability = capabilityOf(library.get(named.name) ?? false);
  if (capability === undefined) throw new Error("the procedure carries no capability");
  const lisp = (text: string) => interpreter.start(text, "test", environment).finish();
  const call = callOf(0, new EffectRequest(capability, [lisp('"a"'), lisp(":color"), lisp('"red"')]), []);
  const grants = (field: string) => grantProblem(parseManifest(`(manifest (turn (t)) (grants (grant (t) (store/paint! (when (equal? (:${field} request) "red"))))))`), [port]);
  return {
    validation: await callOperation(port, named.operation.name, { wall: "a", color: "red" }, context()).then(() => "runs", (error: { code: string }) => error.code),
    translation: call.problem?.code.toString() ?? call.text,
    docstring: documentation(environment, named.name)?.split("\n")[0],
    tool: toolSchema(named),
    constraint: grants("color"),
    page: referencePage(named),
  };
}

const paint = (doc: string, more: Record<string, z.ZodType>): Port => ({
  name: "store", doc: "Paints.",
  operations: [operation({ name: "paint!", doc, parameters: z.object({ wall: z.string(), ...more }), result: z.object({}), outcome: "idempotent", accepts: ["model"], run: () => ({}) })],
});

test("a change of one definition changes validation, translation, docstring, tool schema, constraint and reference", async () => {
  expect(await madeOf(paint("Paints a wall.", {}))).toEqual({
    validation: "store-invalid-parameters",
    translation: expect.stringContaining("invalid-parameters") as string,
    docstring: "(store/paint! wall) Paints a wall.",
    tool: {
      name: "store_paint", description: "Paints a wall.",
      parameters: expect.objectContaining({ properties: { wall: { type: "string" } }, required: ["wall"], additionalProperties: false }) as object,
    },
    constraint: "(t): a condition on store/paint! reads :color of the request; its parameters are :wall",
    page: `(store/paint! wall) Paints a wall.
  wall     string
  answers  {}
  outcome  after a crash it is run again, and happens once
  accepts  trusted data, and data labelled model
  grant    (grant LIBRARY (store/paint!))`,
  });
  expect(await madeOf(paint("Paints a wall, or leaves it white.", { color: z.enum(["white", "red"]).default("white").meta({ description: "Of the paint" }) }))).toEqual({
    validation: "runs",
    translation: '{:operation "store/paint!" :origin "(test)" :parameters {:wall "a" :color "red"}}',
    docstring: "(store/paint! wall [:color color]) Paints a wall, or leaves it white.",
    tool: {
      name: "store_paint", description: "Paints a wall, or leaves it white.",
      parameters: expect.objectContaining({
        properties: { wall: { type: "string" }, color: { type: "string", enum: ["white", "red"], default: "white", description: "Of the paint" } }, required: ["wall"],
      }) as object,
    },
    constraint: undefined,
    page: expect.stringContaining('\n  :color   "white" or "red"; default "white"; Of the paint\n') as string,
  });
});

describe("the operations that there are", () => {
  const ports = emptyPorts();
  const operations = operationsOf(ports);

  test("have tool schemas of names that interfaces of models take, each its own", () => {
    const tools = operations.map(toolSchema);
    expect(new Set(tools.map(({ name }) => name)).size).toBe(operations.length);
    for (const { name, parameters } of tools) {
      expect(name).toMatch(/^[A-Za-z0-9_-]{1,64}$/);
      expect(parameters).toMatchObject({ type: "object", additionalProperties: false });
      expect(JSON.stringify(parameters)).not.toContain('"lisp"');
    }
    const withBytes = toolSchema({ name: "store/x", operation: operation({ name: "x", doc: "X.", parameters: z.object({ bytes, datum }), result: z.object({}), outcome: "pure", run: () => ({}) }) });
    expect(withBytes.parameters["properties"]).toEqual({ bytes: { type: "string", contentEncoding: "base64" }, datum: { type: "string", description: "Data of the Lisp, as it is written" } });
  });

  test("have pages, also by name for a person", () => {
    for (const named of operations) expect(referencePage(named), named.name).toMatch(/^\(\S+.*\) \S[^]*\n {2}answers +\S[^]*\n {2}outcome +\S[^]*\n {2}grant +\(grant/);
    expect(operationHelp("tool-runtime/fetch")).toMatch(/^\(tool-runtime\/fetch url \[:as as\][^]*\n {2}:as +"text" or "bytes"; default "text"[^]*\n {2}label +what it answers is labelled (web|with where it comes from)/);
    expect(operationHelp("operations")?.split("\n").filter((line) => line.startsWith("("))).toHaveLength(operations.length);
    expect(operationHelp("store/nothing")).toBeUndefined();
  });

  test("fit every grant of the shipped manifest", () => {
    const files = genomeFiles();
    expect(grantProblem(parseManifest(files["manifest.scm"] ?? ""), ports)).toBeUndefined();
    const image = loadImage({ commit: "1", files, patches: [] }, new Map(ports.map((port) => [`(port ${port.name})`, port])));
    expect(image.manifest.grants.size).toBeGreaterThan(0);
  });

  test.each([
    ["(store/gett)", "(a) is granted store/gett, and there is no such operation"],
    ['(store/get (when (string-prefix? "x" (:kye request))))', "(a): a condition on store/get reads :kye of the request; its parameters are :key"],
    ['(store/get (when (or #f (equal? (get request :value) "x"))))', "(a): a condition on store/get reads :value of the request"],
  ])("refuse the grant %s", (grant, problem) => {
    expect(grantProblem(parseManifest(`(manifest (turn (a)) (grants (grant (a) ${grant})))`), ports)).toContain(problem);
  });
});
