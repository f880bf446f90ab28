// Civil time: clocks that are put forward and back, zones by name and by place, and the way there and back again.
import { describe, expect, test } from "vitest";
import { civilTime, hostZone, instantOf, zoneName, zonesLike } from "../../../ports/tool-runtime/civil.js";

const at = (text: string): number => Date.parse(text);
const civil = (text: string) => {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0] = text.split(/\D/).map(Number);
  return { year, month, day, hour, minute, second: 0 };
};

describe("civil time", () => {
  // Transitions of the IANA database: Berlin and New York in 2026, Lord Howe by half an hour, Apia without a whole day.
  test.each([
    ["2026-11-27 09:00", "Europe/Berlin", "2026-11-27T08:00:00Z", "exact"],
    ["2026-07-01 09:00", "Europe/Berlin", "2026-07-01T07:00:00Z", "exact"],
    ["2026-03-29 02:30", "Europe/Berlin", "2026-03-29T01:30:00Z", "skipped"],
    ["2026-10-25 02:30", "Europe/Berlin", "2026-10-25T00:30:00Z", "repeated"],
    ["2026-03-08 02:15", "America/New_York", "2026-03-08T07:15:00Z", "skipped"],
    ["2026-11-01 01:30", "America/New_York", "2026-11-01T05:30:00Z", "repeated"],
    ["2026-04-05 01:45", "Australia/Lord_Howe", "2026-04-04T14:45:00Z", "repeated"],
    ["2011-12-30 12:00", "Pacific/Apia", "2011-12-30T22:00:00Z", "skipped"],
    ["2026-11-27 09:00", "Asia/Kathmandu", "2026-11-27T03:15:00Z", "exact"],
    ["2026-01-01 00:00", "UTC", "2026-01-01T00:00:00Z", "exact"],
  ])("%s in %s is %s, %s", (shown, zone, instant, kind) => {
    expect(instantOf(civil(shown), zone)).toMatchObject({ timeMs: at(instant), kind });
  });

  test("a time is what the clocks show, and leads back, over the years in hours", () => {
    expect(civilTime(at("2026-03-29T01:00:00Z"), "Europe/Berlin")).toEqual(civil("2026-03-29 03:00"));
    expect(civilTime(at("2026-10-25T01:00:00Z"), "Europe/Berlin")).toEqual(civil("2026-10-25 02:00"));
    for (let time = at("2026-01-01T00:00:00Z"); time < at("2027-01-01T00:00:00Z"); time += 7 * 3_600_000) {
      const { timeMs, againMs } = instantOf(civilTime(time, "America/New_York"), "America/New_York");
      expect([timeMs, againMs]).toContain(time);
    }
  });

  test("zones are found by name in any letters and by place", () => {
    expect(zoneName("europe/berlin")).toBe("Europe/Berlin");
    expect(zonesLike("berlin")).toEqual(["Europe/Berlin"]);
    expect(zonesLike("New York")[0]).toBe("America/New_York");
    expect(zonesLike("utc")[0]).toBe("UTC");
    expect(zonesLike("nowhere at all")).toEqual([]);
  });

  test("the zone of an older name or an offset is the only one", () => {
    expect(zonesLike("CET")).toEqual([zoneName("CET")]);
    expect(zonesLike("Etc/UTC")).toEqual(["UTC"]);
    expect(["UTC+2", "GMT-05:00", "gmt+1"].map(zonesLike)).toEqual([["Etc/GMT-2"], ["Etc/GMT+5"], ["Etc/GMT-1"]]);
    expect(zonesLike("UTC+99")).toEqual([]);
    expect(zoneName(hostZone())).toBe(hostZone());
  });
});
