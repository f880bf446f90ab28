// Paths of tools: a root's name and plain names below it, separated by "/".
import { PortError } from "../port.js";

export interface ToolPath {
  readonly root: string;
  readonly names: readonly string[];
}

/** Throws tool-runtime-bad-path for anything that is not such a path: empty names, "." and "..", backslashes, control characters. */
export function parsePath(path: string): ToolPath {
  const [root = "", ...names] = path.split("/");
  const wrong = [root, ...names].find((name) => name === "" || name === "." || name === ".." || /[\p{Cc}\\]/u.test(name) || Buffer.byteLength(name) > 255);
  if (wrong !== undefined) throw new PortError("tool-runtime-bad-path", `${JSON.stringify(path)} is not a path of plain names`, { hint: "Give a root's name and names below it, such as notes/plan.md." });
  return { root, names };
}

export function outside(path: string): PortError {
  return new PortError("tool-runtime-outside", `${path} leads out of its root`, { hint: "Links may only point inside the root." });
}

export function missing(path: string): PortError {
  return new PortError("tool-runtime-no-file", `there is no ${path}`, { hint: "(tool-runtime/list-files folder) shows what is there." });
}

export function wrongKind(path: string, wanted: string): PortError {
  return new PortError("tool-runtime-wrong-kind", `${path} is not a ${wanted}`);
}

export function tooLarge(path: string, limit: number): PortError {
  return new PortError("tool-runtime-too-large", `${path} has more than ${limit} bytes`, { hint: "Raise :limit-bytes, up to the tool's own limit, or read something smaller." });
}

export function unknownRoot(name: string, roots: readonly string[]): PortError {
  return new PortError("tool-runtime-unknown-root", `there is no root ${name}`, { hint: roots.length === 0 ? "No folder is open to tools; the operator opens one." : `There are: ${roots.join(", ")}` });
}

export function readOnly(name: string): PortError {
  return new PortError("tool-runtime-read-only", `${name} may only be read`, { hint: "Write to a root that is writable." });
}
