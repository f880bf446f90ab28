// The turns that may run, first in, first out: taking one costs the same however many wait.

const MOST_TAKEN = 1_024;

export class Ready<Item> {
  private items: (Item | undefined)[] = [];
  private taken = 0;

  get isEmpty(): boolean {
    return this.taken === this.items.length;
  }

  push(item: Item): void {
    this.items.push(item);
  }

  /** The one that has waited longest; undefined if there is none. */
  take(): Item | undefined {
    const item = this.items[this.taken];
    if (item === undefined) return undefined;
    this.items[this.taken++] = undefined;
    if (this.taken >= MOST_TAKEN && this.taken * 2 > this.items.length) {
      this.items = this.items.slice(this.taken);
      this.taken = 0;
    }
    return item;
  }
}
