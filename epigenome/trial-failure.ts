// What a trial says of a failure: a stable code, and a message with the place.
import { Condition, LispError } from "../interpreter/index.js";
import { explain } from "./data.js";
import { WorldError } from "./error.js";

/** Code and message of what a candidate did wrong. Anything else is a fault of ours, and named so. */
export function failureOf(error: unknown): { code: string; message: string } {
  if (error instanceof WorldError) return { code: error.code, message: error.message };
  if (error instanceof LispError) return raised(error.payload);
  return { code: "internal", message: error instanceof Error ? (error.stack ?? error.message) : String(error) };
}

function raised(payload: LispError["payload"]): { code: string; message: string } {
  if (!(payload instanceof Condition)) return { code: "uncaught", message: explain(payload) };
  const { position } = payload;
  const place = position === undefined ? "" : `${position.file}:${position.line}:${position.column}: `;
  return { code: payload.code, message: `${place}${payload.message}${payload.hint === "" ? "" : ` (${payload.hint})`}` };
}
