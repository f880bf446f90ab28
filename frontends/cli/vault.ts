// `ouro vault`: secrets go in, names come out.
import { type Program, UsageError, type Verb } from "../frontend.js";
import { readWords } from "./words.js";

const usage = `usage: ouro vault put NAME --origin ORIGIN[,ORIGIN …]   reads the secret from standard input
       ouro vault names [--json]
       ouro vault delete NAME

A secret is encrypted in the home and can be used only towards its origins, such as https://api.example.org.
Nothing prints one back: not this command, not the agent.`;

export const vault: Verb = {
  summary: "secrets: put, names, delete",
  usage,
  async run(words, program: Program) {
    const options = readWords(words, { origin: "text", json: "switch" });
    const [action = "names", name] = options.positionals;
    if (action !== "names" && name === undefined) throw new UsageError(`${action} needs a name`);
    const secret = action === "put" ? await readSecret(program) : "";
    const host = await program.open();
    try {
      program.output.write(`${await act(action, name ?? "", secret, host.vault, options.text("origin")?.split(",") ?? [], options.has("json"))}\n`);
      return 0;
    } finally {
      await host.close();
    }
  },
};

type Vault = Awaited<ReturnType<Program["open"]>>["vault"];

async function act(action: string, name: string, secret: string, vaultView: Vault, origins: readonly string[], json: boolean): Promise<string> {
  if (action === "names") {
    const names = await vaultView.names();
    return json ? JSON.stringify(names) : names.length === 0 ? "No secrets yet." : names.join("\n");
  }
  if (action === "delete") return (await vaultView.delete(name)) ? `${name} is deleted` : `there was no ${name}`;
  if (action !== "put") throw new UsageError(`there is no action ${action}`);
  if (origins.length === 0) throw new UsageError("put needs --origin, where the secret may be sent");
  await vaultView.put(name, secret, origins);
  return `${name} is kept; refer to it as secret:${name}`;
}

async function readSecret(program: Program): Promise<string> {
  if (program.input.isTTY) program.errors.write("Type or paste the secret, then Enter and Ctrl-D:\n");
  const parts: Buffer[] = [];
  for await (const part of program.input) parts.push(Buffer.from(part));
  const secret = Buffer.concat(parts).toString("utf8").replace(/\r?\n$/, "");
  if (secret === "") throw new UsageError("no secret came on standard input");
  return secret;
}
