// What an attached terminal may call of the agent that another process runs: the members of each part, with the shapes of their operands.
import { z } from "zod";
import type { Desk, GenomeView, Host, JournalView, Session, VaultView } from "../frontend.js";
import type { ModelsView } from "../models.js";
import { ROUTES } from "./routes.js";

const text = z.string();
const whole = z.int().nonnegative();
const lock = z.union([z.object({ kind: z.enum(["file", "keyring"]) }), z.object({ kind: z.literal("passphrase"), passphrase: text })]);
const evolution = z.object({ rounds: whole, seed: whole.optional(), budget: whole.optional(), policies: z.array(text).optional() });

/** Operands in their order; those that are optional may be left out at the end. */
type Operands<Part, Apart extends keyof Part = never> = Readonly<Record<Exclude<keyof Part, Apart>, z.ZodTuple>>;

const none = z.tuple([]);

const host = {
  send: z.tuple([text]), status: none, doctor: none, redact: z.tuple([text]), evolve: z.tuple([evolution]),
} satisfies Partial<Operands<Host>>;

const session: Operands<Session, "fork" | "steps" | "bytes"> = {
  evaluate: z.tuple([text, text.optional(), z.object({ line: whole.optional(), column: whole.optional() }).optional()]),
  program: z.tuple([text, text]),
  restart: z.tuple([z.enum(["abort", "retry", "use-value"]), text.optional()]),
  isComplete: z.tuple([text]), isLisp: z.tuple([text]), complete: z.tuple([text]), documentation: z.tuple([text]), source: z.tuple([text]), describe: z.tuple([text]),
  disassemble: z.tuple([text]), expand: z.tuple([text, z.enum(["once", "head", "full"])]), trace: z.tuple([text]), untrace: z.tuple([text.optional()]),
  inspect: z.tuple([text]), inspectPart: z.tuple([whole.optional()]), libraries: none, interrupt: none,
};

const genome: Operands<GenomeView> = {
  log: none, diff: z.tuple([text, text]), patches: none, unpatch: z.tuple([text]), promote: z.tuple([text]), approve: z.tuple([text]), rollback: z.tuple([text, text]),
};

const journal: Operands<JournalView> = { show: z.tuple([z.object({ last: whole.optional() })]), verify: none, problemAtEnd: none, snapshot: none, prune: none };

const vault: Operands<VaultView> = {
  put: z.tuple([text, text, z.array(text)]), names: none, delete: z.tuple([text]), status: none, accept: none, relock: z.tuple([lock.optional()]), rotateSigningKey: none,
};

const model = z.object({
  name: text, id: text.optional(), context: whole, price: z.tuple([z.number(), z.number()]), tags: z.array(text).optional(), thinking: z.enum(["none", "budget", "adaptive", "always"]).optional(),
});
const provider = z.object({ name: text, wire: z.enum(["anthropic", "openai-chat", "openai-responses"]), url: text, secret: text.optional(), models: z.array(model) });

const models: Operands<ModelsView> = {
  list: none, key: z.tuple([text, text]), add: z.tuple([provider, text.optional()]), remove: z.tuple([text]), check: z.tuple([text]),
};

const desk = Object.fromEntries(Object.entries(ROUTES).map(([name, { parameters }]) => [name, z.tuple([parameters.optional()])])) as unknown as Operands<Desk>;

/** All that may be called, by part and member. What answers nothing, or streams, is a frame of its own (attachment.ts). */
export const CALLS = { host, session, genome, journal, vault, models, desk } as const;

export type PartName = keyof typeof CALLS;

/** A call as it goes over the wire, as one line of JSON. The session is the number that the terminal gave it. */
export type Request =
  | { readonly id: number; readonly part: PartName; readonly member: string; readonly session?: number; readonly operands: readonly unknown[] }
  /** Makes a session: beside another one, with its definitions, if one is named. */
  | { readonly open: number; readonly beside?: number }
  /** A line for a form that reads the standard input; without text, its end. */
  | { readonly give: number; readonly text?: string }
  /** Ends a call that goes on: a run of rounds. */
  | { readonly cancel: number }
  /** From now on, what happens is told. */
  | { readonly watch: true };

/** What comes back. `said` is what a call tells before its result. */
export type Reply =
  | { readonly id: number; readonly result?: unknown; readonly steps?: number; readonly bytes?: number }
  | { readonly id: number; readonly error: { readonly code: string; readonly message: string; readonly hint: string } }
  | { readonly id: number; readonly said: unknown }
  | { readonly session: number; readonly stream: "output" | "errors"; readonly text: string }
  /** Whether a form waits for a line. */
  | { readonly session: number; readonly wants: boolean }
  | { readonly event: Readonly<Record<string, unknown>> & { readonly kind: string } };
