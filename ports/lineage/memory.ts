// A Git repository in memory: the same objects with the same names, gone with the process.
import { PortError } from "../port.js";
import { damaged, unknownCommit } from "./git.js";
import { type Commit, type Entry, type GitObject, nameOf, parseCommit, type Tree } from "./objects.js";
import { FETCHED, type Repository } from "./repository.js";

export interface MemoryRepository extends Repository {
  readonly objects: Map<string, GitObject>;
  readonly heads: Map<string, string>;
}

/** `remotes` are other repositories in memory, by the address they are fetched from and pushed to. */
export function memoryRepository(remotes: ReadonlyMap<string, MemoryRepository> = new Map()): MemoryRepository {
  const objects = new Map<string, GitObject>();
  const references = new Map<string, string>();
  const commit = (name: string): Commit => {
    const found = objects.get(name);
    if (found?.kind !== "commit") throw unknownCommit(name);
    return parseCommit(name, found.body);
  };
  const history = (tips: readonly string[], excluded: readonly string[], limit?: number): Commit[] =>
    childrenFirst(tips, commit, new Set(excluded.flatMap((name) => [...reachable([name], commit)]))).slice(0, limit);
  const isInside = (inner: string, outer: string): boolean => reachable([outer], commit).has(inner);
  return {
    objects,
    heads: references,
    open: async () => undefined,
    references: async (prefix) => new Map([...references].filter(([name]) => name.startsWith(prefix)).toSorted()),
    async move(moves) {
      if (moves.some(({ reference, from }) => references.get(reference) !== from)) return false;
      for (const { reference, to } of moves) if (to === undefined) references.delete(reference); else references.set(reference, to);
      return true;
    },
    commit: async (name) => commit(name),
    history: async (tips, excluded, limit) => history(tips, excluded, limit),
    tree: async (name) => filesOf(objects, commit(name).tree),
    blobs: async (names) => new Map(names.map((name) => [name, objects.get(name)?.body ?? missing(name)])),
    write: async (created) => created.forEach((object) => objects.set(nameOf(object), object)),
    async fetch({ url, branch }) {
      const remote = remoteAt(remotes, url);
      const found = remote.heads.get(`refs/heads/${branch}`);
      if (found === undefined) throw new PortError("lineage-remote", `the remote has no branch ${branch}`);
      remote.objects.forEach((object, name) => objects.set(name, object));
      references.set(`${FETCHED}${branch}`, found);
      return found;
    },
    async push({ url, branch }, name) {
      const remote = remoteAt(remotes, url);
      const standing = remote.heads.get(`refs/heads/${branch}`);
      if (standing !== undefined && !(objects.has(standing) && isInside(standing, name))) {
        throw new PortError("lineage-rejected", "the remote branch has commits that this one does not", { hint: "Pull and merge them first, then push again." });
      }
      objects.forEach((object, key) => remote.objects.set(key, object));
      remote.heads.set(`refs/heads/${branch}`, name);
    },
  };
}

function missing(name: string): never {
  throw damaged(name);
}

function remoteAt(remotes: ReadonlyMap<string, MemoryRepository>, url: string): MemoryRepository {
  const found = remotes.get(url);
  if (found === undefined) throw new PortError("lineage-remote", `there is no repository at ${url}`, { retryable: true });
  return found;
}

function reachable(tips: readonly string[], commit: (name: string) => Commit): Set<string> {
  const seen = new Set<string>();
  const open = [...tips];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (seen.has(name)) continue;
    seen.add(name);
    open.push(...commit(name).parents);
  }
  return seen;
}

/** Topological order: a commit is given when all its children are; of those ready, the newest first. */
function childrenFirst(tips: readonly string[], commit: (name: string) => Commit, excluded: ReadonlySet<string>): Commit[] {
  const inside = [...reachable(tips, commit)].filter((name) => !excluded.has(name)).map(commit);
  const waiting = new Map<string, number>();
  for (const { parents } of inside) for (const parent of parents) waiting.set(parent, (waiting.get(parent) ?? 0) + 1);
  const ready = inside.filter(({ commit: name }) => !waiting.has(name));
  const given: Commit[] = [];
  for (let next = ready.pop(); next !== undefined; next = ready.pop()) {
    given.push(next);
    for (const parent of next.parents) {
      const left = (waiting.get(parent) ?? 0) - 1;
      waiting.set(parent, left);
      if (left === 0 && !excluded.has(parent)) ready.push(commit(parent));
    }
    ready.sort((one, other) => one.timeMs - other.timeMs);
  }
  return given;
}

function filesOf(objects: ReadonlyMap<string, GitObject>, tree: string, prefix = ""): Tree {
  const files: [string, Entry][] = [];
  const body = Buffer.from(objects.get(tree)?.body ?? new Uint8Array());
  for (let at = 0; at < body.length;) {
    const end = body.indexOf(0, at);
    const line = body.toString("utf8", at, end);
    const [mode = "", path] = [line.slice(0, line.indexOf(" ")), prefix + line.slice(line.indexOf(" ") + 1)];
    const id = body.toString("hex", end + 1, end + 21);
    at = end + 21;
    if (mode === "40000") files.push(...filesOf(objects, id, `${path}/`));
    else files.push([path, { mode, blob: id }]);
  }
  return new Map(files);
}
