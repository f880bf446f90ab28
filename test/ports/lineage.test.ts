// The lineage port, in memory and in Git: the contract, proposals, adoption, reverts, merges, remotes.
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { gitLineage, type Lineage, type LineageOptions, memoryLineage, memoryRepository } from "../../ports/lineage/index.js";
import { gitRepository } from "../../ports/lineage/git.js";
import { commitOf, nameOf } from "../../ports/lineage/objects.js";
import type { Repository } from "../../ports/lineage/repository.js";
import type { PortError } from "../../ports/port.js";
import { ask, context, portContract, refusal } from "./contract.js";

const SHIPPED = { "manifest.scm": "; The libraries\n(manifest)\n", "policy/retry.scm": "one\ntwo\nthree\nfour\nfive\nsix\n", "turn/turn.scm": "(turn)\n" };
const SHIPPED_AT = 1_700_000_000_000;
// Objects are named by their content, so this is the same in every implementation and on every machine.
const FIRST = "c099951f09ca253c130f46e6cdb48abd11d11b74";

const ROOT = mkdtempSync(join(tmpdir(), "ouro-lineage-"));
const REMOTES = { memory: "https://example.org/genome.git", git: join(ROOT, "remote.git") };
let serial = 0;
afterAll(() => rmSync(ROOT, { recursive: true }));

interface Place {
  readonly lineage: Lineage;
  /** Another lineage of the same repository, as another process would have it. */
  readonly other: Lineage;
  /** All references and files, as comparable data. */
  state(): Promise<unknown>;
  readonly remote: string;
  readonly folder?: string;
  close(): void;
}

const shell = (folder: string, ...command: string[]): string =>
  execFileSync("git", ["-c", "user.name=Person", "-c", "user.email=person@localhost", ...command], { cwd: folder, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });

async function inMemory(options: LineageOptions = {}): Promise<Place> {
  const remote = memoryRepository();
  const repository = memoryRepository(new Map([[REMOTES.memory, remote]]));
  const lineage = memoryLineage({ ...options, repository });
  await lineage.initialise(SHIPPED, SHIPPED_AT);
  return { lineage, other: memoryLineage({ repository }), remote: REMOTES.memory, state: async () => Object.fromEntries([...repository.heads, ...remote.heads]), close: () => undefined };
}

async function inGit(options: LineageOptions = {}): Promise<Place> {
  const [folder, remote, fresh] = [join(ROOT, `genome-${serial += 1}`), REMOTES.git, join(ROOT, "fresh")];
  rmSync(remote, { recursive: true, force: true });
  execFileSync("git", ["init", "--quiet", "--bare", "--initial-branch=main", remote]);
  if (!existsSync(fresh)) await gitLineage(fresh).initialise(SHIPPED, SHIPPED_AT);
  cpSync(fresh, folder, { recursive: true, verbatimSymlinks: true });
  const lineage = gitLineage(folder, { ...options, protocols: ["file"] });
  await lineage.recover();
  const state = async (): Promise<unknown> => ({ refs: shell(folder, "show-ref"), remote: shell(remote, "for-each-ref"), files: readFolder(folder) });
  return { lineage, other: gitLineage(folder), folder, remote, state, close: () => rmSync(folder, { recursive: true }) };
}

function readFolder(folder: string): Record<string, string> {
  const paths = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((path) => !path.startsWith(".git") && statSync(join(folder, path)).isFile());
  return Object.fromEntries(paths.toSorted().map((path) => [path, readFileSync(join(folder, path), "utf8")]));
}

const propose = (place: Place, text: string, more: Record<string, unknown> = {}, file = "policy/retry.scm"): Promise<{ commit: string; branch: string; tree: string }> =>
  ask(place.lineage.port, "propose!", { base: "main", patch: { file, text }, reason: "Wait less", ...more });

async function adopted(place: Place, text: string, file = "policy/retry.scm"): Promise<string> {
  const { commit } = await propose(place, text, {}, file);
  await ask(place.lineage.port, "adopt!", { commit, "expected-head": await place.lineage.head() });
  return commit;
}

describe.each([["memory", inMemory], ["git", inGit]] as const)("lineage in %s", (implementation, open) => {
  test("a pinned commit has a reference while it is pinned, and one that is not here none", async () => {
    const place = await open();
    await place.lineage.pin([FIRST, "f".repeat(40)], SHIPPED_AT);
    const pinned = async (): Promise<boolean> => JSON.stringify(await place.state()).includes(`refs/ouro/pinned/${FIRST}`);
    expect(await pinned()).toBe(true);
    expect(JSON.stringify(await place.state())).not.toContain(`pinned/${"f".repeat(40)}`);
    await place.lineage.pin([], SHIPPED_AT);
    expect(await pinned()).toBe(false);
    place.close();
  });

  portContract(implementation, {
    async open() {
      const place = await open();
      return { port: place.lineage.port, state: place.state, close: place.close };
    },
    examples: [
      ["head", {}],
      ["branches", {}],
      ["log", { limit: 3 }],
      ["files", { commit: "upstream" }],
      ["show", { commit: FIRST, file: "turn/turn.scm" }],
      ["propose!", { base: FIRST, patch: { file: "turn/turn.scm", text: "(turn 2)\n", also: [{ file: "manifest.scm", remove: true }] }, reason: "Two turns", proposer: "search", policy: "retry", trailers: [{ name: "Shadow", value: "12 equal" }], branch: "candidate/one" }],
      ["propose!", { base: FIRST, patch: { file: "new.scm", text: "1" }, reason: "Drop me", branch: "candidate/two" }],
      ["drop!", { branch: "candidate/two" }],
      ["diff", { before: FIRST, after: "candidate/one" }],
      ["adopt!", { commit: "candidate/one", "expected-head": FIRST }],
      ["bisect", { good: FIRST, bad: "main" }],
      ["push!", { remote: REMOTES[implementation] }],
      ["pull!", { remote: REMOTES[implementation] }],
      ["merge!", { revision: "upstream", reason: "The new release", branch: "candidate/merge" }],
      ["revert!", { commit: "main", reason: "Worse in probation" }],
    ],
    refused: [
      ["show", { commit: "--help", file: "a" }],
      ["files", { commit: "../x" }],
      ["files", { commit: "main.lock" }],
      ["propose!", { base: FIRST, patch: { file: "../escape", text: "" }, reason: "r" }],
      ["propose!", { base: FIRST, patch: { file: ".git/config", text: "" }, reason: "r" }],
      ["propose!", { base: FIRST, patch: { file: "a/.GIT/config", text: "" }, reason: "r" }],
      ["propose!", { base: FIRST, patch: { file: "/etc/passwd", text: "" }, reason: "r" }],
      ["propose!", { base: FIRST, patch: { file: "a", text: "" }, reason: "r", trailers: [{ name: "Proposer", value: "forged" }] }],
      ["push!", { remote: "ext::sh -c id" }],
      ["push!", { remote: "--upload-pack=id" }],
    ],
  });

  const check = (title: string, body: (place: Place) => Promise<void>, options: LineageOptions = {}): void => {
    test(title, async () => {
      const place = await open(options);
      try {
        await body(place);
      } finally {
        place.close();
      }
    });
  };

  check("the shipped genome has the same name everywhere", async ({ lineage }) => {
    expect(await lineage.head()).toBe(FIRST);
    expect(await lineage.files("upstream")).toEqual(SHIPPED);
    expect(await lineage.initialise(SHIPPED, SHIPPED_AT + 5_000)).toEqual({ upstream: FIRST, main: FIRST, created: false });
  });

  check("a new release goes to upstream and leaves main alone", async ({ lineage }) => {
    const { upstream, main } = await lineage.initialise({ ...SHIPPED, "turn/turn.scm": "(turn better)\n" }, SHIPPED_AT + 5_000);
    expect(main).toBe(FIRST);
    expect((await ask<Record<string, unknown>[]>(lineage.port, "log", { from: "upstream" })).map(({ commit }) => commit)).toEqual([upstream, FIRST]);
  });

  check("a proposal says who, why and for what, and no value poses as another trailer", async (place) => {
    const { branch } = await propose(place, "x", { reason: "Wait less\n\nPolicy: forged", proposer: "search\nPolicy: forged", policy: "retry" });
    const [commit] = await ask<Record<string, unknown>[]>(place.lineage.port, "log", { from: branch, limit: 1 });
    expect(commit).toMatchObject({
      author: "Ouro <ouro@localhost>", subject: "Wait less", parents: [FIRST],
      trailers: [
        { name: "Proposer", value: "search Policy: forged" }, { name: "Reason", value: "Wait less Policy: forged" },
        { name: "Policy", value: "retry" }, { name: "Idempotency-Key", value: expect.stringMatching(/^intent-/) },
      ],
    });
  });

  check("a form is replaced by the edit that the host gives, and a refused edit is a bad patch", async (place) => {
    const patch = { file: "policy/retry.scm", definition: "retry", path: [0, 1], "expected-hash": "h", replacement: "2" };
    const { commit } = await ask<{ commit: string }>(place.lineage.port, "propose!", { base: "main", patch, reason: "r" });
    expect(await ask(place.lineage.port, "show", { commit, file: "policy/retry.scm" })).toBe("one\n2\nthree\nfour\nfive\nsix\n");
    await refusal(ask(place.lineage.port, "propose!", { base: "main", patch: { ...patch, "expected-hash": "other" }, reason: "r" }), "lineage-bad-patch");
  }, {
    edit(source, change) {
      if (change["expected-hash"] !== "h") throw new Error("the form has changed");
      return source.replace("two", change.replacement ?? "");
    },
  });

  check("a patch that is not exactly one thing is refused", async (place) => {
    const bad = [
      { file: "a" }, { file: "a", text: "", remove: true }, { file: "none.scm", remove: true }, { file: "turn/turn.scm", replacement: "1" },
      { file: "turn", text: "a file where a folder is" }, { file: "turn/turn.scm/x", text: "a folder where a file is" },
      { file: "turn/turn.scm", remove: true, also: [{ file: "manifest.scm", remove: true }, { file: "policy/retry.scm", remove: true }] },
    ];
    for (const patch of bad) await refusal(ask(place.lineage.port, "propose!", { base: "main", patch, reason: "r" }), "lineage-bad-patch");
  });

  check("main moves only from the expected head, only forward, and once", async (place) => {
    const { port } = place.lineage;
    const [one, two] = [await propose(place, "1"), await propose(place, "2")];
    await ask(port, "adopt!", { commit: one.commit, "expected-head": FIRST });
    await refusal(ask(port, "adopt!", { commit: two.commit, "expected-head": FIRST }), "lineage-stale");
    await refusal(ask(port, "adopt!", { commit: two.commit, "expected-head": one.commit }), "lineage-not-a-descendant");
    expect(await ask(port, "adopt!", { commit: one.commit, "expected-head": FIRST })).toEqual({ commit: one.commit });
    expect(await place.lineage.head()).toBe(one.commit);
  });

  check("a revert undoes one commit, keeps later ones, and says why", async (place) => {
    const bad = await adopted(place, "one\nTWO\nthree\nfour\nfive\nsix\n");
    await adopted(place, "one\nTWO\nthree\nfour\nfive\nSIX\n");
    const same = context();
    const { commit } = await ask<{ commit: string }>(place.lineage.port, "revert!", { commit: bad, reason: "More errors" }, same);
    expect((await place.lineage.files("main"))["policy/retry.scm"]).toBe("one\ntwo\nthree\nfour\nfive\nSIX\n");
    const [revert] = await ask<{ message: string }[]>(place.lineage.port, "log", { limit: 1 });
    expect(revert?.message).toMatch(new RegExp(`^Revert "Wait less"\n\nThis reverts commit ${bad}\\.\n\nMore errors\n\nReason: More errors\n`));
    expect(await ask(place.lineage.port, "revert!", { commit: bad, reason: "More errors" }, same)).toEqual({ commit });
    expect(await place.lineage.head()).toBe(commit);
  });

  check("what cannot be reverted is refused", async (place) => {
    const { commit } = await propose(place, "1");
    await refusal(ask(place.lineage.port, "revert!", { commit, reason: "r" }), "lineage-not-adopted");
    await refusal(ask(place.lineage.port, "revert!", { commit: FIRST, reason: "r" }), "lineage-first-commit");
    const bad = await adopted(place, "one\nTWO\n");
    await adopted(place, "one\n2\n");
    await refusal(ask(place.lineage.port, "revert!", { commit: bad, reason: "r" }), "lineage-conflict");
  });

  check("a release is merged with what was learned, and a clash is a person's", async (place) => {
    await adopted(place, "one\ntwo\nthree\nfour\nfive\nlearned\n");
    await place.lineage.initialise({ ...SHIPPED, "policy/retry.scm": "shipped\ntwo\nthree\nfour\nfive\nsix\n" }, SHIPPED_AT + 9_000);
    const merge = await ask<{ commit: string }>(place.lineage.port, "merge!", { revision: "upstream", reason: "Release" });
    await ask(place.lineage.port, "adopt!", { commit: merge.commit, "expected-head": await place.lineage.head() });
    expect((await place.lineage.files("main"))["policy/retry.scm"]).toBe("shipped\ntwo\nthree\nfour\nfive\nlearned\n");
    await place.lineage.initialise({ ...SHIPPED, "policy/retry.scm": "shipped\ntwo\nthree\nfour\nfive\nlast\n" }, SHIPPED_AT + 9_500);
    const clash = await refusal(ask(place.lineage.port, "merge!", { revision: "upstream", reason: "Release" }), "lineage-conflict");
    expect(clash.message).toContain("policy/retry.scm");
  });

  check("branches of a proposal are its own, and main and upstream stay", async (place) => {
    await propose(place, "1", { branch: "candidate/a" });
    await refusal(propose(place, "2", { branch: "candidate/a" }), "lineage-branch-exists");
    await refusal(propose(place, "2", { branch: "main" }), "lineage-branch-exists");
    for (const branch of ["main", "upstream"]) await refusal(ask(place.lineage.port, "drop!", { branch }), "lineage-protected");
    await ask(place.lineage.port, "drop!", { branch: "candidate/a" });
    await refusal(ask(place.lineage.port, "show", { commit: "candidate/a", file: "manifest.scm" }), "lineage-unknown-commit");
    await refusal(ask(place.lineage.port, "show", { commit: "main", file: "none" }), "lineage-unknown-file");
    await refusal(ask(place.lineage.port, "files", { commit: "f".repeat(40) }), "lineage-unknown-commit");
  });

  check("bisection finds the commit that brought a fault, in about log2 tests", async (place) => {
    const commits: string[] = [];
    for (let index = 0; index < 16; index += 1) {
      commits.push((await propose(place, `${index}\n`, { base: commits.at(-1) ?? FIRST, branch: "candidate/last" })).commit);
      if (index < 15) await ask(place.lineage.port, "drop!", { branch: "candidate/last" });
    }
    const fault = 11;
    const verdicts: { commit: string; verdict: string }[] = [];
    let step: { suspects: string[]; next?: string } = { suspects: [] };
    do {
      step = await ask(place.lineage.port, "bisect", { good: FIRST, bad: "candidate/last", verdicts });
      if (step.next !== undefined) verdicts.push({ commit: step.next, verdict: commits.indexOf(step.next) >= fault ? "bad" : "good" });
    } while (step.next !== undefined);
    expect(step.suspects).toEqual([commits[fault]]);
    expect(verdicts.length).toBeLessThanOrEqual(4);
    await refusal(ask(place.lineage.port, "bisect", { good: "candidate/last", bad: FIRST }), "lineage-bad-range");
  });

  check("a genome travels to another repository and back, never over newer commits", async (place) => {
    const { port } = place.lineage;
    await refusal(ask(port, "pull!", { remote: place.remote }), "lineage-remote");
    const one = await adopted(place, "1\n");
    await ask(port, "push!", { remote: place.remote });
    expect(await ask(port, "pull!", { remote: place.remote })).toEqual({ commit: one, relation: "same" });
    const { commit } = await propose(place, "2\n", { branch: "candidate/two" });
    await ask(port, "push!", { remote: place.remote, revision: "candidate/two" });
    expect(await ask(port, "pull!", { remote: place.remote })).toEqual({ commit, relation: "ahead" });
    await adopted(place, "3\n");
    await refusal(ask(port, "push!", { remote: place.remote }), "lineage-rejected");
    expect(await ask(port, "pull!", { remote: place.remote })).toEqual({ commit, relation: "diverged" });
    await refusal(ask(port, "push!", { remote: "https://127.0.0.1:1/none.git" }), implementation === "git" ? "lineage-remote-refused" : "lineage-remote");
  });

  check("what was only fetched is told with its label, until somebody takes it", async (place) => {
    const { port } = place.lineage;
    const { commit, branch } = await propose(place, "2\n");
    await ask(port, "push!", { remote: place.remote, revision: branch });
    expect(await ask(port, "show", { commit, file: "policy/retry.scm" })).toBe("2\n");
    await ask(port, "drop!", { branch });
    await ask(port, "pull!", { remote: place.remote });
    const told = (): Promise<unknown[]> => Promise.all([
      ask(port, "show", { commit, file: "policy/retry.scm" }), ask(port, "files", { commit }), ask(port, "log", { from: commit }), ask(port, "diff", { before: "main", after: commit }),
    ]);
    expect(await told()).toMatchObject([{ labels: ["web"], content: "2\n" }, { labels: ["web"] }, { labels: ["web"] }, { labels: ["web"] }]);
    expect(await ask(port, "show", { commit: "main", file: "turn/turn.scm" })).toBe("(turn)\n");
    await ask(port, "adopt!", { commit, "expected-head": await place.lineage.head() });
    expect(await told()).toMatchObject(["2\n", expect.any(Array), expect.any(Array), { text: expect.any(String) }]);
  });

  test("under every interleaving, of those that expect one head exactly one is adopted", async () => {
    await fc.assert(fc.asyncProperty(fc.array(fc.record({ text: fc.nat(3), late: fc.boolean(), elsewhere: fc.boolean() }), { minLength: 2, maxLength: 5 }), async (attempts) => {
      const place = await open();
      try {
        const outcomes = await Promise.all(attempts.map(async ({ text, late, elsewhere }, index) => {
          const { port } = elsewhere ? place.other : place.lineage;
          const { commit } = await ask<{ commit: string }>(port, "propose!", { base: FIRST, patch: { file: "turn/turn.scm", text: `${text}\n` }, reason: "r", branch: `candidate/${index}` });
          if (late) await Promise.resolve();
          return ask(port, "adopt!", { commit, "expected-head": FIRST }).then(() => commit, (error: PortError) => error.code);
        }));
        const winners = outcomes.filter((outcome) => /^[0-9a-f]{40}$/.test(outcome));
        const head = await place.lineage.head();
        expect(head).not.toBe(FIRST);
        // Two processes in one folder may each be refused for what the other is doing; main still moves once.
        if (attempts.every(({ elsewhere }) => elsewhere === attempts[0]?.elsewhere)) expect(winners).toEqual([head]);
        else expect([[], [head]]).toContainEqual(winners);
        expect(await ask(place.lineage.port, "log", { limit: 9 })).toHaveLength(2);
        await place.lineage.recover();
        expect(await place.lineage.files("main")).toEqual(place.folder === undefined ? expect.anything() : readFolder(place.folder));
      } finally {
        place.close();
      }
    }), { seed: 7, numRuns: implementation === "git" ? 4 : 100 });
  });
});

test("a reference moves only from where it is said to be, and several move together or not at all", async () => {
  const { folder = "", close } = await inGit();
  for (const repository of [gitRepository(folder, []), await movable()]) {
    const [second] = await savedIn(repository);
    const [a, b] = ["refs/heads/a", "refs/heads/b"];
    expect(await repository.move([{ reference: a, to: FIRST }], 0)).toBe(true);
    for (const wrong of [{ reference: a, to: second }, { reference: a, from: second, to: FIRST }, { reference: a, from: second }, { reference: b, from: FIRST, to: second }]) {
      expect(await repository.move([{ reference: "refs/heads/c", to: FIRST }, wrong], 0), JSON.stringify(wrong)).toBe(false);
    }
    expect(Object.fromEntries(await repository.references("refs/heads/"))).toMatchObject({ [a]: FIRST });
    expect((await repository.references("refs/heads/c")).size).toBe(0);
    expect(await repository.move([{ reference: a, from: FIRST, to: second }, { reference: b, to: FIRST }], 0)).toBe(true);
    expect(await repository.move([{ reference: a, from: second }], 0)).toBe(true);
  }
  close();
});

async function movable(): Promise<Repository> {
  const repository = memoryRepository();
  await memoryLineage({ repository }).initialise(SHIPPED, SHIPPED_AT);
  return repository;
}

async function savedIn(repository: Repository): Promise<[string]> {
  const object = commitOf({ tree: (await repository.commit(FIRST)).tree, parents: [FIRST], author: "A <a@localhost>", timeMs: 0, message: "x\n" });
  await repository.write([object]);
  return [nameOf(object)];
}

describe("lineage in a folder", () => {
  const check = (title: string, body: (place: Place & { folder: string }) => Promise<void>): void => {
    test(title, async () => {
      const place = await inGit();
      try {
        await body({ ...place, folder: place.folder ?? "" });
      } finally {
        place.close();
      }
    });
  };
  const statusOf = (folder: string): string => shell(folder, "status", "--porcelain");

  check("the folder follows main: files come, change and go, and Git calls it clean", async (place) => {
    const { commit } = await ask<{ commit: string }>(place.lineage.port, "propose!", {
      base: "main", reason: "r", patch: { file: "deep/new/file.scm", text: "new\n", also: [{ file: "turn/turn.scm", remove: true }, { file: "manifest.scm", text: "changed\n" }] },
    });
    expect(readFolder(place.folder)).toEqual(SHIPPED);
    await ask(place.lineage.port, "adopt!", { commit, "expected-head": FIRST });
    expect(readFolder(place.folder)).toEqual({ "deep/new/file.scm": "new\n", "manifest.scm": "changed\n", "policy/retry.scm": SHIPPED["policy/retry.scm"] });
    expect(existsSync(join(place.folder, "turn"))).toBe(false);
    expect([statusOf(place.folder), shell(place.folder, "fsck", "--strict")]).toEqual(["", ""]);
  });

  check("adoption never overwrites what a person has not committed", async (place) => {
    const { commit } = await propose(place, "machine\n", {}, "new.scm");
    const attempt = (): Promise<unknown> => refusal(ask(place.lineage.port, "adopt!", { commit, "expected-head": FIRST }), "lineage-dirty");
    const dirt: [string, () => void, () => void][] = [
      ["edited", () => writeFileSync(join(place.folder, "manifest.scm"), "mine"), () => shell(place.folder, "restore", "manifest.scm")],
      ["deleted", () => rmSync(join(place.folder, "manifest.scm")), () => shell(place.folder, "restore", "manifest.scm")],
      ["in the way", () => writeFileSync(join(place.folder, "new.scm"), "mine"), () => rmSync(join(place.folder, "new.scm"))],
      ["staged", () => { writeFileSync(join(place.folder, "staged.scm"), "mine"); shell(place.folder, "add", "staged.scm"); }, () => shell(place.folder, "rm", "-qf", "staged.scm")],
    ];
    for (const [, make, undo] of dirt) {
      make();
      const before = readFolder(place.folder);
      await attempt();
      expect(readFolder(place.folder)).toEqual(before);
      expect(await place.lineage.head()).toBe(FIRST);
      undo();
    }
    writeFileSync(join(place.folder, "untracked.txt"), "not in the way");
    await ask(place.lineage.port, "adopt!", { commit, "expected-head": FIRST });
    expect(readFolder(place.folder)).toMatchObject({ "new.scm": "machine\n", "untracked.txt": "not in the way" });
  });

  check("a person's own commit on main is taken as it is", async (place) => {
    writeFileSync(join(place.folder, "manifest.scm"), "mine\n");
    shell(place.folder, "commit", "-qam", "By hand");
    writeFileSync(join(place.folder, "manifest.scm"), "mine, further\n");
    await place.lineage.recover();
    expect(readFolder(place.folder)["manifest.scm"]).toBe("mine, further\n");
    shell(place.folder, "commit", "-qam", "Further");
    await adopted(place, "machine\n");
    expect(readFolder(place.folder)).toMatchObject({ "manifest.scm": "mine, further\n", "policy/retry.scm": "machine\n" });
    expect(statusOf(place.folder)).toBe("");
  });

  check("a person on another branch keeps their files while main moves", async (place) => {
    shell(place.folder, "switch", "-qc", "mine");
    writeFileSync(join(place.folder, "manifest.scm"), "mine\n");
    await adopted(place, "machine\n");
    expect(readFolder(place.folder)).toEqual({ ...SHIPPED, "manifest.scm": "mine\n" });
    shell(place.folder, "commit", "-qam", "Mine");
    shell(place.folder, "switch", "-q", "main");
    expect([readFolder(place.folder)["policy/retry.scm"], statusOf(place.folder)]).toEqual(["machine\n", ""]);
  });

  check("after a crash between reference and files, edits in the way are kept and the rest is brought over", async (place) => {
    const { commit } = await propose(place, "machine\n");
    shell(place.folder, "update-ref", "refs/heads/main", commit);
    writeFileSync(join(place.folder, "policy/retry.scm"), "half an edit of mine\n");
    writeFileSync(join(place.folder, "manifest.scm"), "mine elsewhere\n");
    const said = await place.lineage.recover();
    expect(readFolder(place.folder)).toEqual({ ...SHIPPED, "policy/retry.scm": "machine\n", "manifest.scm": "mine elsewhere\n" });
    const [, reference = ""] = /git show (\S+)/.exec(said.join("\n")) ?? [];
    expect(shell(place.folder, "show", `${reference}:policy/retry.scm`)).toBe("half an edit of mine\n");
    expect(await place.lineage.recover()).toEqual([]);
  });

  check("stale locks are cleared at the start, and those of a running Git are left", async (place) => {
    const locks = [".git/index.lock", ".git/refs/heads/main.lock", ".git/packed-refs.lock"].map((path) => join(place.folder, path));
    locks.forEach((path) => writeFileSync(path, ""));
    mkdirSync(join(place.folder, ".git/refs/ouro"), { recursive: true });
    await refusal(adopted(place, "1\n"), "lineage-locked");
    expect((await place.lineage.recover()).filter((line) => line.includes("stale lock"))).toHaveLength(3);
    expect(locks.filter((path) => existsSync(path))).toEqual([]);
    const running = spawn("git", ["cat-file", "--batch"], { cwd: place.folder, stdio: ["pipe", "ignore", "ignore"] });
    await once(running, "spawn");
    writeFileSync(locks[0]!, "");
    await place.lineage.recover();
    expect(existsSync(locks[0]!)).toBe(true);
    running.stdin.end();
    await once(running, "close");
    await place.lineage.recover();
    await adopted(place, "1\n");
  });
});
