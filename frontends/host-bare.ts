// A session without a home: the language alone, for `ouro eval` and `ouro run`. Loads no port, no database, no world.
import { ReplSession } from "../epigenome/session.js";
import { Condition, createInterpreter, LispError, slice } from "../interpreter/index.js";
import type { BareOptions, Session } from "./frontend.js";
import { hasMemory } from "./host-memory.js";
import { personsProgram } from "./host-program.js";
import { hasRoom, LONG_SLICE } from "./room.js";

/** A fresh session over the base library. What it imports of the outside, it is granted as a person's own program. */
export async function bareSession({ output = () => undefined, programFolder, words, ...streams }: BareOptions): Promise<Session> {
  if (hasRoom()) slice.length = LONG_SLICE;
  const grants = personsProgram({ folder: process.cwd(), programFolder: programFolder ?? process.cwd(), words: words ?? ["ouro"] });
  const interpreter = createInterpreter({ native: grants.native, readSource: grants.readSource });
  const ground = { interpreter, imports: ["(ouro base)"] };
  return new ReplSession({
    ground: () => ground, output, ...streams, answer, enter: grants.enter, textOf: grants.textOf, hasMemory, atEnd: grants.saveAll,
  });
}

async function answer(): Promise<never> {
  throw new LispError(new Condition("not-representable", "nothing here answers what the program asks of the outside"));
}
