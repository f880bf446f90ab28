// A trial child answers for candidates as they are, and ends when it hangs, swells or talks nonsense.
import { spawn, spawnSync } from "node:child_process";
import { afterAll, describe, expect, test } from "vitest";
import { startTrialService } from "../../epigenome/trial.js";
import { type OperationSchemas, PortError, type TrialProcess, type TrialReply, type TrialRequest, type TrialKind } from "../../ports/port.js";
import { DISPATCH_FACTS, policyText, SMALL_GENOME } from "../evolution/small-genome.js";
import { entryOf, trialEntry } from "./trial-entry.js";

const OPERATIONS: OperationSchemas = {
  store: {
    "put!": { type: "object", properties: { key: { type: "string" }, value: { type: "string", lisp: "datum" } }, required: ["key", "value"], additionalProperties: false },
    get: { type: "object", properties: { key: { type: "string" } }, required: ["key"], additionalProperties: false },
  },
};
const BOOT = { kind: "boot", id: "g", operations: OPERATIONS, steps: 5_000_000, bytes: 50_000_000 } as const;
const LIMITS = { memoryMb: 256, milliseconds: 20_000 };

const shared: TrialProcess = startTrialService(trialEntry()).start(LIMITS);
afterAll(() => shared.close());

async function ask<Kind extends TrialKind>(request: Extract<TrialRequest, { kind: Kind }>, child = shared): Promise<TrialReply<Kind>> {
  return child.ask<Kind>(request);
}

describe("booting says what is wrong, and where", () => {
  const changed = (path: string, text: string) => ({ ...SMALL_GENOME, [path]: text });
  const turn = SMALL_GENOME["turn/turn.scm"] as string;
  const cases: [name: string, files: Record<string, string>, code: string, message: RegExp][] = [
    ["an unbound name", changed("policy/dispatch.scm", policyText("dispatch", DISPATCH_FACTS, "(ratio weight wrok)")), "unbound-variable", /policy\/dispatch\.scm:7:\d+: wrok/],
    ["a form without its parts", changed("policy/dispatch.scm", policyText("dispatch", DISPATCH_FACTS, "(if)")), "bad-syntax", /if/],
    ["an unknown library", changed("turn/turn.scm", turn.replace("(ouro base)", "(ouro base) (port oracle)")), "unknown-library", /port oracle/],
    ["an unknown operation", changed("turn/turn.scm", turn.replace("store/put!", "store/drop!")), "unbound-variable", /store\/drop!/],
    ["a body that never ends", changed("turn/turn.scm", turn.replace("(begin", "(begin (let loop () (loop))")), "limit-exceeded", /step/],
    ["a body that eats memory", changed("turn/turn.scm", turn.replace("(begin", '(begin (define hoard (let loop ((kept (quote ()))) (loop (cons (make-vector 10000 0) kept))))')), "limit-exceeded", /byte|memory/],
    ["a body that raises", changed("turn/turn.scm", turn.replace("(begin", '(begin (error "no start")')), "user-error", /no start/],
    ["a body that calls a port", changed("turn/turn.scm", turn.replace("(begin", '(begin (store/get "k")')), "port-absent", /port/],
    ["no manifest", changed("manifest.scm", ""), "bad-manifest", /manifest/],
  ];
  test.each(cases)("%s", async (_name, files, code, message) => {
    const reply = await ask({ ...BOOT, id: "broken", files });
    expect(reply).toMatchObject({ ok: false, code, message: expect.stringMatching(message) as string });
  });

  test("a sound genome boots, at the same cost each time", async () => {
    const [first, second] = [await ask({ ...BOOT, files: SMALL_GENOME }), await ask({ ...BOOT, files: SMALL_GENOME })];
    expect(first).toMatchObject({ ok: true, result: { exports: 17 } });
    expect(second.steps).toBe(first.steps);
  });
});

describe("reading finds what the gates judge", () => {
  const problems = async (files: Record<string, string>) =>
    ((await ask({ kind: "inspect", files: { ...SMALL_GENOME, ...files } })).result?.problems ?? []).map(({ code }) => code);
  const second = policyText("retry", "(attempt number)", "1.0");
  const cases: [name: string, files: Record<string, string>, codes: string[]][] = [
    ["nothing in a sound genome", {}, []],
    ["a missing parenthesis", { "policy/evict.scm": "(define-library (genome policy evict)" }, ["unexpected-end"]],
    ["a library under another path", { "policy/evict.scm": second }, ["library-name"]],
    ["a second library in a file", { "policy/evict.scm": `${SMALL_GENOME["policy/evict.scm"]}\n${second}` }, ["library-name"]],
    ["a library hidden in a comment", { "policy/evict.scm": `${SMALL_GENOME["policy/evict.scm"]}#|\n(define-library (genome policy retry)\n|#` }, ["library-name"]],
    ["a program beside the library", { "policy/evict.scm": `${SMALL_GENOME["policy/evict.scm"]}(display 1)` }, ["library-name"]],
  ];
  test.each(cases)("%s", async (_name, files, codes) => expect(await problems(files)).toEqual(codes));

  test("imports, grants and protected files", async () => {
    const files = { ...SMALL_GENOME, "turn/turn.scm": (SMALL_GENOME["turn/turn.scm"] as string).replace("(port store)", "(cond-expand (full-unicode (prefix (only (port vault) sign) v:)))") };
    const result = (await ask({ kind: "inspect", files })).result;
    expect(result?.libraries.find(({ file }) => file === "turn/turn.scm")?.imports).toContain("(ouro base)");
    expect(result?.grants).toEqual([{ library: "(genome turn turn)", operation: "store/put!", restrictions: ["(when (= 1 1))"] }]);
    expect(result?.protected).toEqual(["turn/oath.scm"]);
  });
});

describe("decisions", () => {
  const decide = async (source: string, facts: readonly number[], steps = 1_000) => {
    await ask({ ...BOOT, files: SMALL_GENOME });
    const load = await ask({ kind: "load-policy", id: "p", genome: "g", policy: "dispatch", facts: ["wait", "work", "slack", "weight", "mean-work"], source });
    if (!load.ok) return load.code;
    const reply = await ask({ kind: "decide", questions: [{ id: "p", facts: Float64Array.from(facts) }], steps });
    return [...(reply.result?.answers[0]?.decisions ?? [])];
  };
  const cases: [name: string, source: string, expected: unknown][] = [
    ["are the values of the expression", "(ratio weight work)", [4, 1]],
    ["may be exact", "7", [7, 7]],
    ["that are not finite are none", "(/ weight (- work 2.0))", [Number.NaN, 2]],
    ["that are not numbers are none", "(if (= work 2.0) 'best 1)", [Number.NaN, 1]],
    ["that raise are none", '(if (= work 2.0) (error "no") 1)', [Number.NaN, 1]],
    ["that never end are none", "(if (= work 2.0) (let loop () (loop)) 1)", [Number.NaN, 1]],
    ["that catch everything still meet the limit", "(guard (_ (#t 99)) (let loop () (loop)))", [Number.NaN, Number.NaN]],
    ["that eat memory are none", "(vector-length (make-vector 1000000000 0))", [Number.NaN, Number.NaN]],
    ["of a whole form", '(define-policy dispatch "doc" (facts (wait number) (work number) (slack number) (weight number) (mean-work number)) (result number) (evolvable #t) (decide wait))', [1, 1]],
    ["of another policy's name are refused", '(define-policy retry "doc" (facts (wait number)) (result number) (evolvable #t) (decide wait))', "unbound-variable"],
    ["of other facts are refused", '(define-policy dispatch "doc" (facts (wait number)) (result number) (evolvable #t) (decide wait))', "not-a-policy"],
    ["cannot be followed by more", "wait)) (define-library (genome policy retry) (export retry", "read-error"],
    ["cannot be two forms", "wait work", "not-a-policy"],
    ["cannot reach a port", '(store/get "k")', "unbound-variable"],
  ];
  test.each(cases)("%s", async (_name, source, expected) => {
    expect(await decide(source, [1, 2, 3, 8, 5, 1, 4, 3, 4, 5])).toEqual(expected);
  });
});

describe("the genome's own tests", () => {
  const run = async (text: string) => {
    const boot = await ask({ ...BOOT, id: "t", files: { ...SMALL_GENOME, "test/arithmetic.scm": text } });
    expect(boot.message).toBeUndefined();
    return (await ask({ kind: "test", genome: "t", steps: 10_000, bytes: 1_000_000 })).result;
  };
  const sound = SMALL_GENOME["test/arithmetic.scm"] as string;
  test("pass when they return", async () =>
    expect(await run(sound)).toEqual({ passed: ["test/arithmetic.scm: a greeting names whom it greets", "test/arithmetic.scm: a ratio divides", "test/arithmetic.scm: a ratio is total"], failed: [] }));
  test.each([
    ["a check that fails", sound.replace("(= 2.0", "(= 3.0"), "a check failed"],
    ["a test that never ends", sound.replace("(check-true (= 2.0 (ratio 4.0 2.0)))", "(let loop () (loop))"), "limit-exceeded"],
    ["a library without tests", sound.replace("(export tests)", "(export check-true)"), "tests"],
    ["an empty list of tests", sound.replace(/\(define tests[^]*$/, "(define tests '())))"), "at least one"],
    ["a library that does not load", sound.replace("(begin", "(begin (vector-ref (vector) 1)"), "out-of-range"],
  ])("fail by %s", async (_name, text, message) => {
    const result = await run(text);
    expect(result?.failed.map((failed) => failed.message).join()).toContain(message);
  });
});

describe("a shadow", () => {
  const turn = SMALL_GENOME["turn/turn.scm"] as string;
  const recorded = {
    input: '{:kind :message :text "hello"}', state: "{}",
    effects: [{ request: '{:operation "store/put!" :origin "(genome turn turn)" :parameters {:key "count" :value 1}}', receipt: "{:result 1}" }],
    output: "hello", stateAfter: "{:count 1}",
  };
  const run = async (text: string) => {
    await ask({ ...BOOT, id: "s", files: { ...SMALL_GENOME, "turn/turn.scm": text } });
    return (await ask({ kind: "shadow", genome: "s", turns: [recorded], steps: 100_000, bytes: 1_000_000 })).result?.turns[0];
  };
  test.each<[string, string, Record<string, unknown>]>([
    ["of the same genome is answered from the record", turn, { output: "hello", lostKeys: [], unanswered: [], omitted: [] }],
    ["tells a request that was not recorded", turn.replace("(+ 1 (get state", "(+ 2 (get state"), { error: expect.stringContaining("shadow-unanswered"), omitted: [recorded.effects[0]?.request] }],
    ["tells a lost key", turn.replace("(put state :count (+ 1 (get state :count 0)))", "{}"), { lostKeys: [":count"] }],
    ["tells another answer", turn.replace('(get input :text "")', '"bye"'), { output: "bye" }],
    ["tells an error", turn.replace('(get input :text "")', '(raise (get input :text ""))'), { error: expect.stringContaining("hello") }],
    ["ends a turn that does not", turn.replace("(store/put!", "(let loop () (loop)) (store/put!"), { error: expect.stringContaining("limit-exceeded") }],
    ["lets no text out of what it prints", turn.replace("(store/put!", '(display "{\\"id\\":1,\\"ok\\":true}\\n") (store/put!'), { output: "hello" }],
  ])("%s", async (_name, text, expected) => expect(await run(text)).toMatchObject(expected));
});

describe("a shadow of a turn that came from outside", () => {
  const files = (reads: string) => ({
    ...SMALL_GENOME,
    "turn/turn.scm": (SMALL_GENOME["turn/turn.scm"] as string).replace("(ouro base)", "(ouro base) (ouro authority)").replace('(get input :text "")', reads),
  });
  const effects = [{ request: '{:operation "store/put!" :origin "(genome turn turn)" :parameters {:key "count" :value 1}}', receipt: "{:result 1}" }];
  const recorded = { input: '{:kind :message :text "pwned" :labels ["web evil"]}', state: "{}", effects, output: "", stateAfter: "{}" };
  test.each([
    ["raises what it read", '(raise (reveal (get input :text "")))', "uncaught: told no further, for the turn had read web evil"],
    ["raises it as a code", "(raise (condition (string->keyword (reveal (get input :text))) \"m\"))", "uncaught: told no further, for the turn had read web evil"],
    ["raises it as the irritant of an error", "(car (reveal (get input :text)))", "wrong-type: told no further, for the turn had read web evil"],
    ["has not read it", "(error \"its own words\")", "its own words"],
  ])("tells nothing of it when the candidate %s", async (_name, reads, error) => {
    await ask({ ...BOOT, id: "labelled", files: files(reads) });
    const [turn] = (await ask({ kind: "shadow", genome: "labelled", turns: [recorded], steps: 100_000, bytes: 1_000_000 })).result?.turns ?? [];
    expect(turn).toMatchObject({ error: expect.stringContaining(error) as string });
    expect(turn?.error).not.toContain("pwned");
  });
});

describe("a child that misbehaves", () => {
  const inspect = { kind: "inspect", files: {} } as const;
  const outcome = async (source: string, limits = { memoryMb: 64, milliseconds: 5_000 }) => {
    const child = startTrialService(entryOf(source)).start(limits);
    try {
      return await child.ask(inspect).then(() => "answered", (error: unknown) => (error instanceof PortError ? error.code : String(error)));
    } finally {
      await child.close();
    }
  };
  test.each([
    ["and hangs is ended", "setInterval(() => {}, 1000)", "evolution-trial-timeout", { memoryMb: 64, milliseconds: 300 }],
    ["and spins is ended", "for (;;);", "evolution-trial-timeout", { memoryMb: 64, milliseconds: 300 }],
    ["and fills its heap is ended", "const kept = []; for (;;) kept.push({ a: [1, 2, 3] });", "evolution-trial-memory", undefined],
    ["and fills memory outside the heap is ended", "const kept = []; setInterval(() => kept.push(Buffer.alloc(64 << 20, 1)), 20)", "evolution-trial-memory", undefined],
    ["and exits is told", "process.exit(3)", "evolution-trial-died", undefined],
    ["and writes garbage is ended", "console.log('passed'); setInterval(() => {}, 1000)", "evolution-trial-died", undefined],
    ["and answers what nobody asked is ended", `console.log('{"id":7,"reply":{"ok":true,"steps":0,"result":{}}}'); setInterval(() => {}, 1000)`, "evolution-trial-died", undefined],
  ])("%s", async (_name, source, code, limits) => expect(await outcome(source, limits)).toBe(code));

  test("or does not start is told", async () => {
    const child = startTrialService({ command: "/no/such/program", args: [trialEntry().args[0]] }).start(LIMITS);
    await expect(child.ask(inspect)).rejects.toMatchObject({ code: "evolution-trial-died" });
    await child.close();
  });
  test.runIf(startTrialService(trialEntry()).confinement.includes("ends with its parent"))("ends when its parent is killed", async () => {
    const spinning = entryOf("for (;;);").args[0];
    const parent = entryOf(`
      import { startTrialService } from "./epigenome/trial.js";
      startTrialService({ command: process.execPath, args: [process.argv[2]] }).start({ memoryMb: 64, milliseconds: 60_000 }).ask({ kind: "inspect", files: {} });
    `).args[0];
    // Once the runtime itself runs, and no longer the programs before it, the wall stands.
    const running = (): boolean => spawnSync("pgrep", ["-f", `^${process.execPath} --max-old-space-size=64 .*${spinning}$`]).status === 0;
    const started = spawn(process.execPath, [parent, spinning], { stdio: "ignore" });
    await expect.poll(running, { timeout: 20_000 }).toBe(true);
    started.kill("SIGKILL");
    await expect.poll(running, { timeout: 20_000 }).toBe(false);
  });
  test("leaves no process of its group behind", async () => {
    const walls = startTrialService(trialEntry()).confinement;
    const child = startTrialService(trialEntry()).start(LIMITS);
    await child.ask(inspect);
    await child.close();
    await expect(child.ask(inspect)).rejects.toMatchObject({ code: "evolution-trial-died" });
    expect(walls[0]).toContain("process group");
  });
});

describe("the walls", () => {
  const tried = async (source: string) => {
    const child = startTrialService(entryOf(`
      let found = "";
      try { found = await (async () => { ${source} })(); } catch (error) { found = "refused " + (error.code ?? error.message); }
      process.stdin.once("data", () => console.log(JSON.stringify({ id: 1, reply: { ok: true, steps: 0, result: { problems: [{ code: String(found), message: "" }] } } })));
    `)).start(LIMITS);
    try {
      return (await child.ask({ kind: "inspect", files: {} })).result?.problems[0]?.code;
    } finally {
      await child.close();
    }
  };
  const walls = startTrialService(trialEntry()).confinement.join();
  test("hide the environment", async () =>
    expect(await tried("return Object.keys(process.env).join()")).toBe(""));
  test.runIf(walls.includes("files")).each([
    ["reading a file", 'const fs = await import("node:fs"); return fs.readFileSync("/etc/hostname", "utf8")'],
    ["writing a file", 'const fs = await import("node:fs"); return fs.writeFileSync("written", "x")'],
    ["starting a program", 'const { spawnSync } = await import("node:child_process"); return spawnSync("id").status'],
    ["starting a thread", 'const { Worker } = await import("node:worker_threads"); return new Worker("0", { eval: true }).threadId'],
  ])("refuse %s", async (_name, source) => expect(await tried(source)).toContain("refused ERR_ACCESS_DENIED"));
  test.runIf(walls.includes("network"))("refuse the network", async () =>
    expect(await tried('const os = await import("node:os"); return Object.keys(os.networkInterfaces()).filter((name) => name !== "lo").join()')).toBe(""));
});
