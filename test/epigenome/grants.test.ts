// The times until which a grant holds: days and times of RFC 3339, whatever the machine's zone.
import { describe, expect, test } from "vitest";
import { parseManifest } from "../../epigenome/index.js";
import { openEvaluating } from "./evaluating.js";
import { freshHome } from "./home.js";

const untilOf = (text: string): number | undefined =>
  parseManifest(`(manifest (version 1) (turn (t)) (grants (grant (t) (store/get (until ${text})))))`).grants.get("(t)")?.get("store/get")?.until;

describe("a grant holds until", () => {
  test.each<[string, string]>([
    ['"2026-12-01"', "2026-12-01T00:00:00.000Z"],
    ['"2024-02-29"', "2024-02-29T00:00:00.000Z"],
    ['"2026-12-01T09:30:00Z"', "2026-12-01T09:30:00.000Z"],
    ['"2026-12-01T00:00:00+09:00"', "2026-11-30T15:00:00.000Z"],
    ['"2026-12-01T00:00:00.5-01:30"', "2026-12-01T01:30:00.500Z"],
  ])("%s", (text, time) => {
    expect(new Date(untilOf(text) ?? 0).toISOString()).toBe(time);
  });

  test.each([
    "2026-12-01T00:00", "2026-12-01T00:00:00", "2026-02-31", "2025-02-29", "2026-02-30T00:00:00Z", "2026-12-01T24:00:00Z", "2026-12-01T00:00:00+25:00", "Dec 1 2026", "12", "tomorrow 5", "2026-12-01 ", "",
  ])("no other text, as it may mean another time elsewhere, or none: %j", (text) => {
    expect(() => untilOf(JSON.stringify(text))).toThrow(expect.objectContaining({ code: "bad-manifest", message: expect.stringContaining(JSON.stringify(text)) }));
  });

  test.each(["", "12", ":day"])("a text only: (until %s)", (operand) => {
    expect(() => untilOf(operand)).toThrow(expect.objectContaining({ code: "bad-manifest" }));
  });

  test("and a narrowing likewise", async () => {
    const world = openEvaluating(freshHome());
    const said = async (text: string) => (await world.ask({ cell: "a", kind: "run", text: `(guard (e (#t (condition-code e))) (attenuate expiring! {:until ${JSON.stringify(text)}}) :ok)` })).answer;
    expect([await said("2026-12-01"), await said("2026-12-01T00:00:00+09:00"), await said("2026-12-01T00:00"), await said("tomorrow 5")]).toEqual(["ok", "ok", "wrong-type", "wrong-type"]);
    await world.close(10);
  });
});
