// `ouro setup`: asks what a channel needs, tries it, and keeps it.
import { createInterface } from "node:readline/promises";
import type { ChannelFrontend, Setting } from "../channel.js";
import { printable, type Program, UsageError, type Verb } from "../frontend.js";
import { givenUp, readHidden } from "../hidden-input.js";
import { answer } from "./asking.js";
import { readWords, type Words } from "./words.js";

const usage = `usage: ouro setup                       lists the platforms, and asks which, in a terminal
       ouro setup PLATFORM               asks for what it needs, in a terminal
       ouro setup PLATFORM --set NAME=VALUE … [--secret NAME,…] [--operator SENDER,…] [--channel CHANNEL,…]
       ouro setup PLATFORM --about       tells what to do at the platform first, and its settings

What is entered is tried on the platform before it is kept. Secrets go to the vault, are not shown while they are typed,
and are kept when nothing is entered again; --secret NAME,… reads them from standard input, a line for each.
  --operator SENDER   who is let in as operator: the platform's own ids, with commas between them
  --channel CHANNEL   where the agent listens, with commas between them; all channels (*) unless given`;

export const setup: Verb = {
  summary: "connect the agent to a platform: Telegram, Slack, MQTT …",
  usage,
  async run(words, program: Program) {
    const { sets, rest } = takeSets(words);
    const options = readWords(rest, { secret: "text", operator: "text", channel: "text", about: "switch", json: "switch" }, 1);
    const platforms = await program.platforms();
    const isMeant = sets.size > 0 || options.has("about") || ["secret", "operator", "channel"].some((option) => options.text(option) !== undefined);
    if (options.positionals[0] === undefined && isMeant && !program.input.isTTY) throw new UsageError("name the platform that this is for");
    const name = options.positionals[0] ?? (await chosen(program, platforms));
    if (name === "") return 0;
    const frontend = platforms.find((each) => each.name === name);
    if (frontend === undefined) throw new UsageError(`there is no platform ${name}; there are ${platforms.map((each) => each.name).join(", ")}`);
    if (options.has("about")) return print(program, [...guideOf(frontend, Object.fromEntries(sets)), ...frontend.settings.map(settingText)].join("\n"));
    const isScript = !program.input.isTTY || sets.size > 0 || options.text("secret") !== undefined;
    const entries = isScript ? await entriesOf(program, frontend, sets, options) : await asked(program, frontend, options);
    return answer(program, options, (desk) => desk.configure({ platform: frontend.name, ...entries }), ({ platform, account }) =>
      `${platform} is connected as ${account}.${entries.operators.length === 0 ? "\nNobody may speak to it yet: say something there, then see ouro channel." : ""}\nouro up starts it.`);
  },
};

/** The platforms, and which of them a person at a terminal wants; "" if none. */
async function chosen(program: Program, platforms: readonly ChannelFrontend[]): Promise<string> {
  print(program, platforms.map((each) => `${each.name.padEnd(10)} ${each.doc}`).join("\n") || "There are no platforms.");
  if (!program.input.isTTY || platforms.length === 0) return "";
  return ask(program, { name: "platform", doc: "Which one shall the agent be connected to? Enter nothing to leave.", choices: platforms.map((each) => each.name), isOptional: true });
}

interface Entries {
  readonly settings: Record<string, string>;
  readonly secrets: Record<string, string>;
  readonly operators: readonly string[];
  readonly channels: readonly string[];
}

/** `--set NAME=VALUE` may stand more than once, which other options may not. */
function takeSets(words: readonly string[]): { readonly sets: Map<string, string>; readonly rest: readonly string[] } {
  const sets = new Map<string, string>();
  const rest: string[] = [];
  for (let index = 0; index < words.length; index++) {
    const word = words[index] as string;
    if (word !== "--set") { rest.push(word); continue; }
    const [, name, value] = /^([^=]+)=([\s\S]*)$/.exec(words[++index] ?? "") ?? [];
    if (name === undefined || value === undefined) throw new UsageError("--set takes NAME=VALUE");
    sets.set(name, value);
  }
  return { sets, rest };
}

async function entriesOf(program: Program, frontend: ChannelFrontend, sets: ReadonlyMap<string, string>, options: Words): Promise<Entries> {
  const open = [...sets.keys()].find((name) => frontend.settings.some((setting) => setting.name === name && setting.isSecret === true));
  if (open !== undefined) throw new UsageError(`${open} is a secret: what stands in a command can be read by others; give --secret ${open} and enter it on standard input`);
  const names = listOf(options.text("secret"));
  const lines = names.length === 0 ? [] : (await readAll(program)).split(/\r?\n/);
  if (lines.length < names.length) throw new UsageError(`standard input has ${lines.length} lines for ${names.length} secrets`);
  const secrets = Object.fromEntries(names.map((name, index) => [name, (lines[index] ?? "").trim()]));
  return { settings: Object.fromEntries(sets), secrets, operators: listOf(options.text("operator")), channels: listOf(options.text("channel") ?? "*") };
}

/** What the command says already is not asked for. */
async function asked(program: Program, frontend: ChannelFrontend, options: Words): Promise<Entries> {
  const entries: { settings: Record<string, string>; secrets: Record<string, string> } = { settings: {}, secrets: {} };
  for (const line of guideOf(frontend, {})) program.errors.write(`${line}\n`);
  for (const setting of frontend.settings) {
    const entry = setting.isSecret === true ? await askSecret(program, setting) : await ask(program, setting);
    if (entry !== "") entries[setting.isSecret === true ? "secrets" : "settings"][setting.name] = entry;
  }
  const operators = options.text("operator") ?? await ask(program, { name: "operators", doc: `Your own id on ${frontend.name}, and those of other operators, with commas between them. Leave it empty to see it in ouro channel after you have said something there`, isOptional: true });
  const channels = options.text("channel") ?? await ask(program, { name: "channels", doc: "Where the agent listens to those who are let in, with commas between them; * is everywhere", default: "*" });
  return { ...entries, operators: listOf(operators), channels: listOf(channels) };
}

function guideOf({ guide }: ChannelFrontend, settings: Readonly<Record<string, string>>): string[] {
  return guide === undefined ? [] : [guide(settings), ""];
}

async function ask(program: Program, setting: Setting): Promise<string> {
  const lines = createInterface({ input: program.input, output: program.errors });
  try {
    for (;;) {
      const entry = (await lines.question(prompt(setting), { signal: program.signal }).catch(() => (program.errors.write("\n"), givenUp()))).trim();
      const problem = entry === "" ? missing(setting) : wrong(setting, entry);
      if (problem === undefined) return entry === "" ? setting.default ?? "" : entry;
      program.errors.write(`  ${printable(`${setting.name} ${problem}`)}\n`);
    }
  } finally {
    lines.close();
  }
}

/** Nothing entered keeps what is in the vault; if nothing is there, that is told when it is tried. */
async function askSecret(program: Program, setting: Setting): Promise<string> {
  for (;;) {
    const entry = (await readHidden(program.input, program.errors, prompt(setting)))?.trim();
    if (entry === undefined) return givenUp();
    const problem = entry === "" ? undefined : wrong(setting, entry);
    if (problem === undefined) return entry;
    program.errors.write(`  ${printable(`${setting.name} ${problem}`)}\n`);
  }
}

function prompt({ name, doc, choices, default: usual, isSecret }: Setting): string {
  const hints = [...(choices === undefined ? [] : [choices.join(", ")]), ...(usual === undefined || usual === "" ? [] : [`empty for ${usual}`]), ...(isSecret === true ? ["not shown"] : [])];
  return `${doc}\n${name}${hints.length === 0 ? "" : ` (${hints.join("; ")})`}: `;
}

function missing(setting: Setting): string | undefined {
  return setting.default !== undefined || setting.isOptional === true ? undefined : "must be entered";
}

function wrong({ choices, problem }: Setting, entry: string): string | undefined {
  if (choices !== undefined && !choices.includes(entry)) return `is one of ${choices.join(", ")}`;
  return problem?.(entry);
}

function settingText({ name, doc, isSecret, isOptional, default: usual, choices }: Setting): string {
  const notes = [isSecret === true ? "secret" : "", isOptional === true ? "optional" : "", usual === undefined ? "" : `default ${usual || "empty"}`, choices === undefined ? "" : `one of ${choices.join(", ")}`].filter((note) => note !== "");
  return `${name}${notes.length === 0 ? "" : ` (${notes.join(", ")})`}\n  ${doc}`;
}

function listOf(text = ""): string[] {
  return text.split(",").map((each) => each.trim()).filter((each) => each !== "");
}

async function readAll(program: Program): Promise<string> {
  if (program.input.isTTY) return (await readHidden(program.input, program.errors, "The secret: ")) ?? "";
  const parts: Buffer[] = [];
  for await (const part of program.input) parts.push(Buffer.from(part));
  return Buffer.concat(parts).toString("utf8").trim();
}

function print(program: Program, text: string): number {
  program.output.write(`${text}\n`);
  return 0;
}
