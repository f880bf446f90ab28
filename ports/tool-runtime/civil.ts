// Civil time: what clocks on the wall show in a zone of the IANA database, and when they show it.
import { PortError } from "../port.js";

/** A moment as the clocks of a zone show it. */
export interface CivilTime {
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
}

/** When clocks show a time. `skipped`: never, since they are put forward over it; `repeated`: twice, and this is the first. */
export interface Instant {
  readonly timeMs: number;
  readonly kind: "exact" | "skipped" | "repeated";
  /** The second time, if they show it twice. */
  readonly againMs?: number;
}

const DAY_MS = 86_400_000;
const NAMES_SHOWN = 10;
/** More names than the database has; spelled in other letters there may be more. */
const FORMATS_KEPT = 1_000;
const formats = new Map<string, Intl.DateTimeFormat>();

/** The zone of this machine. */
export function hostZone(): string {
  return new Intl.DateTimeFormat("en-US").resolvedOptions().timeZone;
}

/** The zone's name in the usual letters. Throws tool-runtime-unknown-zone. */
export function zoneName(zone: string): string {
  return formatOf(zone).resolvedOptions().timeZone;
}

/** The zone that the query names, also by an older name ("CET") or as "UTC+2"; else those that hold its words, places first: "berlin", "new york". */
export function zonesLike(query: string): string[] {
  const wanted = query.trim().toLowerCase().replace(/\s+/g, "_");
  const format = formatIn(byOffset(wanted) ?? wanted);
  if (format !== undefined) return [format.resolvedOptions().timeZone];
  const found = ["UTC", ...Intl.supportedValuesOf("timeZone")].filter((name) => name.toLowerCase().includes(wanted));
  const isPlace = (name: string): boolean => name.toLowerCase().split("/").at(-1) === wanted || name.toLowerCase() === wanted;
  return [...found.filter(isPlace), ...found.filter((name) => !isPlace(name))].slice(0, NAMES_SHOWN);
}

/** What the clocks of a zone show at a time in milliseconds since the epoch. */
export function civilTime(timeMs: number, zone: string): CivilTime {
  const parts = Object.fromEntries(formatOf(zone).formatToParts(timeMs).map(({ type, value }) => [type, Number(value)]));
  const { year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0 } = parts;
  return { year, month, day, hour, minute, second };
}

/**
 * When the clocks of a zone show a time. One that is skipped counts on from before the change, so that 02:30 becomes 03:30
 * (as in Temporal, "compatible"). Throws tool-runtime-no-such-date for 31 February.
 */
export function instantOf(civil: CivilTime, zone: string): Instant {
  const local = asUtc(civil);
  const offsets = [...new Set([offsetAt(local - DAY_MS, zone), offsetAt(local + DAY_MS, zone)])];
  const times = offsets.map((offset) => local - offset).filter((time) => time + offsetAt(time, zone) === local).sort((one, other) => one - other);
  const [first, second] = times;
  if (first === undefined) return { timeMs: local - (offsets[0] ?? 0), kind: "skipped" };
  return second === undefined ? { timeMs: first, kind: "exact" } : { timeMs: first, kind: "repeated", againMs: second };
}

function asUtc({ year, month, day, hour, minute, second }: CivilTime): number {
  const time = Date.UTC(year, month - 1, day, hour, minute, second);
  if (new Date(time).getUTCDate() === day) return time;
  throw new PortError("tool-runtime-no-such-date", `there is no day ${day} in month ${month} of ${year}`);
}

function offsetAt(timeMs: number, zone: string): number {
  const whole = Math.floor(timeMs / 1_000) * 1_000;
  return asUtc(civilTime(whole, zone)) - whole;
}

/** The database has zones of whole hours, with the signs of POSIX: "utc+2" is Etc/GMT-2. */
function byOffset(name: string): string | undefined {
  const [, sign, hours] = /^(?:utc|gmt)([-+])0?(\d{1,2})(?::?00)?$/.exec(name) ?? [];
  return hours === undefined ? undefined : `Etc/GMT${sign === "+" ? "-" : "+"}${hours}`;
}

function formatOf(zone: string): Intl.DateTimeFormat {
  const format = formatIn(zone);
  if (format === undefined) throw unknownZone(zone);
  return format;
}

/** Undefined if there is no such zone. */
function formatIn(zone: string): Intl.DateTimeFormat | undefined {
  const known = formats.get(zone);
  if (known !== undefined) return known;
  if (formats.size >= FORMATS_KEPT) formats.clear();
  try {
    const format = new Intl.DateTimeFormat("en-US", {
      timeZone: zone, calendar: "gregory", numberingSystem: "latn", hourCycle: "h23", year: "numeric", month: "numeric", day: "numeric", hour: "numeric", minute: "numeric", second: "numeric",
    });
    formats.set(zone, format);
    return format;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return undefined;
  }
}

function unknownZone(zone: string): PortError {
  const like = zonesLike(zone);
  return new PortError("tool-runtime-unknown-zone", `there is no time zone ${zone}`, { hint: like.length === 0 ? "Give a name such as Europe/Berlin." : `There are: ${like.join(", ")}` });
}
