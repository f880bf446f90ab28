// The standard library's sources, in no particular order: each library is read when it is first imported.
import base from "./base.scm";
import collections from "./collections.scm";
import control from "./control.scm";
import files from "./files.scm";
import hashTables from "./hash-tables.scm";
import lists from "./lists.scm";
import matching from "./matching.scm";
import outside from "./outside.scm";
import ports from "./ports.scm";
import promises from "./promises.scm";
import r7rs from "./r7rs.scm";
import reports from "./reports.scm";
import source from "./source.scm";
import srfi from "./srfi.scm";
import srfi1 from "./srfi-1.scm";
import srfi2 from "./srfi-2.scm";
import srfi26 from "./srfi-26.scm";
import srfi128 from "./srfi-128.scm";
import srfi133 from "./srfi-133.scm";
import strings from "./strings.scm";
import traversal from "./traversal.scm";
import vectors from "./vectors.scm";

/** The texts of the standard libraries, by file name as errors show it. */
export const librarySources: readonly { readonly file: string; readonly text: string }[] = [
  { file: "library/base.scm", text: base },
  { file: "library/collections.scm", text: collections },
  { file: "library/control.scm", text: control },
  { file: "library/files.scm", text: files },
  { file: "library/hash-tables.scm", text: hashTables },
  { file: "library/lists.scm", text: lists },
  { file: "library/matching.scm", text: matching },
  { file: "library/outside.scm", text: outside },
  { file: "library/ports.scm", text: ports },
  { file: "library/promises.scm", text: promises },
  { file: "library/r7rs.scm", text: r7rs },
  { file: "library/reports.scm", text: reports },
  { file: "library/source.scm", text: source },
  { file: "library/srfi.scm", text: srfi },
  { file: "library/srfi-1.scm", text: srfi1 },
  { file: "library/srfi-2.scm", text: srfi2 },
  { file: "library/srfi-26.scm", text: srfi26 },
  { file: "library/srfi-128.scm", text: srfi128 },
  { file: "library/srfi-133.scm", text: srfi133 },
  { file: "library/strings.scm", text: strings },
  { file: "library/traversal.scm", text: traversal },
  { file: "library/vectors.scm", text: vectors },
];
