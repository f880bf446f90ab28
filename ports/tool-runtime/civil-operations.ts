// Civil time as operations: each answer is a receipt, so that a replay needs no database of zones.
import { z } from "zod";
import { type Operation, operation } from "../port.js";
import { civilTime, hostZone, instantOf, zoneName, zonesLike } from "./civil.js";

/** What JavaScript's dates reach. */
const LATEST_MS = 8_640_000_000_000_000;

const zone = z.string().max(100).default("").meta({ description: "A name of the IANA database such as Europe/Berlin; empty for that of this machine" });
const part = (least: number, most: number) => z.int().min(least).max(most);
const civil = { year: part(1970, 9999), month: part(1, 12), day: part(1, 31), hour: part(0, 23), minute: part(0, 59) };

export const civilOperations: readonly Operation[] = [
  operation({
    name: "local-time",
    doc: "What the clocks of a zone show at a time in milliseconds since the epoch. Weekdays count from Sunday, which is 0.",
    parameters: z.object({ "time-ms": z.int().min(0).max(LATEST_MS), zone }),
    result: z.object({ ...civil, year: z.int(), second: part(0, 59), weekday: part(0, 6), zone: z.string() }),
    outcome: "pure",
    run: (request) => {
      const name = zoneName(request.zone || hostZone());
      const shown = civilTime(request["time-ms"], name);
      return { ...shown, weekday: new Date(Date.UTC(shown.year, shown.month - 1, shown.day)).getUTCDay(), zone: name };
    },
  }),
  operation({
    name: "instant",
    doc: "When the clocks of a zone show a time, in milliseconds since the epoch. A time that they skip counts on from before the change; of one that they show twice it is the first, and again-ms the second.",
    parameters: z.object({ ...civil, zone }),
    result: z.object({ "time-ms": z.int(), kind: z.enum(["exact", "skipped", "repeated"]), "again-ms": z.int().optional() }),
    outcome: "pure",
    run: ({ zone: given, ...shown }) => {
      const { timeMs, kind, againMs } = instantOf({ ...shown, second: 0 }, zoneName(given || hostZone()));
      return { "time-ms": timeMs, kind, ...(againMs === undefined ? {} : { "again-ms": againMs }) };
    },
  }),
  operation({
    name: "time-zones",
    doc: "Names of the IANA database that hold the words of a query, those of places of this very name first: at most ten.",
    parameters: z.object({ query: z.string().min(1).max(100) }),
    result: z.object({ zones: z.array(z.string()) }),
    outcome: "pure",
    run: ({ query }) => ({ zones: zonesLike(query) }),
  }),
];
