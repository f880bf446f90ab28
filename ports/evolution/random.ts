// Seeded random numbers for the simulators: the same seed gives the same case on every machine.

/** A stream of pseudo-random numbers (mulberry32, Tommy Ettinger 2017: 32 bits of state, enough for a case). */
export class Random {
  constructor(private state: number) {}

  /** A number in [0, 1). */
  uniform(): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  }

  /** A number in [low, high). */
  between(low: number, high: number): number {
    return low + (high - low) * this.uniform();
  }

  /** A number between low and high whose logarithm is uniform. */
  logBetween(low: number, high: number): number {
    return low * (high / low) ** this.uniform();
  }

  /** An integer from 0 to `count` − 1. */
  index(count: number): number {
    return Math.floor(this.uniform() * count);
  }

  /** An exponentially distributed number. */
  exponential(mean: number): number {
    return -mean * Math.log(1 - this.uniform());
  }

  /** A standard normal number (Box and Muller 1958). */
  normal(): number {
    return Math.sqrt(-2 * Math.log(1 - this.uniform())) * Math.cos(2 * Math.PI * this.uniform());
  }

  /** One of the items. */
  pick<T>(items: readonly T[]): T {
    return items[this.index(items.length)] as T;
  }
}
