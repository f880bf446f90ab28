// Errors that stray: thrown in a timer or a socket, or rejected where nobody awaits it. Each fails the work that it arose from, and nothing else.
import { AsyncLocalStorage } from "node:async_hooks";

type Bearer = (error: unknown) => void;

/** Who bears what strays, by the context in which timers, sockets and promises were made. */
const bearers = new AsyncLocalStorage<Bearer | undefined>();

/** Does work in a context. */
export type Context = <Result>(work: () => Result) => Result;

/** Of work whose strays nobody bears: they end the process. */
export const unborne: Context = (work) => bearers.run(undefined, work);

/** The context of the caller, for what it hands out. */
export function present(): Context {
  const bearer = bearers.getStore();
  return (work) => bearers.run(bearer, work);
}

/** Awaits work. An error that strays from it fails it with what `told` makes of it, which is asked also of those that come later. */
export function bearing<Result>(work: () => Promise<Result>, told: (error: unknown) => Error): Promise<Result> {
  return new Promise((resolve, reject) => {
    bearers.run((error) => reject(told(error)), work).then(resolve, reject);
  });
}

/** The same object, each of whose functions does its work in a context. */
export function within<Owner extends object>(context: Context, owner: Owner): Owner {
  return new Proxy(owner, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name);
      return typeof value === "function" ? (...operands: unknown[]) => context(() => value.apply(target, operands) as unknown) : value;
    },
  });
}

/**
 * From now on the process outlives what strays from work that is being borne. Node still knows the context then, but not of
 * what `queueMicrotask` throws, nor of a bare socket that a server has accepted (not one that HTTP reads from): those end the
 * process, as does all that nobody bears.
 */
export function catchStrays(end: (error: unknown) => never): void {
  process.on("uncaughtException", (error) => (bearers.getStore() ?? end)(error));
}
