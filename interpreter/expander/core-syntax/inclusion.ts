// include, include-ci and cond-expand.
import type { Core } from "../../compiler/core.js";
import { splicedFrom } from "../body.js";
import { selectClause } from "../feature.js";
import { includedForms } from "../included.js";
import type { Expander } from "../expander.js";
import type { Form } from "../form.js";
import { sequence } from "../build.js";
import type { Scope } from "../scope.js";
import type { Definitions, DefinitionSyntax } from "../transformer.js";

export const include = inclusion("include", false);
export const includeCaseInsensitive = inclusion("include-ci", true);

export const condExpand: DefinitionSyntax = {
  kind: "definition",
  shape: "(cond-expand (requirement form ...) ... [(else form ...)])",
  define(form: Form, definitions: Definitions, expander: Expander): void {
    const clause = selectClause(form, expander.libraries);
    if (clause !== undefined) definitions.splice(splicedFrom(clause, 1));
  },
  expand(form: Form, scope: Scope, expander: Expander): Core {
    const clause = selectClause(form, expander.libraries);
    return sequence(clause === undefined ? [] : expander.expandFrom(clause, 1, scope));
  },
};

function inclusion(name: string, foldCase: boolean): DefinitionSyntax {
  return {
    kind: "definition",
    shape: `(${name} "file" ...)`,
    define: (form, definitions, expander) => definitions.splice(includedForms(form, foldCase, expander.libraries)),
    expand: (form, scope, expander) =>
      sequence(includedForms(form, foldCase, expander.libraries).map(({ datum, position }) => expander.expand(datum, scope, position))),
  };
}
