// Over generated paths, layouts of links, swaps and addresses: nothing outside is read, written or reached.
import { existsSync, lstatSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import { PortError } from "../../../ports/port.js";
import { folderFiles, isPublicAddress } from "../../../ports/tool-runtime/index.js";

const base = realpathSync(mkdtempSync(join(tmpdir(), "ouro-confined-")));
afterAll(() => rmSync(base, { recursive: true }));

const name = fc.constantFrom("a", "b", "c", "..", ".", "", "outside", "a\\..", "b\0", "%2e%2e", "…", "etc");
const path = fc.array(name, { maxLength: 5 }).map((names) => ["root", ...names].join("/"));
const target = fc.constantFrom("../outside", "../outside/secret", "..", ".", "a", "b", "a/../../outside", "/", "/etc/passwd", join(base, "outside"), "none", "c/a");
const item = fc.oneof(fc.constant({ kind: "file" as const }), fc.constant({ kind: "folder" as const }), fc.record({ kind: fc.constant("link" as const), target }));
const layout = fc.array(fc.tuple(fc.constantFrom("a", "b", "c", "a/a", "a/b", "b/a", "c/b", "a/b/c"), item), { maxLength: 6 });

function build(items: readonly (readonly [string, { kind: string; target?: string }])[]): void {
  for (const place of ["root", "outside"]) rmSync(join(base, place), { recursive: true, force: true });
  mkdirSync(join(base, "root"));
  mkdirSync(join(base, "outside"));
  writeFileSync(join(base, "outside/secret"), "SECRET");
  for (const [at, { kind, target: to }] of items) {
    const parent = join(base, "root", at, "..");
    if (!existsSync(parent) || !realpathSync(parent).startsWith(join(base, "root")) || !lstatSync(parent).isDirectory() || lstatSync(join(base, "root", at), { throwIfNoEntry: false })) continue;
    if (kind === "file") writeFileSync(join(base, "root", at), "inside");
    else if (kind === "folder") mkdirSync(join(base, "root", at));
    else symlinkSync(to ?? "", join(base, "root", at));
  }
}

const untouched = (): void => {
  expect(readFileSync(join(base, "outside/secret"), "utf8")).toBe("SECRET");
  expect(existsSync(join(base, "outside/a")) || existsSync(join(base, "a"))).toBe(false);
};

test("no generated path through any layout of links reads or writes outside its root", () => {
  let read = 0;
  let written = 0;
  fc.assert(fc.property(layout, fc.array(path, { minLength: 1, maxLength: 4 }), (items, paths) => {
    build(items);
    const files = folderFiles({ root: { folder: join(base, "root"), writable: true } });
    for (const asked of paths) {
      const attempt = (work: () => void): number => {
        try {
          work();
          return 1;
        } catch (error) {
          if (!(error instanceof PortError) || !error.code.startsWith("tool-runtime-")) throw error;
          return 0;
        }
      };
      const look = (): number => attempt(() => expect(["inside", "WRITTEN"]).toContain(Buffer.from(files.read(asked, 1_000)).toString()));
      read += look();
      written += attempt(() => files.write(asked, Buffer.from("WRITTEN")));
      read += look();
      attempt(() => expect(files.list(asked).map((entry) => entry.path).join()).not.toContain("secret"));
      untouched();
    }
  }), { seed: 21, numRuns: 1_500 });
  // The property means something only if much also succeeds.
  expect([read > 50, written > 200]).toEqual([true, true]);
});

test("a folder that is swapped for a link while it is used leads nowhere outside", async () => {
  build([["a", { kind: "folder" }], ["a/b", { kind: "folder" }]]);
  writeFileSync(join(base, "root/a/b/secret"), "inside");
  mkdirSync(join(base, "outside/b"));
  writeFileSync(join(base, "outside/b/secret"), "SECRET");
  const stop = new Int32Array(new SharedArrayBuffer(4));
  const swapper = new Worker(`
    const { parentPort, workerData: { stop, base } } = require("node:worker_threads");
    const { renameSync, symlinkSync, unlinkSync } = require("node:fs");
    let moved = 0;
    // The writer makes the folder anew in the moment that it is gone: then it is in the way.
    const inItsPlace = (work) => {
      for (;;) try { return work(); } catch (error) { renameSync(base + "/root/a", base + "/root/moved-" + (moved += 1)); }
    };
    parentPort.postMessage("ready");
    while (Atomics.load(stop, 0) === 0) {
      renameSync(base + "/root/a", base + "/root/kept");
      inItsPlace(() => symlinkSync(base + "/outside", base + "/root/a"));
      unlinkSync(base + "/root/a");
      inItsPlace(() => renameSync(base + "/root/kept", base + "/root/a"));
    }`, { eval: true, workerData: { stop, base } });
  await new Promise((ready) => swapper.once("message", ready));
  const files = folderFiles({ root: { folder: join(base, "root"), writable: true } });
  const outcomes = new Map<string, number>();
  for (const end = performance.now() + 1_500; performance.now() < end;) {
    for (const work of [() => Buffer.from(files.read("root/a/b/secret", 100)).toString(), () => (files.write("root/a/b/new", Buffer.from("x")), "written")]) {
      let outcome: string;
      try {
        outcome = work();
      } catch (error) {
        outcome = error instanceof PortError ? "refused" : "failed";
      }
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    }
  }
  Atomics.store(stop, 0, 1);
  await new Promise((done) => swapper.once("exit", done));
  expect(outcomes.get("SECRET")).toBeUndefined();
  expect(existsSync(join(base, "outside/b/new"))).toBe(false);
  expect(Math.min(outcomes.get("inside") ?? 0, outcomes.get("refused") ?? 0)).toBeGreaterThan(0);
}, 20_000);

const octet = fc.nat(255);
const prefixed = (...first: (number | fc.Arbitrary<number>)[]): fc.Arbitrary<string> =>
  fc.tuple(...Array.from({ length: 4 }, (_, index) => { const given = first[index]; return given === undefined ? octet : typeof given === "number" ? fc.constant(given) : given; })).map((octets) => octets.join("."));
const privateIPv4 = fc.oneof(
  prefixed(0), prefixed(10), prefixed(127), prefixed(169, 254), prefixed(192, 168), prefixed(172, fc.integer({ min: 16, max: 31 })),
  prefixed(100, fc.integer({ min: 64, max: 127 })), prefixed(fc.integer({ min: 224, max: 255 })), prefixed(198, fc.constantFrom(18, 19)), prefixed(192, 0, fc.constantFrom(0, 2)),
);
const group = fc.nat(0xffff).map((number) => number.toString(16));
const ipv6 = (first: fc.Arbitrary<string>): fc.Arbitrary<string> => fc.tuple(first, ...Array.from({ length: 7 }, () => group)).map((groups) => groups.join(":"));

test("no private address is public, in whatever form", () => {
  fc.assert(fc.property(privateIPv4, (address) => {
    const [a = 0, b = 0, c = 0, d = 0] = address.split(".").map(Number);
    const hex = `${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;
    for (const form of [address, `::ffff:${address}`, `::ffff:${hex}`, `::${address}`, `0:0:0:0:0:ffff:${hex}`, `64:ff9b::${address}`, `2002:${hex}::1`, `::ffff:0:${address}`]) expect(isPublicAddress(form), form).toBe(false);
  }), { seed: 22, numRuns: 2_000 });
  const outsideGlobal = fc.oneof(fc.integer({ min: 0, max: 0x1fff }), fc.integer({ min: 0x4000, max: 0xffff })).map((number) => number.toString(16));
  fc.assert(fc.property(ipv6(outsideGlobal), (address) => {
    expect(isPublicAddress(address), address).toBe(false);
  }), { seed: 23, numRuns: 2_000 });
  for (const address of ["::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1", "fd12::1", "ff02::1", "2001:db8::1", "2001::1", "", "localhost", "1.2.3", "2606:4700::1111%eth0", "8.8.8.8 "]) expect(isPublicAddress(address), address).toBe(false);
});

test("ordinary addresses are public", () => {
  for (const address of ["8.8.8.8", "1.1.1.1", "93.184.216.34", "172.15.0.1", "172.32.0.1", "100.63.0.1", "100.128.0.1", "223.255.255.255", "2606:4700:4700::1111", "2a00:1450:4001:80e::200e"]) {
    expect(isPublicAddress(address), address).toBe(true);
  }
});
