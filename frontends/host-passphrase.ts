// The vault's passphrase, asked for once: from the environment, from a file descriptor, or in the terminal.
import { openSync, readFileSync } from "node:fs";
import { ReadStream } from "node:tty";
import { readHidden } from "./hidden-input.js";
import { HostError } from "./host-error.js";

export interface PassphraseSource {
  /** Errors: `no-passphrase`. */
  read(): Promise<string>;
  /** A person sits there, who may mistype. */
  readonly isTerminal: boolean;
}

/**
 * Takes OURO_PASSPHRASE or OURO_PASSPHRASE_FD out of the environment, so that nothing finds it there later; without
 * either, the person's terminal is asked when the passphrase is wanted.
 */
export function takePassphrase(environment: NodeJS.ProcessEnv, screen: NodeJS.WritableStream): PassphraseSource {
  const { OURO_PASSPHRASE: text, OURO_PASSPHRASE_FD: descriptor } = environment;
  delete environment["OURO_PASSPHRASE"];
  delete environment["OURO_PASSPHRASE_FD"];
  if (text !== undefined) return { isTerminal: false, read: async () => text };
  if (descriptor !== undefined) {
    let read: string | undefined;
    return { isTerminal: false, read: async () => (read ??= fromDescriptor(descriptor)) };
  }
  return { isTerminal: true, read: () => fromTerminal(screen) };
}

/** The source of this process, for all that want it: what was taken out of the environment is still known. */
export function ownPassphrase(): PassphraseSource {
  return (own ??= takePassphrase(process.env, process.stderr));
}

let own: PassphraseSource | undefined;

function fromDescriptor(descriptor: string): string {
  if (!/^\d+$/.test(descriptor)) throw new HostError("no-passphrase", "OURO_PASSPHRASE_FD is not the number of a file descriptor");
  try {
    return readFileSync(Number(descriptor), "utf8").replace(/\r?\n$/, "");
  } catch (error) {
    throw new HostError("no-passphrase", `the file descriptor ${descriptor} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** The terminal itself, for the standard input may be a pipe with the program's own input. */
async function fromTerminal(screen: NodeJS.WritableStream): Promise<string> {
  const terminal = openTerminal();
  if (terminal === undefined) throw new HostError("no-passphrase", "the vault is locked with a passphrase, and there is no terminal to ask for it");
  try {
    const typed = await readHidden(terminal, screen, "Passphrase of the vault: ");
    if (typed === undefined) throw new HostError("no-passphrase", "no passphrase was given");
    return typed;
  } finally {
    terminal.destroy();
  }
}

function openTerminal(): ReadStream | undefined {
  try {
    return new ReadStream(openSync("/dev/tty", "r"));
  } catch {
    // No such device: a service, a pipe, another system.
    return process.stdin.isTTY ? process.stdin : undefined;
  }
}
