// The style that a machine can check: first lines, sizes, names, and what must not stand in the code.
import ts from "typescript";
import { expect, test } from "vitest";
import { format } from "../../interpreter/index.js";
import { projectFiles, sources } from "./sources.js";

const TOP_LEVEL = new Set([
  "package.json", "package-lock.json", "tsconfig.json", "README.md", "LICENSE",
  "interpreter", "genome", "epigenome", "ports", "frontends", "test", ".ci",
]);
const product = sources("interpreter/", "genome/", "epigenome/", "ports/", "frontends/");
const all = sources();

/** Start this very program again, in the place of the process that was started. */
const OWN_PROCESSES = new Set(["frontends/room.ts", "frontends/build.ts"]);

/** Each rule tells what is wrong with a file; an empty list is a tidy house. */
const RULES: readonly { name: string; files: typeof all; wrong: (file: (typeof all)[number]) => readonly string[] }[] = [
  { name: "line 1 of every file says its one job", files: all, wrong: ({ text }) => (/^(#!.*\n)?(\/\/|;+) \S.{10,}/.test(text) ? [] : ["no first line"]) },
  { name: "no file is over 500 lines", files: all, wrong: ({ text }) => (text.split("\n").length > 501 ? [`${text.split("\n").length} lines`] : []) },
  { name: "no function is over 70 lines", files: product.filter(isTypeScript), wrong: (file) => functionSizes(file).filter(({ lines }) => lines > 70).map(({ name, lines }) => `${name} has ${lines}`) },
  { name: "no type is given up", files: product.filter(isTypeScript), wrong: (file) => [...matches(/@ts-(ignore|expect-error|nocheck)/g)(file), ...anyTypes(file)] },
  { name: "no error is swallowed", files: product.filter(isTypeScript), wrong: matches(/catch *(\([^)]*\))? *\{\s*\}/g) },
  { name: "no child process inherits our environment", files: product.filter(isTypeScript), wrong: ({ path, text }) => (OWN_PROCESSES.has(path) ? [] : openProcesses(path, text)) },
  { name: "nothing is left for later in the code", files: product, wrong: matches(/\b(TODO|FIXME|XXX|HACK)\b|not implemented/g) },
  { name: "no test is skipped or narrowed", files: sources("test/"), wrong: matches(/\b(test|it|describe)\.(skip|only|todo)\(/g) },
  { name: "no file is named for what it is not", files: all, wrong: ({ path }) => (/(^|\/)(utils?|helpers?|managers?|common|misc)\b/i.test(path) ? [path] : []) },
];

for (const { name, files, wrong } of RULES)
  test(name, () => {
    expect(files.length).toBeGreaterThan(5);
    expect(files.flatMap((file) => wrong(file).map((what) => `${file.path}: ${what}`))).toEqual([]);
  });

test("half of the functions are under ten lines", () => {
  const sizes = product.filter(isTypeScript).flatMap((file) => functionSizes(file).map(({ lines }) => lines)).sort((a, b) => a - b);
  expect(sizes.length).toBeGreaterThan(100);
  expect(sizes[Math.floor(sizes.length / 2)]).toBeLessThan(10);
});

test("the top level holds what the design names, and dot files", () => {
  const names = new Set(projectFiles().map((path) => path.split("/")[0] as string));
  expect([...names].filter((name) => !TOP_LEVEL.has(name) && !name.startsWith("."))).toEqual([]);
});

function isTypeScript({ path }: { path: string }): boolean {
  return path.endsWith(".ts");
}

function matches(pattern: RegExp) {
  return ({ text }: { text: string }): string[] => [...text.matchAll(pattern)].map(([found]) => found);
}

/** Where the type `any` is written. */
function anyTypes({ path, text }: { path: string; text: string }): string[] {
  const tree = ts.createSourceFile(path, text, ts.ScriptTarget.ES2022, true);
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (node.kind === ts.SyntaxKind.AnyKeyword) found.push(`any in line ${tree.getLineAndCharacterOfPosition(node.pos).line + 1}`);
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return found;
}

/** Named functions and methods with the number of lines from their first to their last. */
function functionSizes({ path, text }: { path: string; text: string }): { name: string; lines: number }[] {
  const tree = ts.createSourceFile(path, text, ts.ScriptTarget.ES2022, true);
  const found: { name: string; lines: number }[] = [];
  const line = (offset: number) => tree.getLineAndCharacterOfPosition(offset).line;
  const visit = (node: ts.Node): void => {
    if ((ts.isFunctionDeclaration(node) || ts.isMethodDeclaration(node)) && node.body !== undefined)
      found.push({ name: node.name?.getText(tree) ?? "function", lines: line(node.end) - line(node.getStart(tree)) + 1 });
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return found;
}

test("Lisp sources are laid out as ouro fmt lays them out", () => {
  const lisp = [...sources("genome/"), ...sources("interpreter/library/")].filter(({ path }) => path.endsWith(".scm"));
  expect(lisp.length).toBeGreaterThan(50);
  expect(lisp.filter(({ path, text }) => format(text, path) !== text).map(({ path }) => `${path}: run ouro fmt`)).toEqual([]);
});

/** Calls that start a process without the one function that says what a child may see. */
function openProcesses(path: string, text: string): string[] {
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const starters = new Set([...(/import \{([^}]*)\} from "node:child_process"/.exec(text)?.[1] ?? "").split(","), ...(text.includes("simple-git") ? ["simpleGit"] : [])].map((name) => name.trim()));
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && starters.has(node.expression.getText()) && !statementOf(node).includes("childEnvironment(")) found.push(`${node.expression.getText()} without childEnvironment`);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

function statementOf(node: ts.Node): string {
  return ts.isStatement(node) ? node.getText() : statementOf(node.parent);
}
