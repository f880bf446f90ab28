// Policies that native code acts on: what a library of the genome in force defines, as plain data.
import { toPlain, type World, WorldError } from "../epigenome/index.js";
import type { Interpreter } from "../interpreter/index.js";
import type { z } from "zod";

/** Undefined while no genome is in force. */
export function interpreterOf(world: World): Interpreter | undefined {
  try {
    return world.interpreter;
  } catch (error) {
    if (error instanceof WorldError) return undefined;
    throw error;
  }
}

/** What a library exports under a name; undefined where the genome has no such library or name. Throws what does not fit the schema. */
export function policyOf<Policy>(world: World, library: string, name: string, schema: z.ZodType<Policy>): Policy | undefined {
  const interpreter = interpreterOf(world);
  if (interpreter === undefined || !interpreter.libraries().includes(library)) return undefined;
  const value = interpreter.exported(library, name);
  return value === undefined ? undefined : schema.parse(toPlain(value, schema, name));
}
