// The programs that are natural in JavaScript, written by hand as one would write them there.

/** By the name of the program; the operands are those of its `run`. The answer prints as the Lisp's does. */
export const javascript: Readonly<Record<string, (...operands: number[]) => unknown>> = {
  fib: (count, n) => repeat(count, () => fib(n as number)),
  fibfp: (count, n) => float(repeat(count, () => fib(n as number))),
  tak: (count, x, y, z) => repeat(count, () => tak(x as number, y as number, z as number)),
  ack: (count, m, n) => repeat(count, () => ack(m as number, n as number)),
  sum: (count, n) => repeat(count, () => sumTo(n as number)),
  sumfp: (count, n) => float(repeat(count, () => sumTo(n as number))),
  nqueens: (count, size) => repeat(count, () => queens(size as number)),
  mbrot: (count, size) => repeat(count, () => inside(size as number)),
  primes: (count, below) => repeat(count, () => sumOfPrimes(below as number)),
  quicksort: (count, size) => repeat(count, () => sortedSample(size as number)),
  matrix: (count, size) => repeat(count, () => traceOfPower(size as number)),
  pi: (count, digits) => repeat(count, () => digitSum(piDigits(digits as number))),
  string: (count, length) => repeat(count, () => stringFigures(length as number)),
  hash: (count, n) => repeat(count, () => `(${numberKeys(n as number)} ${wordCounts(n as number)} ${withoutEven(n as number)})`),
  gcbench: (count, most) => repeat(count, () => collect(most as number)),
  closures: (count, n) => repeat(count, () => closureFigures(n as number)),
};

function repeat<Answer>(count: number | undefined, work: () => Answer): Answer {
  let answer = work();
  for (let left = (count as number) - 1; left > 0; left--) answer = work();
  return answer;
}

/** As the Lisp prints a float that happens to be whole. */
function float(value: number): string {
  return Number.isInteger(value) ? `${value}.0` : String(value);
}

function fib(n: number): number {
  return n < 2 ? n : fib(n - 1) + fib(n - 2);
}

function tak(x: number, y: number, z: number): number {
  return y < x ? tak(tak(x - 1, y, z), tak(y - 1, z, x), tak(z - 1, x, y)) : z;
}

function ack(m: number, n: number): number {
  if (m === 0) return n + 1;
  return n === 0 ? ack(m - 1, 1) : ack(m - 1, ack(m, n - 1));
}

function sumTo(n: number): number {
  let total = 0;
  for (let i = n; i >= 0; i--) total += i;
  return total;
}

function queens(size: number): number {
  const placed: number[] = [];
  const isSafe = (column: number) => {
    for (let row = 0; row < placed.length; row++) {
      const other = placed[row] as number;
      const distance = placed.length - row;
      if (other === column || other === column + distance || other === column - distance) return false;
    }
    return true;
  };
  const place = (): number => {
    if (placed.length === size) return 1;
    let found = 0;
    for (let column = 1; column <= size; column++) {
      if (!isSafe(column)) continue;
      placed.push(column);
      found += place();
      placed.pop();
    }
    return found;
  };
  return place();
}

function inside(size: number): number {
  const step = 2 / size;
  let found = 0;
  for (let y = 0; y < size; y++) for (let x = 0; x < size; x++) if (turns(-1.5 + step * x, -1 + step * y) === 64) found++;
  return found;
}

function turns(cr: number, ci: number): number {
  let zr = cr;
  let zi = ci;
  for (let turn = 0; turn < 64; turn++) {
    const zr2 = zr * zr;
    const zi2 = zi * zi;
    if (zr2 + zi2 > 16) return turn;
    zi = 2 * zr * zi + ci;
    zr = zr2 - zi2 + cr;
  }
  return 64;
}

function sumOfPrimes(below: number): number {
  let numbers = Array.from({ length: below - 2 }, (_, index) => index + 2);
  let total = 0;
  while (numbers.length > 0) {
    const prime = numbers[0] as number;
    total += prime;
    numbers = numbers.filter((number) => number % prime !== 0);
  }
  return total;
}

function sortedSample(size: number): string {
  const numbers = new Array<number>(size);
  let seed = 42;
  for (let i = 0; i < size; i++) {
    numbers[i] = seed % 1_000_000_000;
    seed = (seed * 16807) % 2147483647;
  }
  quicksort(numbers, 0, size - 1);
  return `(${numbers[0]} ${numbers[Math.floor(size / 2)]})`;
}

function quicksort(numbers: number[], low: number, high: number): void {
  if (low >= high) return;
  const pivot = numbers[(low + high) >> 1] as number;
  let left = low;
  let right = high;
  while (left <= right) {
    while ((numbers[left] as number) < pivot) left++;
    while ((numbers[right] as number) > pivot) right--;
    if (left > right) break;
    [numbers[left], numbers[right]] = [numbers[right] as number, numbers[left] as number];
    left++;
    right--;
  }
  quicksort(numbers, low, right);
  quicksort(numbers, left, high);
}

type Matrix = readonly (readonly number[])[];

function makeMatrix(size: number, entry: (row: number, column: number) => number): Matrix {
  return Array.from({ length: size }, (_, row) => Array.from({ length: size }, (__, column) => entry(row, column)));
}

function product(a: Matrix, b: Matrix): Matrix {
  return makeMatrix(a.length, (row, column) => {
    const left = a[row] as readonly number[];
    let sum = 0;
    for (let k = 0; k < left.length; k++) sum += (left[k] as number) * ((b[k] as readonly number[])[column] as number);
    return sum % 10007;
  });
}

function power(matrix: Matrix, n: number): Matrix {
  if (n === 1) return matrix;
  if (n % 2 === 1) return product(matrix, power(matrix, n - 1));
  const half = power(matrix, n / 2);
  return product(half, half);
}

function traceOfPower(size: number): number {
  return power(makeMatrix(size, (i, j) => (31 * i + 17 * j + 7) % 101), 10).reduce((sum, row, index) => sum + (row[index] as number), 0);
}

function arctangentOfInverse(n: bigint, unit: bigint): bigint {
  const square = n * n;
  let sum = 0n;
  let power = unit / n;
  for (let divisor = 1n; power !== 0n; divisor += 2n, power /= square) sum += divisor % 4n === 1n ? power / divisor : -(power / divisor);
  return sum;
}

function piDigits(digits: number): bigint {
  const unit = 10n ** BigInt(digits + 10);
  return (4n * (4n * arctangentOfInverse(5n, unit) - arctangentOfInverse(239n, unit))) / 10n ** 10n;
}

function digitSum(n: bigint): number {
  return [...String(n)].reduce((sum, digit) => sum + Number(digit), 0);
}

function stringFigures(length: number): string {
  let text = "0";
  while (text.length <= length) {
    const half = Math.floor(text.length / 2);
    text = `1${text.slice(0, half)}${text}${text.slice(half)}`;
  }
  let ones = 0;
  for (let i = 0; i < text.length; i++) if (text[i] === "1") ones++;
  return `(${text.length} ${ones} ${text.split("1").reduce((sum, word) => sum + word.length, 0)})`;
}

function numberKeys(n: number): number {
  const table = new Map<number, number>();
  for (let i = 0; i < n; i++) table.set(i * 7919, i);
  let found = 0;
  for (let i = 0; i < n; i++) if (table.get(i * 7919) === i) found++;
  return found;
}

function wordCounts(n: number): number {
  const table = new Map<string, number>();
  for (let i = 0; i < n; i++) {
    const word = `word-${(i * 31) % 1009}`;
    table.set(word, (table.get(word) ?? 0) + 1);
  }
  return table.size;
}

function withoutEven(n: number): number {
  const table = new Map<number, number>();
  for (let i = 0; i < n; i++) table.set(i, i);
  for (let i = 0; i < n; i += 2) table.delete(i);
  let sum = 0;
  for (const value of table.values()) sum += value;
  return sum;
}

class TreeNode {
  constructor(
    public left: TreeNode | undefined = undefined,
    public right: TreeNode | undefined = undefined,
  ) {}
}

function treeFromBelow(depth: number): TreeNode {
  return depth === 0 ? new TreeNode() : new TreeNode(treeFromBelow(depth - 1), treeFromBelow(depth - 1));
}

function grow(node: TreeNode, depth: number): void {
  if (depth === 0) return;
  node.left = new TreeNode();
  node.right = new TreeNode();
  grow(node.left, depth - 1);
  grow(node.right, depth - 1);
}

function countNodes({ left, right }: TreeNode): number {
  return left === undefined || right === undefined ? 1 : 1 + countNodes(left) + countNodes(right);
}

function collect(most: number): string {
  const kept = treeFromBelow(most);
  const numbers = Array.from({ length: 2 ** most }, (_, i) => Math.floor((11 * i) / 3));
  for (let depth = 2; depth <= most; depth += 2)
    for (let i = 0; i < 2 * 2 ** (most - depth); i++) {
      const grown = new TreeNode();
      grow(grown, depth);
      if (countNodes(grown) !== countNodes(treeFromBelow(depth))) throw new Error("trees differ");
    }
  return `(${countNodes(kept)} ${numbers[Math.min(most, numbers.length - 1)]})`;
}

type Step = (x: number) => number;

function closureFigures(n: number): string {
  let value = 0;
  const counter = (step: number) => (value += step);
  for (let i = 1; i <= n; i++) counter(i);
  const compose = (f: Step, g: Step) => (x: number) => f(g(x));
  const powerOf = (f: Step, times: number): Step => (times === 0 ? (x) => x : compose(f, powerOf(f, times - 1)));
  const numeral = (times: number) => (f: Step): Step => (x) => {
    for (let i = 0; i < times; i++) x = f(x);
    return x;
  };
  const curry = (f: (a: number, b: number) => number, a: number) => (b: number) => f(a, b);
  return `(${counter(0)} ${powerOf(curry((a, b) => a + b, 2), n)(20)} ${numeral(8)(numeral(Math.floor(n / 20))((x) => x + 1))(0)})`;
}
