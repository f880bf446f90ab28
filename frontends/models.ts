// Models as people deal with them: which there are, what they cost, and how a provider is added.

export interface ModelsView {
  list(): Promise<readonly ModelReport[]>;
  /** Puts a provider's key into the vault, bound to its address. Errors: `no-provider`, `no-key-wanted`. */
  key(provider: string, secret: string): Promise<void>;
  /** Adds a provider, or puts it in the place of one of its name, by a commit of the genome; with its key, if there is one. Errors: `router-bad-models`. */
  add(provider: NewProvider, secret?: string): Promise<void>;
  /** Takes away a provider that was added. Errors: `no-provider`. */
  remove(provider: string): Promise<void>;
  /** Asks a model for a word, to see that it answers; what it said. Errors: `router-unavailable`. */
  check(model: string, signal?: AbortSignal): Promise<string>;
}

export interface ModelReport {
  readonly model: string;
  readonly provider: string;
  readonly url: string;
  /** Tokens. */
  readonly context: number;
  /** US cents for a million tokens read, and written. */
  readonly price: readonly number[];
  readonly tags: readonly string[];
  readonly thinking: string;
  /** Name in the vault. */
  readonly secret?: string;
  /** What is missing before it can be asked. */
  readonly missing?: string;
}

/** A provider as policy/models.scm has it. */
export interface NewProvider {
  readonly name: string;
  readonly wire: "anthropic" | "openai-chat" | "openai-responses";
  /** Such as http://127.0.0.1:11434/v1. */
  readonly url: string;
  /** The name of its key in the vault. Absent: it wants none. */
  readonly secret?: string;
  readonly models: readonly {
    readonly name: string;
    readonly id?: string;
    readonly context: number;
    readonly price: readonly [read: number, written: number];
    readonly tags?: readonly string[];
    readonly thinking?: "none" | "budget" | "adaptive" | "always";
  }[];
}
