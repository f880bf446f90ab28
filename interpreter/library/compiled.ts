// The standard library as the build compiles it. From sources there is none: then it is expanded as programs need it.
/** A library of the standard ones: what there is of it at once, and the procedures that wait for their first call. */
export interface CompiledLibrary {
  /** JSON of a KeptLibrary of cache/kept.ts. */
  readonly library: () => string;
  /** JSON of a KeptProcedure each. */
  readonly procedures: readonly (() => string)[];
}

/** By printed name. The build puts its own module in the place of this one. */
export const compiledLibraries: Readonly<Record<string, CompiledLibrary>> | undefined = undefined;
