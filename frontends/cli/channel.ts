// `ouro channel`: who may speak to the agent and where, how the channels stand, and who was turned away.
import type { ChannelsReport, RefusedReport } from "../channel.js";
import { type Program, UsageError, type Verb } from "../frontend.js";
import { answer, timeText } from "./asking.js";
import { readWords, type Words } from "./words.js";

const usage = `usage: ouro channel [list] [--json]
       ouro channel allow PLATFORM[/ACCOUNT] SENDER [--role operator|member] [--name NAME]
       ouro channel deny PLATFORM[/ACCOUNT] SENDER
       ouro channel bind PLATFORM[/ACCOUNT] CHANNEL [--thread THREAD]
       ouro channel unbind PLATFORM[/ACCOUNT] CHANNEL [--thread THREAD]
       ouro channel forget PLATFORM    its settings and secrets

Nobody is let in who is not allowed, and nothing is heard where no channel is bound; the channel * stands for all of a
platform. Without an account, any of ours there is meant. An operator may decide and is trusted; what a member says is
labelled with who said it.`;

export const channel: Verb = {
  summary: "who may speak to the agent and where: list, allow, deny, bind, unbind",
  usage,
  async run(words, program: Program) {
    const options = readWords(words, { json: "switch", role: "text", name: "text", thread: "text" }, 3);
    const [name = "list", ...operands] = options.positionals;
    const action = Object.hasOwn(ACTIONS, name) ? ACTIONS[name] : undefined;
    if (action === undefined) throw new UsageError(`there is no action ${name}`);
    if (operands.length !== action.operands) throw new UsageError(`${name} takes ${action.operands === 0 ? "no operand" : action.operands === 1 ? "a platform" : "a platform and a name"}`);
    return action.run(program, options, operands as [string, string]);
  },
};

interface Action {
  readonly operands: number;
  run(program: Program, options: Words, operands: readonly [string, string]): Promise<number>;
}

const ACTIONS: Readonly<Record<string, Action>> = {
  list: { operands: 0, run: (program, options) => answer(program, options, (desk) => desk.channels(), listText) },
  allow: {
    operands: 2,
    run(program, options, [where, sender]) {
      const role = options.text("role") ?? "member";
      if (role !== "operator" && role !== "member") throw new UsageError("--role is operator or member");
      const { platform, account } = placeOf(where);
      return answer(program, options, (desk) => desk.allow({ platform, account, sender, role, identity: options.text("name") ?? `${platform} ${sender}` }), (member) => `${member.sender} may speak as ${member.role}`);
    },
  },
  deny: { operands: 2, run: (program, options, [where, sender]) => answer(program, options, (desk) => desk.disallow({ ...placeOf(where), sender }), ({ disallowed }) => (disallowed ? `${sender} may not speak any more` : `${sender} was not allowed`)) },
  bind: { operands: 2, run: (program, options, [where, name]) => answer(program, options, (desk) => desk.bind({ ...placeOf(where), channel: name, thread: options.text("thread") ?? "" }), (place) => `the agent listens in ${place.channel}`) },
  unbind: { operands: 2, run: (program, options, [where, name]) => answer(program, options, (desk) => desk.unbind({ ...placeOf(where), channel: name, thread: options.text("thread") ?? "" }), ({ unbound }) => (unbound ? `the agent does not listen in ${name} any more` : `${name} was not bound`)) },
  forget: { operands: 1, run: (program, options, [platform]) => answer(program, options, (desk) => desk.forget({ platform }), ({ forgotten }) => (forgotten ? `${platform} is forgotten` : `${platform} was not configured`)) },
};

function placeOf(where: string): { readonly platform: string; readonly account: string } {
  const [platform = "", ...account] = where.split("/");
  return { platform, account: account.length === 0 ? "*" : decodeURIComponent(account.join("/")) };
}

function listText({ channels, members, bindings, refused, refusals }: ChannelsReport): string {
  return [
    ...(channels.length === 0 ? ["No channel is configured yet: ouro setup"] : channels.map(({ platform, state, detail }) => `${platform}: ${state}${detail === "" ? "" : `, ${detail}`}`)),
    ...titled("May speak:", members.map(({ platform, account, sender, role, identity }) => `${platform}/${account} ${sender} as ${role} (${identity})`)),
    ...titled("Bound:", bindings.map(({ platform, account, channel: name, thread }) => `${platform}/${account} ${name}${thread === "" ? "" : ` thread ${thread}`}`)),
    ...titled(`Turned away ${refusals} times, lately:`, refused.map(refusedText)),
  ].join("\n");
}

function titled(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ["", title, ...lines.map((each) => `  ${each}`)];
}

/** With the command that would let them in. */
function refusedText({ platform, account, channel: name, sender, code, lastMs, count }: RefusedReport): string {
  const where = shell(`${platform}/${encodeURIComponent(account)}`);
  const command = code === "baseband-not-bound" ? `ouro channel bind ${where} ${shell(name)}` : code === "baseband-not-allowed" ? `ouro channel allow ${where} ${shell(sender)}` : "";
  return `${timeText(lastMs)} ${JSON.stringify(sender)} in ${platform} ${JSON.stringify(name)}, ${count} ${count === 1 ? "time" : "times"} [${code}]${command === "" ? "" : `\n    ${command}`}`;
}

/** As one word of a shell: names come from outside. */
function shell(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replace(/\p{Cc}/gu, "").replaceAll("'", "'\\''")}'`;
}
