// The layers of the house: who may import whom, and that nobody imports in a circle.
import { cruise, type ICruiseResult } from "dependency-cruiser";
import { beforeAll, expect, test } from "vitest";
import { projectFiles, ROOT } from "./sources.js";

interface Import {
  readonly from: string;
  readonly to: string;
  readonly typeOnly: boolean;
  readonly isPackage: boolean;
}

let imports: readonly Import[] = [];
const modules = projectFiles().filter((path) => /^(interpreter|epigenome|ports|frontends)\/.*(?<!\.d)\.ts$/.test(path));

beforeAll(async () => {
  const { output } = await cruise(modules, {
    baseDir: ROOT, tsPreCompilationDeps: "specify", doNotFollow: { path: "node_modules" }, tsConfig: { fileName: `${ROOT}tsconfig.json` },
    enhancedResolveOptions: { extensions: [".ts", ".js", ".json", ".scm"] },
  });
  imports = importsOf(output as ICruiseResult);
}, 600_000);

test("the layer check sees every module", () => {
  expect(modules.length).toBeGreaterThan(50);
  expect(new Set(imports.map(({ from }) => from)).size).toBeGreaterThan(modules.length * 0.7);
});

/** What a file may import of ours, as the design's table has it. The first rule whose `from` fits is the one. */
const LAYERS: readonly { from: RegExp; may: (to: string, from: string) => boolean }[] = [
  { from: /^interpreter\//, may: (to) => to.startsWith("interpreter/") },
  { from: /^ports\/(port|plain-data|labels)\.ts$/, may: (to) => to === "ports/plain-data.ts" || to === "ports/labels.ts" },
  { from: /^ports\//, may: (to, from) => to === "ports/port.ts" || folder(to, 2) === folder(from, 2) },
  { from: /^epigenome\//, may: (to) => to.startsWith("epigenome/") || to === "ports/port.ts" || to === "interpreter/index.ts" },
  // The composition root alone sees everything: host.ts, and what it is made of beside it.
  { from: /^frontends\/(host(-[a-z]+)?|main|start|bundle|build)\.ts$/, may: (to) => isFrontDoor(to) },
  { from: /^frontends\/(frontend|channel|models|session)\.ts$/, may: isContract },
  { from: /^frontends\/cli\//, may: (to) => isContract(to) || to.startsWith("frontends/cli/") || isFrontDoor(to, "frontends/") },
  { from: /^frontends\//, may: (to, from) => isContract(to) || folder(to, 2) === folder(from, 2) },
];

test("every import stays within its layer", () => {
  const broken = imports.filter(({ from, to, isPackage }) => !isPackage && LAYERS.find((layer) => layer.from.test(from))?.may(to, from) !== true);
  expect(broken.map(({ from, to }) => `${from} -> ${to}`)).toEqual([]);
});

test("the interpreter does no I/O: it imports no module of Node's", () => {
  const io = imports.filter(({ from, to, isPackage }) => isPackage && from.startsWith("interpreter/") && !/chevrotain|immutable/.test(to));
  expect(io.map(({ from, to }) => `${from} -> ${to}`)).toEqual([]);
});

test("platform packages are imported by their frontend alone", () => {
  const platform = /(@slack\/bolt|node-telegram-bot-api|mqtt|blessed)/;
  const outside = imports.filter(({ from, to, isPackage }) => isPackage && platform.test(to) && !from.startsWith("frontends/"));
  expect(outside.map(({ from, to }) => `${from} -> ${to}`)).toEqual([]);
});

test("no value imports go in a circle", () => {
  const next = new Map<string, string[]>();
  for (const { from, to, typeOnly, isPackage } of imports)
    if (!typeOnly && !isPackage) next.set(from, [...(next.get(from) ?? []), to]);
  expect(circles(next)).toEqual([]);
});

function importsOf(result: ICruiseResult): Import[] {
  return result.modules.flatMap(({ source, dependencies }) =>
    dependencies.map(({ resolved, dependencyTypes, coreModule }) => ({
      from: source,
      to: resolved,
      typeOnly: dependencyTypes.includes("type-only"),
      isPackage: coreModule || !/^(interpreter|epigenome|ports|frontends|test|genome)\//.test(resolved),
    })),
  ).filter(({ from }) => modules.includes(from));
}

function folder(path: string, depth: number): string {
  return path.split("/").slice(0, depth).join("/");
}

/** What frontends see of the rest: the agent, and the channels on which it is reached. */
function isContract(path: string): boolean {
  return /^frontends\/(frontend|channel|models|session)\.ts$/.test(path);
}

/** A folder's `index.ts`, a file that stands alone for its folder, or a door of its own for what must load without the rest. */
function isFrontDoor(path: string, start = ""): boolean {
  return path.startsWith(start) && (path.endsWith("/index.ts") || /^(ports\/port|epigenome\/(session|trial)|frontends\/[a-z-]+|frontends\/cli\/[a-z-]+)\.ts$/.test(path));
}

/** One path for each circle found by depth-first search. */
function circles(next: ReadonlyMap<string, readonly string[]>): string[] {
  const found: string[] = [];
  const done = new Set<string>();
  const visit = (node: string, path: readonly string[]): void => {
    if (path.includes(node)) {
      found.push([...path.slice(path.indexOf(node)), node].join(" -> "));
      return;
    }
    if (done.has(node)) return;
    for (const each of next.get(node) ?? []) visit(each, [...path, node]);
    done.add(node);
  };
  for (const node of next.keys()) visit(node, []);
  return found;
}
