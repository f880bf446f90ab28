// The expander's front door: from data to core forms, hygienically, with libraries.
export { type Binding, Cell, Environment, Syntax } from "./environment.js";
export { FEATURES } from "./feature.js";
export { kernelCell } from "./kernel.js";
export { type LibraryHooks, LibraryTable, libraryNamesIn, type SourceText, type Unit } from "./library-table.js";
export { didYouMean, nearestNames } from "./nearest.js";
export { expandForm, expandOnce, expandProgram } from "./program.js";
export { standardLibraries } from "./standard.js";
