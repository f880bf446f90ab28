// The tool runtime port: files below open folders, pages of allowed hosts, and civil time.
//
// Each tool is an operation of its own rather than a name and arguments given to one `call`: a grant constrains named
// parameters (`(tool-runtime/read-file (when (prefix? "notes/" (:path request))))`), and outcome, labels and cost are
// declared by operation. Behind one `call` a grant could not tell reading a note from writing one.
import type { Port } from "../port.js";
import { toolOperations } from "./operations.js";
import type { Files, Web } from "./tools.js";

export { isPublicAddress } from "./address.js";
export { undiciWeb, type WebOptions } from "./fetch.js";
export { folderFiles, type Root } from "./folder.js";
export { memoryFiles, memoryWeb } from "./memory.js";
export type { FileEntry, Files, Page, Web } from "./tools.js";

export function toolRuntimePort(files: Files, web: Web): Port {
  return {
    name: "tool-runtime",
    doc: "Files below open folders, pages of allowed hosts, and the time of day in any zone.",
    operations: toolOperations(files, web),
    close: () => web.close(),
  };
}
