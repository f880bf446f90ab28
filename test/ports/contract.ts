// The laws that every port obeys, checked against a fresh port by one call of `portContract`.
import { describe, expect, test } from "vitest";
import type { z } from "zod";
import { callOperation, type Context, notPlain, type Operation, type Port, PORT_NAMES, PortError } from "../../ports/port.js";

/** One call: the operation's name and its parameters. */
export type Call = readonly [operation: string, parameters: Record<string, unknown>];

export interface ContractCase {
  /** A fresh port in a state of its own, and what must be undone after the test. */
  open(): Promise<Opened> | Opened;
  /** Calls that succeed when run in order on a fresh port: at least one for each operation. */
  readonly examples: readonly Call[];
  /** Further parameters that the schema must refuse, beside the missing, null and unknown ones tried for all. */
  readonly refused?: readonly Call[];
}

export interface Opened {
  readonly port: Port;
  /** Everything that an operation can change, as comparable data. */
  state(): Promise<unknown> | unknown;
  close?(): Promise<void> | void;
}

/** Declares one test for each law. `implementation` tells the runs apart, such as "memory" and "sqlite". */
export function portContract(implementation: string, contract: ContractCase): void {
  const law = (title: string, check: (opened: Opened) => unknown): void => {
    test(title, () => opened(contract, check));
  };
  describe(`port contract, ${implementation}`, () => {
    law("the port and its operations are named and documented", ({ port }) => named(port));
    law("schemas hold only what Lisp can carry", ({ port }) => port.operations.forEach(carried));
    law("what changes anything says which labels it accepts, or why it accepts all", ({ port }) => port.operations.forEach(bounded));
    law("a checkable operation can be checked", ({ port }) => {
      for (const operation of port.operations) expect(operation.check !== undefined, operation.name).toBe(operation.outcome === "checkable");
    });
    law("every operation has an example, and answers plain data of its schema", ({ port }) => answers(port, contract.examples));
    law("invalid parameters are refused and change nothing", (it) => refuses(it, contract));
    law("unknown operations are refused", ({ port }) => refusal(callOperation(port, "no-such-operation", {}, context()), `${port.name}-unknown-operation`));
    law("a cancelled call does nothing", (it) => cancels(it, contract.examples));
    law("pure operations change nothing", (it) => repeats(it, contract.examples, "pure"));
    law("an idempotent operation run again with its key answers the same and changes nothing", (it) => repeats(it, contract.examples, "idempotent"));
  });
}

let serial = 0;

/** A context as the world makes it. Each has an idempotency key and entropy of its own unless given. */
export function context(given: Partial<Context> = {}): Context {
  serial += 1;
  return {
    signal: new AbortController().signal,
    idempotencyKey: `intent-${serial}`,
    stamp: { timeMs: 1_700_000_000_000 + serial, entropy: serial.toString(16).padStart(64, "0") },
    cell: "test",
    progress: () => undefined,
    ...given,
  };
}

/** Asserts that the call fails with a PortError of this code; answers the error. */
export async function refusal(call: Promise<unknown> | (() => unknown), code: string): Promise<PortError> {
  const error = await Promise.resolve(typeof call === "function" ? (async () => call())() : call)
    .then((value) => new Error(`answered ${JSON.stringify(value)}`), (failure: unknown) => failure);
  expect(error, String(error)).toBeInstanceOf(PortError);
  expect((error as PortError).code, String(error)).toBe(code);
  return error as PortError;
}

/** Calls and answers plain data of the type that the test expects. */
export async function ask<Result = Record<string, unknown>>(
  port: Port, name: string, parameters: Record<string, unknown> = {}, given: Partial<Context> = {},
): Promise<Result> {
  return (await callOperation(port, name, parameters, context(given))) as Result;
}

async function opened(contract: ContractCase, check: (opened: Opened) => unknown): Promise<void> {
  const it = await contract.open();
  try {
    await check(it);
  } finally {
    await it.port.close?.();
    await it.close?.();
  }
}

function named(port: Port): void {
  const names = port.operations.map((operation) => operation.name);
  expect(PORT_NAMES).toContain(port.name);
  expect(port.doc).toMatch(/\S.*\.$/s);
  expect(names).toEqual([...new Set(names)]);
  for (const operation of port.operations) {
    expect(operation.name).toMatch(/^[a-z][a-z0-9]*(-[a-z0-9]+)*[!?]?$/);
    expect(operation.doc, operation.name).toMatch(/\S.*\.$/s);
    expect(["pure", "idempotent", "checkable", "unknown"]).toContain(operation.outcome);
    const optional = Object.values(shapeOf(operation)).map((schema) => schema.safeParse(undefined).success);
    expect(optional, `${operation.name}: required parameters first`).toEqual(optional.toSorted((left, right) => Number(left) - Number(right)));
    for (const secret of operation.secrets ?? []) expect(Object.keys(shapeOf(operation))).toContain(secret);
  }
}

function bounded({ name, outcome, accepts }: Operation): void {
  if (outcome !== "pure") expect(accepts, name).toBeDefined();
  if (accepts !== undefined && "any" in accepts) expect(accepts.any, `${name} says why`).toMatch(/\w+( [\w,]+){3,}/);
}

const CARRIED = new Set(["string", "number", "boolean", "object", "record", "array", "enum", "literal", "union", "optional", "default", "custom", "lazy", "bigint"]);

/** Walks both schemas: kinds that have a translation, and kebab-case keys. */
function carried(operation: Operation): void {
  const walk = (schema: z.ZodType, path: string): void => {
    const definition = schema.def as unknown as Record<string, unknown> & { type: string };
    expect(CARRIED, `${path} is a ${definition.type}`).toContain(definition.type);
    for (const [key, part] of Object.entries((definition["shape"] ?? {}) as Record<string, z.ZodType>)) {
      expect(key, path).toMatch(/^[a-z][a-z0-9]*(-[a-z0-9]+)*[!?]?$/);
      walk(part, `${path}.${key}`);
    }
    for (const part of [definition["element"], definition["innerType"], definition["valueType"], ...((definition["options"] ?? []) as unknown[])]) {
      if (typeof part === "object" && part !== null) walk(part as z.ZodType, path);
    }
  };
  walk(operation.parameters, `${operation.name} parameters`);
  walk(operation.result as z.ZodType, `${operation.name} result`);
}

async function answers(port: Port, examples: readonly Call[]): Promise<void> {
  expect(new Set(examples.map(([name]) => name))).toEqual(new Set(port.operations.map((operation) => operation.name)));
  for (const [name, parameters] of examples) {
    expect(notPlain(await callOperation(port, name, parameters, context()), name)).toBeUndefined();
  }
}

async function refuses({ port, state }: Opened, contract: ContractCase): Promise<void> {
  for (const [name, parameters] of contract.examples) {
    const before = await state();
    for (const wrong of wrongVariants(operationOf(port, name), parameters)) {
      await refusal(callOperation(port, name, wrong, context()), `${port.name}-invalid-parameters`);
    }
    for (const [refused, wrong] of contract.refused ?? []) {
      if (refused === name) await refusal(callOperation(port, name, wrong, context()), `${port.name}-invalid-parameters`);
    }
    expect(await state(), name).toEqual(before);
    await callOperation(port, name, parameters, context());
  }
}

function wrongVariants(operation: Operation, parameters: Record<string, unknown>): unknown[] {
  const keys = Object.entries(shapeOf(operation));
  const required = keys.filter(([, schema]) => !schema.safeParse(undefined).success);
  return [
    undefined, "text", { ...parameters, "no-such-parameter": 1 },
    ...keys.map(([key]) => ({ ...parameters, [key]: null })),
    ...required.map(([key]) => Object.fromEntries(Object.entries(parameters).filter(([name]) => name !== key))),
  ];
}

async function cancels({ port, state }: Opened, examples: readonly Call[]): Promise<void> {
  for (const [name, parameters] of examples) {
    const before = await state();
    await refusal(callOperation(port, name, parameters, context({ signal: AbortSignal.abort() })), `${port.name}-cancelled`);
    expect(await state(), name).toEqual(before);
    await callOperation(port, name, parameters, context());
  }
}

/** Runs each example; those of this outcome twice with one context: state is compared around the run that must not matter. */
async function repeats({ port, state }: Opened, examples: readonly Call[], outcome: Operation["outcome"]): Promise<void> {
  for (const [name, parameters] of examples) {
    const same = context();
    const matters = operationOf(port, name).outcome !== outcome;
    const fresh = await state();
    const first = await callOperation(port, name, parameters, same);
    if (matters) continue;
    const before = outcome === "pure" ? fresh : await state();
    expect(await callOperation(port, name, parameters, same), name).toEqual(first);
    expect(await state(), name).toEqual(before);
  }
}

function operationOf(port: Port, name: string): Operation {
  const found = port.operations.find((operation) => operation.name === name);
  if (found === undefined) throw new Error(`the ${port.name} port has no operation ${name}`);
  return found;
}

function shapeOf(operation: Operation): Record<string, z.ZodType> {
  return operation.parameters.shape as Record<string, z.ZodType>;
}
