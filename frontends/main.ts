// The entry of the command line: finds the verb, loads it and nothing else, and turns what it throws into an exit status.
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import type { OpenOptions, OwnHost, Program, Verb } from "./frontend.js";
import type { Log } from "./host-log.js";
import { printable, UsageError } from "./frontend.js";
import { catchStrays } from "./stray.js";

const VERSION = "0.1.0";

const VERBS: Readonly<Record<string, { readonly summary: string; load(): Promise<Verb> }>> = {
  repl: { summary: "talk to the agent and its Lisp (the default)", load: async () => (await import("./cli/repl.js")).repl },
  tui: { summary: "the agent on one screen: conversation, turns, budgets, evolution, approvals, log", load: async () => (await import("./cli/tui.js")).tui },
  eval: { summary: "evaluate forms, without a home", load: async () => (await import("./cli/eval.js")).evaluate },
  run: { summary: "run a file, without a home", load: async () => (await import("./cli/run.js")).run },
  fmt: { summary: "lay out Lisp files, or check that they are", load: async () => (await import("./cli/fmt.js")).fmt },
  lint: { summary: "find what is unbound, unused, hidden, called wrongly, unreachable or undocumented", load: async () => (await import("./cli/lint.js")).lint },
  nrepl: { summary: "serve editors over nREPL, on loopback", load: async () => (await import("./cli/nrepl.js")).nrepl },
  evolve: { summary: "run rounds of the Ouroboros loop", load: async () => (await import("./cli/evolve.js")).evolve },
  genome: { summary: "the genome's history: log, diff, patches, promote, approve, rollback", load: async () => (await import("./cli/genome.js")).genome },
  log: { summary: "the journal: show, verify, export, snapshot, prune", load: async () => (await import("./cli/log.js")).log },
  replay: { summary: "run the journal again and compare the state at every commit", load: async () => (await import("./cli/replay.js")).replay },
  fork: { summary: "make a second home that begins after an entry of this one", load: async () => (await import("./cli/fork.js")).fork },
  export: { summary: "write the home into one file, for another machine", load: async () => (await import("./cli/export.js")).exportVerb },
  import: { summary: "make the home from such a file", load: async () => (await import("./cli/import.js")).importVerb },
  model: { summary: "models: list, key, add, remove, check", load: async () => (await import("./cli/model.js")).model },
  vault: { summary: "secrets: put, names, delete; and the key that locks them", load: async () => (await import("./cli/vault.js")).vault },
  setup: { summary: "connect the agent to a platform: Telegram, Slack, MQTT …", load: async () => (await import("./cli/setup.js")).setup },
  up: { summary: "start the agent on all its channels", load: async () => (await import("./cli/up.js")).up },
  down: { summary: "end the agent that is up, in good order", load: async () => (await import("./cli/down.js")).down },
  channel: { summary: "who may speak to the agent and where: list, allow, deny, bind, unbind", load: async () => (await import("./cli/channel.js")).channel },
  queue: { summary: "messages that wait: list, show, retry, drop", load: async () => (await import("./cli/queue.js")).queue },
  service: { summary: "let systemd start and watch the agent", load: async () => (await import("./cli/service.js")).service },
  serve: { summary: "keep the home open, for what reaches it from outside", load: async () => (await import("./cli/serve.js")).serve },
  send: { summary: "one message to the agent, and its answer", load: async () => (await import("./cli/send.js")).send },
  why: { summary: "what happened to a message or an effect, and on what ground", load: async () => (await import("./cli/why.js")).why },
  cell: { summary: "the cells: list, show, stop, release from quarantine", load: async () => (await import("./cli/cell.js")).cell },
  approvals: { summary: "effects that wait for your word: list, approve, deny", load: async () => (await import("./cli/approvals.js")).approvals },
  control: { summary: "any route of the control API, by its name", load: async () => (await import("./cli/control.js")).control },
  status: { summary: "what the agent is and does", load: async () => (await import("./cli/status.js")).status },
  doctor: { summary: "check that all is well, and say what to do if not", load: async () => (await import("./cli/doctor.js")).doctor },
};

/** Of a process that a fault of its own has ended: EX_SOFTWARE of sysexits.h. */
const FAULT = 70;

/** Takes the secrets of the home that is open out of what goes wrong. */
let redact = (text: string): string => text;
/** Into the log of the home that is open. */
let log: Log = () => undefined;

// Whoever reads our output may have enough of it, as `head` does.
process.stdout.on("error", (error: NodeJS.ErrnoException) => process.exit(error.code === "EPIPE" ? 0 : 1));
void main(process.argv.slice(2)).then((status) => (process.exitCode = status));

async function main(argv: readonly string[]): Promise<number> {
  if (argv[0] === "trial") return (await import("./host-trial.js")).serveTrialProcess();
  catchStrays(endFaulty);
  const { home, words, help, version } = readGlobalOptions(argv);
  // Options alone are those of the verb that needs no name.
  const [name = "repl", ...rest] = words[0]?.startsWith("-") === true ? ["repl", ...words] : words;
  if (version) return print(`ouro ${VERSION}`);
  if (name === "help" || (help && words.length === 0)) return showHelp(rest[0]);
  const entry = Object.hasOwn(VERBS, name) ? VERBS[name] : undefined;
  if (entry === undefined) return unknownVerb(name);
  const verb = await entry.load();
  if (help) return print(verb.usage);
  return runVerb(verb, name, rest, home);
}

async function runVerb(verb: Verb, name: string, words: readonly string[], home: string): Promise<number> {
  const made = program(home);
  try {
    const status = await verb.run(words, verb.isRaw === true ? made : { ...made, output: plain(process.stdout) });
    return made.signal.reason === DOWN ? complain("ouro down has ended this.", status) : status;
  } catch (error) {
    if (error instanceof UsageError) return complain(`ouro ${name}: ${error.message}\n\n${verb.usage}`, 2);
    return complain(redact(describe(error)), 1);
  }
}

/** The options that stand before or after any verb. What follows `--` is left alone. */
function readGlobalOptions(argv: readonly string[]) {
  const words: string[] = [];
  let home = process.env["OURO_HOME"] || join(homedir(), ".ouro");
  let [help, version] = [false, false];
  for (let index = 0; index < argv.length; index++) {
    const word = argv[index] as string;
    if (word === "--") return { home: resolve(home), words: [...words, ...argv.slice(index + 1)], help, version };
    if (word === "--home" && index + 1 < argv.length) home = argv[++index] as string;
    else if (word.startsWith("--home=")) home = word.slice("--home=".length);
    else if (word === "--help" || word === "-h") help = true;
    else if (word === "--version" || word === "-V") version = true;
    else words.push(word);
  }
  return { home: resolve(home), words, help, version };
}

/** Why a verb is told to end, where no signal of the system is the reason. */
const DOWN = "ouro down";

function program(home: string): Program {
  const controller = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => controller.abort(signal));
  const open = async (options?: OpenOptions): Promise<OwnHost> => {
    const host = await (await import("./host-control.js")).openServed(home, VERSION, options);
    redact = (text) => host.redact(text);
    log = (await import("./host-log.js")).openLog(home, redact);
    // Whatever verb has the home open: it ends as at SIGTERM.
    void host.leaving.then(() => controller.abort(DOWN));
    return host;
  };
  return {
    home,
    version: VERSION,
    input: process.stdin,
    output: process.stdout,
    errors: process.stderr,
    signal: controller.signal,
    open,
    agent: async () => (await import("./host-rest.js")).agentOf(home, open),
    desk: async () => (await import("./host-rest.js")).deskOf(home, open),
    archive: async () => (await import("./host-archive.js")).openArchive(home),
    sourceTools: async () => (await import("./host-source.js")).sourceTools(),
    bareSession: async (options) => (await import("./host-bare.js")).bareSession(options),
    platforms: async () => (await import("./host-platforms.js")).allPlatforms(),
    editorServer: async (options) => (await import("./nrepl/index.js")).startServer(options),
  };
}

async function showHelp(name: string | undefined): Promise<number> {
  if (name !== undefined && Object.hasOwn(VERBS, name)) return print((await VERBS[name]?.load())?.usage ?? "");
  if (name !== undefined) {
    const help = (await import("./host-reference.js")).operationHelp(name);
    return help === undefined ? unknownVerb(name) : print(help);
  }
  const width = Math.max(...Object.keys(VERBS).map((each) => each.length));
  const verbs = Object.entries(VERBS).map(([each, { summary }]) => `  ${each.padEnd(width)}  ${summary}`);
  return print(`Ouro: an agent that you own, written in a Lisp that it can read, test, rewrite and roll back.

usage: ouro [--home DIR] [VERB …]

${verbs.join("\n")}

  ouro help VERB    more about one of them
  ouro help NAME    about an operation of the ports, such as store/put!; "operations" lists them
  --home DIR        the agent's home (else OURO_HOME, else ~/.ouro)
  --version`);
}

function unknownVerb(name: string): number {
  const shared = (verb: string) => [...verb].filter((letter) => name.includes(letter)).length / Math.max(verb.length, name.length);
  const [near] = Object.keys(VERBS).filter((verb) => verb[0] === name[0] && shared(verb) > 0.5).sort((one, other) => shared(other) - shared(one));
  return complain(`ouro: there is no command ${name}${near === undefined ? "" : `; did you mean ${near}?`}\nouro help lists them.`, 2);
}

function print(text: string): number {
  process.stdout.write(`${text}\n`);
  return 0;
}

function complain(text: string, status: number): number {
  process.stderr.write(`${printable(text)}\n`);
  return status;
}

/** What has broken must not go on: what is durable is whole, and the next process begins there. */
function endFaulty(error: unknown): never {
  const text = error instanceof Error ? error.stack ?? error.message : String(error);
  log("error", { code: "stray-error", error: text }, "a fault of the agent's own has ended it");
  return process.exit(complain(redact(`ouro: a fault in Ouro itself has ended it [stray-error]: ${text}\n  Start it again: all that was durable is kept. Please report this.`), FAULT));
}

/** The same stream, to which texts of whomever may be written. */
function plain(stream: NodeJS.WriteStream): NodeJS.WriteStream {
  const write = (text: string): boolean => stream.write(printable(text));
  return new Proxy(stream, {
    get(target, name) {
      const value: unknown = name === "write" ? write : Reflect.get(target, name);
      return typeof value === "function" ? (value.bind(target) as unknown) : value;
    },
  });
}

/** What to do where the system refused: its own codes, as errno(3) has them. */
const SYSTEM_HINTS: Readonly<Record<string, string>> = {
  ENOENT: "A part of this path is not there: make the folder first, or name another.",
  ENOTDIR: "A part of this path is a file: name another.",
  EACCES: "See who may read and write there, or name another place.",
  EPERM: "See who may read and write there, or name another place.",
  EROFS: "Nothing can be written there: name another place.",
  ENOSPC: "Make room on the disk, and try again: nothing was lost.",
};

/** An expected failure has a code and a hint; anything else is a fault of ours, shown with its stack. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return `ouro: ${String(error)}`;
  const { code, hint, options } = error as Error & { code?: string; hint?: string; options?: { hint?: string } };
  if (code === undefined) return `ouro: a fault in Ouro itself: ${error.stack ?? error.message}`;
  const advice = hint ?? options?.hint ?? SYSTEM_HINTS[code];
  return `ouro: ${error.message} [${code}]${advice === undefined || advice === "" ? "" : `\n  ${advice}`}`;
}
