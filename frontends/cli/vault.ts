// `ouro vault`: secrets go in, names come out; and the key that locks them is changed.
import { type Program, UsageError, type VaultState, type Verb } from "../frontend.js";
import { answer } from "./asking.js";
import { readSecret } from "./secret-input.js";
import { readWords, type Words } from "./words.js";

const usage = `usage: ouro vault put NAME --origin ORIGIN[,ORIGIN …]   reads the secret from standard input
       ouro vault names [--json]
       ouro vault delete NAME
       ouro vault status [--json]
       ouro vault rotate [--signing]   a new key for the vault, or for the journal's signature
       ouro vault passphrase           locks the vault with a passphrase, read from standard input
       ouro vault keyfile              locks it with a random file in the home (as a new vault is)
       ouro vault keyring              locks it with a key in the system's keyring
       ouro vault accept               takes a vault that was put back from an older copy

A secret is encrypted in the home and can be used only towards its origins, such as https://api.example.org.
Nothing prints one back: not this command, not the agent. In a terminal nothing that you type here is shown;
a secret of several lines comes through a pipe.

A vault with a passphrase asks for it once each time the home is opened: in the terminal, or for scripts from the
environment variable OURO_PASSPHRASE or from the file descriptor whose number is in OURO_PASSPHRASE_FD.`;

export const vault: Verb = {
  summary: "secrets: put, names, delete; and the key that locks them",
  usage,
  async run(words, program) {
    const options = readWords(words, { origin: "text", json: "switch", signing: "switch" }, 2);
    const [name = "names", ...operands] = options.positionals;
    const action = Object.hasOwn(ACTIONS, name) ? ACTIONS[name] : undefined;
    if (action === undefined) throw new UsageError(`there is no action ${name}`);
    if (operands.length !== (action.operand ?? 0)) throw new UsageError(action.operand === undefined ? `${name} takes no operand` : `${name} needs a name`);
    const secret = action.secret === undefined ? "" : await readSecret(program, action.secret);
    return action.run({ program, name: operands[0] ?? "", secret, options });
  },
};

interface Given {
  readonly program: Program;
  readonly name: string;
  readonly secret: string;
  readonly options: Words;
}

interface Action {
  /** How many operands it takes. */
  readonly operand?: 1;
  /** What it reads from the standard input, and how often a person types it. */
  readonly secret?: { readonly what: string; readonly isRepeated: boolean };
  run(given: Given): Promise<number>;
}

const ACTIONS: Readonly<Record<string, Action>> = {
  put: {
    operand: 1, secret: { what: "secret", isRepeated: false },
    run({ program, name, secret, options }) {
      const origins = options.text("origin")?.split(",") ?? [];
      if (origins.length === 0) throw new UsageError("put needs --origin, where the secret may be sent");
      return answer(program, options, (desk) => desk.putSecret({ name, secret, origins }), ({ kept }) => `${kept} is kept; refer to it as secret:${kept}`);
    },
  },
  names: { run: ({ program, options }) => answer(program, options, (desk) => desk.secrets(), (names) => names.join("\n") || "No secrets yet.") },
  delete: {
    operand: 1,
    run: ({ program, name, options }) => answer(program, options, (desk) => desk.deleteSecret({ name }), ({ deleted }) => (deleted ? `${name} is deleted` : `there was no ${name}`)),
  },
  status: { run: ({ program, options }) => answer(program, options, (desk) => desk.vault(), stateText) },
  rotate: {
    run: ({ program, options }) => (options.has("signing")
      ? answer(program, options, (desk) => desk.rotateSigningKey(), ({ key }) => `The journal is signed with a new key: ${key}`)
      : answer(program, options, (desk) => desk.relock({}), ({ records }) => `${records} records are sealed with a new key`)),
  },
  passphrase: { secret: { what: "new passphrase", isRepeated: true }, run: (given) => relocked(given, "passphrase", "the passphrase; nobody can restore it for you") },
  keyfile: { run: (given) => relocked(given, "file", "a key file in the home") },
  keyring: { run: (given) => relocked(given, "keyring", "a key in the system's keyring") },
  accept: {
    // A home whose vault is refused opens only for this.
    async run({ program }) {
      const host = await program.open({ acceptVault: true });
      try {
        program.output.write(`The vault is taken as it is: ${stateText(await host.vault.accept())}\n`);
        return 0;
      } finally {
        await host.close();
      }
    },
  },
};

function relocked({ program, secret, options }: Given, lock: VaultState["lock"], where: string): Promise<number> {
  const passphrase = lock === "passphrase" ? secret : undefined;
  return answer(program, options, (desk) => desk.relock({ lock, passphrase }), ({ records }) => `${records} records are locked with ${where}`);
}

const LOCKS: Readonly<Record<VaultState["lock"], string>> = {
  file: "a key file in the home", passphrase: "a passphrase", keyring: "a key in the system's keyring",
};

function stateText({ lock, secrets, generation, isWatched }: VaultState): string {
  return `${secrets} secrets, locked with ${LOCKS[lock]}, at change ${generation}${isWatched ? "; an older copy put back would show" : ""}`;
}
