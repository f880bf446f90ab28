// The host's own failures: stable codes, each with what to do about it.

/** Every code that opening and using a home may fail with, beside those of the world and the ports. */
export const HOST_HINTS = {
  "home-unusable": "Choose another home with --home, or make this folder one that you can write to.",
  "vault-stays": "Lock it with a passphrase or a key file first (ouro vault passphrase), or export without --vault.",
  "vault-changing": "Export again when nothing puts secrets or changes keys.",
  "import-damaged": "Export the home again: nothing was left where it was to be.",
  "git-missing": "Install Git: the genome lives in a Git repository.",
  "not-installed": "Install Ouro again: its package lacks files.",
  "no-passphrase": "Run it in a terminal, or give the passphrase in OURO_PASSPHRASE or through the file descriptor that OURO_PASSPHRASE_FD names.",
  "no-genome": "See ouro doctor; ouro genome rollback goes back to a commit that loads.",
  "evolution-held": "See why with ouro cell show evolution, then let it run again with ouro cell release evolution.",
  "no-patch": "List the patches in force with ouro genome patches, or (patches).",
  "nothing-to-promote": "Change the definition first: a patch that equals the genome is nothing new.",
  "unknown-commit": "List the commits with ouro genome log, and give enough digits of one.",
  "nothing-to-approve": "Only a candidate that waits for a person can be approved; ouro status lists those.",
  "no-cell": "List the cells with ouro cell list.",
  "no-approval": "List what waits with ouro approvals; give enough digits of one id.",
  "not-ready": "See ouro doctor.",
  "bad-channels": "Mend the file, or remove it and run ouro setup again.",
  "bad-setting": "Run ouro setup PLATFORM; ouro setup PLATFORM --help tells what each setting is.",
  "no-platform": "ouro setup lists the platforms.",
  "no-queued": "List what is there with ouro queue list.",
  "not-retryable": "Only what failed or waits can be tried again; what may have been sent never is.",
  "not-droppable": "Only what has not ended can be dropped.",
  "not-up": "Start it with ouro up.",
  "no-provider": "List the providers and their models with ouro model.",
  "no-key-wanted": "It answers without one.",
  "wrong-operand": "Look the procedure up with ,doc.",
} as const satisfies Record<string, string>;

export type HostCode = keyof typeof HOST_HINTS;

/** A failure that a person may expect, and can do something about. */
export class HostError extends Error {
  override readonly name = "HostError";
  readonly hint: string;

  constructor(
    readonly code: HostCode,
    message: string,
  ) {
    super(message);
    this.hint = HOST_HINTS[code];
  }
}

/** Code and hint of an expected failure, whichever layer raised it; undefined for a fault of ours. */
export function expected(error: unknown): { readonly code: string; readonly message: string; readonly hint: string } | undefined {
  if (!(error instanceof Error)) return undefined;
  const { code, hint, options } = error as Error & { code?: unknown; hint?: unknown; options?: { hint?: unknown } };
  if (typeof code !== "string") return undefined;
  return { code, message: error.message, hint: String(hint ?? options?.hint ?? "") };
}
