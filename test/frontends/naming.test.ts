// What a person names by its first digits is that one thing, or nothing.
import { expect, test } from "vitest";
import { named } from "../../frontends/host-naming.js";

const ids = ["a1b2c3d4", "a1b2c3ff", "b0000000"];
const find = (start: string) => named(ids, start, (id) => id, "no-approval");

test("enough digits name one, and a start of none names nothing", () => {
  expect(["a1b2c3d", "a1b2c3ff", "b000"].map(find)).toEqual(["a1b2c3d4", "a1b2c3ff", "b0000000"]);
  expect(find("c000")).toBeUndefined();
});

test.each(["", "b", "b00", "a1b2", "a1b2c3"])("%j is refused: too little, or the start of two", (start) => {
  expect(() => find(start)).toThrow(expect.objectContaining({ code: "no-approval" }));
});
