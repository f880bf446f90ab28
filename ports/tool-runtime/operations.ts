// The tool runtime's operations: one a tool, and the two that list and describe them.
import { createHash } from "node:crypto";
import { z } from "zod";
import { bytes, type Operation, operation, PortError } from "../port.js";
import { civilOperations } from "./civil-operations.js";
import { wrongKind } from "./path.js";
import { type Files, type Web, webLabel } from "./tools.js";

const FILE_BYTES = 8 << 20;
const PAGE_BYTES = 4 << 20;
const FETCH_MS = 60_000;
const LIST_ENTRIES = 10_000;

const path = z.string().min(1).max(1_000).meta({ description: "A root's name and names below it, such as notes/plan.md" });
const as = z.enum(["text", "bytes"]).default("text");
const content = { text: z.string().optional(), bytes: bytes.optional() };
const hash = z.string().meta({ description: "SHA-256 in hexadecimal digits" });

/** Tools that exist elsewhere and are refused here, and why. */
const REFUSED: Readonly<Record<string, string>> = {
  shell: "Commands of a shell are refused: this build has no sandbox for them.",
};

export function toolOperations(files: Files, web: Web): Operation[] {
  const tools = [readFile(files), listFiles(files), writeFile(files), fetch(web), ...civilOperations];
  return [...catalogue(tools, files), ...tools];
}

const readFile = (files: Files): Operation => operation({
  name: "read-file",
  doc: "The content of a file below an open folder: as text in UTF-8, or as bytes.",
  parameters: z.object({ path, as, "limit-bytes": z.int().min(1).max(FILE_BYTES).default(1 << 20) }),
  result: z.object({ ...content, size: z.int(), hash }),
  outcome: "pure",
  produces: ({ path }) => `file ${path}`,
  cost: () => ({ calls: 1 }),
  run: (request) => {
    const found = files.read(request.path, request["limit-bytes"]);
    return { ...(request.as === "bytes" ? { bytes: found } : { text: textOf(found, request.path, "utf-8") }), size: found.length, hash: hashOf(found) };
  },
});

const listFiles = (files: Files): Operation => operation({
  name: "list-files",
  doc: "What a folder holds. Links are named and not followed.",
  parameters: z.object({ path }),
  result: z.object({ entries: z.array(z.object({ path: z.string(), kind: z.enum(["file", "folder", "link", "other"]), size: z.int() })) }),
  outcome: "pure",
  produces: ({ path }) => `file ${path}`,
  run: (request) => {
    const entries = files.list(request.path);
    if (entries.length > LIST_ENTRIES) throw new PortError("tool-runtime-too-large", `${request.path} holds ${entries.length} files, more than ${LIST_ENTRIES}`, { hint: "List a folder below it." });
    return { entries };
  },
});

const writeFile = (files: Files): Operation => operation({
  name: "write-file!",
  doc: "Writes a whole file, text or bytes, below an open folder that is writable, and makes the folders that lead there.",
  parameters: z.object({ path, content: z.union([z.string().max(FILE_BYTES), bytes.refine((blob) => blob.length <= FILE_BYTES, `A file has at most ${FILE_BYTES} bytes`)]) }),
  result: z.object({ size: z.int(), hash }),
  // The same content under the same name again changes nothing.
  outcome: "idempotent",
  accepts: ["model", "file"],
  cost: (request) => ({ calls: 1, bytes: request.content.length }),
  run: (request) => {
    if (!request.path.includes("/")) throw wrongKind(request.path, "file");
    const written = typeof request.content === "string" ? Buffer.from(request.content) : request.content;
    files.write(request.path, written);
    return { size: written.length, hash: hashOf(written) };
  },
});

const fetch = (web: Web): Operation => operation({
  name: "fetch",
  doc: "Reads a page of an allowed host by GET. A status such as 404 is an answer, not an error.",
  parameters: z.object({
    url: z.string().min(1).max(4_000), as,
    "limit-bytes": z.int().min(1).max(PAGE_BYTES).default(1 << 20), "limit-ms": z.int().min(1).max(FETCH_MS).default(20_000),
  }),
  result: z.object({ url: z.string(), via: z.array(z.string()).optional(), status: z.int(), type: z.string(), ...content, size: z.int() }),
  outcome: "pure",
  // Whoever is on the way chooses where it leads.
  produces: ({ url }, page) => [url, ...(page?.via ?? []), page?.url ?? url].map(webLabel),
  // An address can carry data out, so what came from the web or a file may not choose it unasked.
  accepts: ["model"],
  cost: (request) => ({ calls: 1, bytes: request["limit-bytes"], milliseconds: request["limit-ms"] }),
  run: async (request, { signal }) => {
    const page = await web.get(request.url, { bytes: request["limit-bytes"], milliseconds: request["limit-ms"], signal });
    const charset = /charset="?([\w-]+)/i.exec(page.type)?.[1] ?? "utf-8";
    const body = request.as === "bytes" ? { bytes: page.body } : { text: textOf(page.body, page.url, charset) };
    return { url: page.url, ...(page.via.length > 0 ? { via: [...page.via] } : {}), status: page.status, type: page.type, ...body, size: page.body.length };
  },
});

const described = z.object({
  name: z.string(), doc: z.string(), available: z.boolean(),
  parameters: z.array(z.object({ name: z.string(), type: z.string(), required: z.boolean(), doc: z.string().optional() })),
});

function catalogue(tools: readonly Operation[], files: Files): Operation[] {
  return [
    operation({
      name: "list",
      doc: "The names of all tools, whether they can be used here, and the folders that are open to them.",
      parameters: z.object({}),
      result: z.object({ tools: z.array(z.object({ name: z.string(), available: z.boolean() })), roots: z.array(z.object({ name: z.string(), writable: z.boolean() })) }),
      outcome: "pure",
      run: () => ({
        tools: [...tools.map(({ name }) => ({ name, available: true })), ...Object.keys(REFUSED).map((name) => ({ name, available: false }))],
        roots: [...files.roots],
      }),
    }),
    operation({
      name: "describe",
      doc: "What a tool does and takes, or why it is refused.",
      parameters: z.object({ tool: z.string().max(100) }),
      result: described,
      outcome: "pure",
      run: ({ tool: name }) => {
        const found = tools.find((tool) => tool.name === name);
        if (found !== undefined) return { name, doc: found.doc, available: true, parameters: parametersOf(found) };
        const reason = Object.hasOwn(REFUSED, name) ? REFUSED[name] : undefined;
        if (reason === undefined) throw new PortError("tool-runtime-unknown-tool", `there is no tool ${name}`, { hint: "(tool-runtime/list) names them all." });
        return { name, doc: reason, available: false, parameters: [] };
      },
    }),
  ];
}

function parametersOf({ parameters }: Operation): z.output<typeof described>["parameters"] {
  const schema = z.toJSONSchema(parameters, { io: "input", unrepresentable: "any" });
  return Object.entries(schema.properties ?? {}).map(([name, part]) => {
    const { type, description } = part as { type?: string; description?: string };
    return { name, type: type ?? "any", required: schema.required?.includes(name) ?? false, ...(description === undefined ? {} : { doc: description }) };
  });
}

function textOf(found: Uint8Array, name: string, charset: string): string {
  try {
    return new TextDecoder(charset, { fatal: true }).decode(found);
  } catch (error) {
    if (!(error instanceof RangeError || error instanceof TypeError)) throw error;
    throw new PortError("tool-runtime-not-text", `${name} is not text in ${charset}`, { hint: "Ask for it :as \"bytes\"." });
  }
}

function hashOf(found: Uint8Array): string {
  return createHash("sha256").update(found).digest("hex");
}
