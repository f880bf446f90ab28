// Makes dist: the command, its bundles, and the code that V8 makes of them when it is warm.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build, type BuildOptions } from "esbuild";
import { compileStandard } from "../interpreter/index.js";
import { type BundleName, bundleFiles, runBundle, WRAPPING } from "./bundle.js";
import { ROOM } from "./room.js";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const DIST = join(ROOT, "dist");
/** Packages that are looked for when the program runs: they bring native code or files of their own, or few need them. */
const EXTERNAL = ["better-sqlite3", "blessed", "@slack/bolt", "node-telegram-bot-api", "mqtt", "pino"];

/** What is run so that V8 makes the code that a start needs. A trial child runs under flags for which V8 takes no such code. */
const WARMING: Readonly<Record<"language" | "whole", { readonly words: readonly string[]; readonly input: string }>> = {
  language: { words: ["eval", "(display 1) (let loop ((n 3)) (if (> n 0) (loop (- n 1)) (map list '(1 2))))"], input: "" },
  whole: { words: ["repl"], input: "(map list '(1 2))\n" },
};

const COMMON: BuildOptions = { absWorkingDir: ROOT, bundle: true, platform: "node", target: "node20", logLevel: "warning", sourcemap: "linked", external: EXTERNAL };

if (process.argv[2] === "warm") warm(process.argv[3] as keyof typeof WARMING, process.argv[4] as string, process.argv[5] as string);
else await make();

/** Beside what is there, which changes places with it at the end: an agent that runs finds its parts at any time. */
async function make(): Promise<void> {
  mkdirSync(DIST, { recursive: true });
  const folder = mkdtempSync(join(DIST, "making-"));
  // A program is for all who may read it.
  chmodSync(folder, 0o755);
  try {
    await fill(folder);
    const [place, old] = [join(DIST, "frontends"), `${folder}-old`];
    if (existsSync(place)) renameSync(place, old);
    renameSync(folder, place);
    rmSync(old, { recursive: true, force: true });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function fill(folder: string): Promise<void> {
  const library = standardLibrary();
  await Promise.all([
    build({ ...COMMON, entryPoints: [join(ROOT, "frontends", "start.ts")], format: "esm", outfile: command(folder) }),
    bundle(folder, "language", library, ["./cli/eval.js", "./cli/run.js", "./host-bare.js"]),
    bundle(folder, "trial", library, ["./host-trial.js"]),
    bundle(folder, "whole", library),
  ]);
  keepCode(folder, "language");
  keepCode(folder, "language", ROOM);
  keepCode(folder, "whole");
}

function command(folder: string): string {
  return join(folder, "main.js");
}

/** One bundle of the program; `only` are the dynamic imports of the entry that it has, if not all. */
async function bundle(folder: string, name: BundleName, library: string, only?: readonly string[]): Promise<void> {
  const entry = join(ROOT, "frontends", "main.ts");
  await build({
    ...COMMON,
    entryPoints: [entry], format: "cjs", outfile: bundleFiles(folder, name).script,
    loader: { ".scm": "text" },
    define: { "import.meta.url": WRAPPING.moduleUrl, OURO_INTERPRETER: JSON.stringify(interpreterHash()) },
    banner: { js: WRAPPING.before },
    footer: { js: WRAPPING.after },
    plugins: [{
      name: "part",
      setup(own) {
        own.onLoad({ filter: /interpreter\/library\/compiled\.ts$/ }, () => ({ contents: library, loader: "js" }));
        own.onResolve({ filter: /^\.\// }, ({ path, kind, importer }) =>
          kind === "dynamic-import" && importer === entry && only?.includes(path) === false ? { path, external: true } : undefined);
      },
    }],
  });
}

/** The module that takes the place of interpreter/library/compiled.ts: texts in functions, which cost nothing until they are called. */
function standardLibrary(): string {
  const waiting = (json: string): string => `() => ${JSON.stringify(json)}`;
  const libraries = Array.from(compileStandard(), ([name, { library, procedures }]) =>
    `${JSON.stringify(name)}: { library: ${waiting(library)}, procedures: [${procedures.map(waiting).join(",\n")}] }`);
  return `export const compiledLibraries = {\n${libraries.join(",\n")}\n};\n`;
}

/** Tells this state of the interpreter from all others. */
function interpreterHash(): string {
  const hash = createHash("sha256");
  const folder = join(ROOT, "interpreter");
  for (const path of readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((each) => /\.(ts|scm)$/.test(each)).sort())
    hash.update(`${path}\n`).update(readFileSync(join(folder, path)));
  return hash.update(readFileSync(join(ROOT, "package-lock.json"))).digest("hex");
}

/** Runs the bundle twice in fresh processes: the second one finds the home of the first. */
function keepCode(folder: string, name: keyof typeof WARMING, flags: readonly string[] = []): void {
  const place = mkdtempSync(join(tmpdir(), "ouro-build-"));
  const run = () => spawnSync(process.execPath, [...flags, fileURLToPath(import.meta.url), "warm", name, folder, join(place, "home")], { input: WARMING[name].input, encoding: "utf8" });
  const { status, stderr } = [run(), run()][1] as ReturnType<typeof run>;
  rmSync(place, { recursive: true, force: true });
  // Without it the program is as good, and a tenth of a second slower to start.
  if (status !== 0) process.stderr.write(`the code of the ${name} bundle was not kept: ${stderr}\n`);
}

function warm(name: keyof typeof WARMING, folder: string, home: string): void {
  const { words } = WARMING[name];
  process.argv = [process.execPath, command(folder), "--home", home, ...words];
  process.stdout.write = () => true;
  const { code } = bundleFiles(folder, name);
  rmSync(code, { force: true });
  const script = runBundle(folder, name, command(folder));
  process.once("exit", () => writeFileSync(code, script.createCachedData()));
}
