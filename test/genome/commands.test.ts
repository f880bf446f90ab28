// The commands that the host obeys itself are those that the genome tells people of, with the same roles.
import { expect, test } from "vitest";
import { field, fieldText } from "../../epigenome/index.js";
import type { World } from "../../epigenome/index.js";
import { nativeCommands } from "../../frontends/host-commands.js";
import type { Conversations } from "../../frontends/host-conversation.js";
import { display, PersistentVector, type Value } from "../../interpreter/index.js";
import { loadGenome } from "./load.js";

test("host and genome agree on what the host obeys, and by whom", () => {
  const declared = loadGenome({}).exported("(genome policy commands)", "slash-commands") as PersistentVector;
  const native = Array.from(declared).filter((command) => display(field(command, "handler") as Value) === ":native")
    .map((command) => [fieldText(command, "name"), display(field(command, "role") as Value).slice(1)]);
  const obeyed = nativeCommands({} as World, {} as Conversations, () => { throw new Error("nothing is obeyed here"); }).map(({ name, role }) => [name, role]);
  expect(native.toSorted()).toEqual(obeyed.toSorted());
  expect(native.length).toBeGreaterThan(8);
});
