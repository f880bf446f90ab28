// The forms of the files that an include names.
import { LispString } from "../values/text.js";
import type { Form } from "./form.js";
import type { LibraryTable } from "./library-table.js";
import type { SplicedForm } from "./transformer.js";

/** The forms of all the files named after the first element; with `foldCase`, read as if in lower case. */
export function includedForms(form: Form, foldCase: boolean, libraries: LibraryTable): SplicedForm[] {
  return form.expect(2).items.slice(1).flatMap((file, index) => {
    const position = form.positionAt(index + 1);
    if (!(file instanceof LispString)) return form.bad("a file is named by a string", position);
    return libraries.readFile(file.text, foldCase, position).map((datum) => ({ datum, position }));
  });
}
