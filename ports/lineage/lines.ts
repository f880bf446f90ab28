// Lines of text: what two texts share, a unified diff, and a three-way merge.

/**
 * The lines that two texts share, as pairs of indexes, both rising: a longest common subsequence, by Myers,
 * "An O(ND) Difference Algorithm and Its Variations", 1986. Texts more than `limit` edits apart share only their ends.
 */
export function sharedLines(left: readonly string[], right: readonly string[], limit = 2_000): [number, number][] {
  const shorter = Math.min(left.length, right.length);
  let head = 0;
  while (head < shorter && left[head] === right[head]) head += 1;
  let tail = 0;
  while (tail < shorter - head && left[left.length - 1 - tail] === right[right.length - 1 - tail]) tail += 1;
  const middle = myers(left.slice(head, left.length - tail), right.slice(head, right.length - tail), limit);
  return [
    ...Array.from({ length: head }, (_, index): [number, number] => [index, index]),
    ...middle.map(([one, other]): [number, number] => [one + head, other + head]),
    ...Array.from({ length: tail }, (_, index): [number, number] => [left.length - tail + index, right.length - tail + index]),
  ];
}

/** A unified diff with three lines of context, without the file's header; "" if the texts are equal. */
export function unifiedDiff(before: string, after: string): string {
  const edits = editsOf(linesOf(before), linesOf(after));
  return hunks(edits).map((hunk) => {
    const kept = (marks: string): number => hunk.filter((edit) => marks.includes(edit.mark)).length;
    const first = hunk[0]!;
    const [removed, added] = [kept(" -"), kept(" +")];
    const range = (start: number, count: number): string => `${count === 0 ? start : start + 1},${count}`;
    return `@@ -${range(first.left, removed)} +${range(first.right, added)} @@\n${hunk.map(shown).join("")}`;
  }).join("");
}

/** What both sides made of the base; undefined where they changed the same lines differently (Smith, diff3, 1988). */
export function mergeTexts(base: string, ours: string, theirs: string): string | undefined {
  const [origin, left, right] = [linesOf(base), linesOf(ours), linesOf(theirs)];
  const [inLeft, inRight] = [new Map(sharedLines(origin, left)), new Map(sharedLines(origin, right))];
  const merged: string[] = [];
  let [at, one, other] = [0, 0, 0];
  for (;;) {
    let next = at;
    while (next < origin.length && !(inLeft.has(next) && inRight.has(next))) next += 1;
    const [nextOne, nextOther] = [inLeft.get(next) ?? left.length, inRight.get(next) ?? right.length];
    const chosen = chunk(origin.slice(at, next), left.slice(one, nextOne), right.slice(other, nextOther));
    if (chosen === undefined) return undefined;
    merged.push(...chosen);
    if (next === origin.length) return merged.join("");
    merged.push(origin[next]!);
    [at, one, other] = [next + 1, nextOne + 1, nextOther + 1];
  }
}

function chunk(base: readonly string[], ours: readonly string[], theirs: readonly string[]): readonly string[] | undefined {
  const same = (left: readonly string[], right: readonly string[]): boolean => left.join("") === right.join("");
  if (same(base, ours)) return theirs;
  return same(base, theirs) || same(ours, theirs) ? ours : undefined;
}

function linesOf(text: string): string[] {
  return text === "" ? [] : text.split(/(?<=\n)/);
}

/** Follows the furthest-reaching paths of 0, 1, 2 … edits, keeps each round, and walks back through them. */
function myers(left: readonly string[], right: readonly string[], limit: number): [number, number][] {
  if (left.length === 0 || right.length === 0) return [];
  const rounds: Map<number, number>[] = [];
  let reached = new Map([[1, 0]]);
  for (let edits = 0; edits <= Math.min(limit, left.length + right.length); edits += 1) {
    const round = new Map<number, number>();
    rounds.push(round);
    for (let diagonal = -edits; diagonal <= edits; diagonal += 2) {
      const x = slide(left, right, startOf(reached, diagonal, edits), diagonal);
      round.set(diagonal, x);
      if (x >= left.length && x - diagonal >= right.length) return walkBack(rounds, left.length, right.length);
    }
    reached = round;
  }
  return [];
}

function startOf(reached: ReadonlyMap<number, number>, diagonal: number, edits: number): number {
  const [below, above] = [reached.get(diagonal + 1) ?? -1, reached.get(diagonal - 1) ?? -1];
  return diagonal === -edits || (diagonal !== edits && above < below) ? below : above + 1;
}

function slide(left: readonly string[], right: readonly string[], start: number, diagonal: number): number {
  let x = start;
  while (x < left.length && x - diagonal < right.length && left[x] === right[x - diagonal]) x += 1;
  return x;
}

function walkBack(rounds: readonly ReadonlyMap<number, number>[], width: number, height: number): [number, number][] {
  const pairs: [number, number][] = [];
  let [x, y] = [width, height];
  for (let edits = rounds.length - 1; edits >= 0; edits -= 1) {
    const start = edits === 0 ? 0 : startOf(rounds[edits - 1]!, x - y, edits);
    const diagonal = x - y;
    while (x > start) pairs.push([--x, --y]);
    if (edits > 0) {
      const down = diagonal === -edits || (diagonal !== edits && (rounds[edits - 1]!.get(diagonal - 1) ?? -1) < (rounds[edits - 1]!.get(diagonal + 1) ?? -1));
      if (down) y -= 1;
      else x -= 1;
    }
  }
  return pairs.reverse();
}

interface Edit {
  readonly mark: " " | "-" | "+";
  readonly line: string;
  readonly left: number;
  readonly right: number;
}

function editsOf(before: readonly string[], after: readonly string[]): Edit[] {
  const edits: Edit[] = [];
  let [left, right] = [0, 0];
  for (const [nextLeft, nextRight] of [...sharedLines(before, after), [before.length, after.length] as const]) {
    for (; left < nextLeft; left += 1) edits.push({ mark: "-", line: before[left]!, left, right });
    for (; right < nextRight; right += 1) edits.push({ mark: "+", line: after[right]!, left, right });
    if (left < before.length) edits.push({ mark: " ", line: before[left]!, left, right });
    [left, right] = [left + 1, right + 1];
  }
  return edits;
}

const CONTEXT_LINES = 3;

function hunks(edits: readonly Edit[]): Edit[][] {
  const found: Edit[][] = [];
  let end = -1;
  edits.forEach((edit, index) => {
    if (edit.mark === " ") return;
    const start = Math.max(index - CONTEXT_LINES, end);
    const stop = Math.min(index + CONTEXT_LINES + 1, edits.length);
    if (start === end && found.length > 0) found.at(-1)!.push(...edits.slice(end, stop));
    else found.push(edits.slice(start < 0 ? 0 : start, stop));
    end = Math.max(end, stop);
  });
  return found;
}

function shown({ mark, line }: Edit): string {
  return line.endsWith("\n") ? mark + line : `${mark}${line}\n\\ No newline at end of file\n`;
}
