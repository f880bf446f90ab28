// The operating system's keyring, through the command that it ships: a key by its account, never on a command line.
import { spawnSync } from "node:child_process";
import { childEnvironment, PortError } from "../port.js";

/** Keys by account, kept by the operating system for the person who is logged in. Every failure is a PortError. */
export interface Keyring {
  read(account: string): Uint8Array | undefined;
  write(account: string, key: Uint8Array): void;
  remove(account: string): void;
}

const SERVICE = "ouro";
const TIMEOUT_MS = 60_000;

/** How one keyring's command is called. The key goes in by the standard input: a command line can be read by everyone. */
interface Command {
  readonly program: string;
  readonly hint: string;
  read(account: string): Call;
  write(account: string, hex: string): Call;
  remove(account: string): Call;
}

interface Call {
  readonly words: readonly string[];
  readonly input?: string;
}

// https://manpages.debian.org/secret-tool: a secret is read from the standard input, and `lookup` prints it.
const SECRET_TOOL: Command = {
  program: "secret-tool",
  hint: "Install libsecret-tools and log in to a desktop whose keyring is unlocked, or keep the key elsewhere: ouro vault keyfile, ouro vault passphrase.",
  read: (account) => ({ words: ["lookup", "service", SERVICE, "account", account] }),
  write: (account, hex) => ({ words: ["store", "--label", "Ouro vault", "service", SERVICE, "account", account], input: hex }),
  remove: (account) => ({ words: ["clear", "service", SERVICE, "account", account] }),
};

// `security -i` reads its commands from the standard input; see man security on macOS.
const SECURITY: Command = {
  program: "security",
  hint: "Unlock the login keychain, or keep the key elsewhere: ouro vault keyfile, ouro vault passphrase.",
  read: (account) => ({ words: ["find-generic-password", "-s", SERVICE, "-a", account, "-w"] }),
  write: (account, hex) => ({ words: ["-i"], input: `add-generic-password -U -s ${SERVICE} -a ${account} -w ${hex}\n` }),
  remove: (account) => ({ words: ["delete-generic-password", "-s", SERVICE, "-a", account] }),
};

/** The keyring of this system. Calls fail with `vault-no-keyring` where there is none, or it does not answer. */
export function systemKeyring(platform: NodeJS.Platform = process.platform): Keyring {
  const command = platform === "darwin" ? SECURITY : SECRET_TOOL;
  return {
    read(account) {
      const found = call(command, command.read(account));
      return found.ok && /^[0-9a-f]{64}$/.test(found.output) ? new Uint8Array(Buffer.from(found.output, "hex")) : undefined;
    },
    write(account, key) {
      const { ok, problem } = call(command, command.write(account, Buffer.from(key).toString("hex")));
      // `security -i` ends well whatever became of its commands, so what was written is read back.
      if (!ok || this.read(account) === undefined) throw noKeyring(command, problem);
    },
    remove: (account) => void call(command, command.remove(account)),
  };
}

function call(command: Command, { words, input = "" }: Call): { readonly ok: boolean; readonly output: string; readonly problem: string } {
  const { error, status, stdout, stderr } = spawnSync(command.program, words, {
    input, encoding: "utf8", timeout: TIMEOUT_MS, env: childEnvironment(["PATH", "HOME", "LANG", "DBUS_SESSION_BUS_ADDRESS", "XDG_RUNTIME_DIR"]),
  });
  if (error !== undefined) throw noKeyring(command, error.message);
  return { ok: status === 0, output: stdout.trim(), problem: stderr.trim() };
}

function noKeyring({ program, hint }: Command, problem: string): PortError {
  return new PortError("vault-no-keyring", `the system's keyring does not answer through ${program}${problem === "" ? "" : `: ${problem}`}`, { hint });
}
