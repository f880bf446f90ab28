// `ouro control`: any route of the control API, by its name; the list and the help are made from the routes.
import { type Route, ROUTES, openApi } from "../control/index.js";
import { type Desk, type Program, UsageError, type Verb } from "../frontend.js";
import { answer } from "./asking.js";
import { readWords } from "./words.js";

const usage = `usage: ouro control                       the routes and their parameters
       ouro control openapi               their OpenAPI document
       ouro control NAME [PARAMETER=VALUE …]

Asks one route, and prints its answer as JSON (metrics as text).

${Object.entries(ROUTES).map(([name, route]) => line(name, route)).join("\n")}`;

export const control: Verb = {
  summary: "any route of the control API, by its name",
  usage,
  async run(words, program: Program) {
    const options = readWords(words, {}, "any");
    const [name, ...given] = options.positionals;
    if (name === undefined || name === "openapi") {
      program.output.write(`${name === undefined ? Object.entries(ROUTES).map(([each, route]) => line(each, route)).join("\n") : JSON.stringify(openApi(program.version))}\n`);
      return 0;
    }
    if (!Object.hasOwn(ROUTES, name)) throw new UsageError(`there is no route ${name}`);
    const ask = (desk: Desk) => (desk[name as keyof Desk] as (parameters: unknown) => Promise<unknown>)(Object.fromEntries(given.map(parameter)));
    return answer(program, options, ask, (result) => (typeof result === "string" ? result.trimEnd() : JSON.stringify(result)));
  },
};

function parameter(word: string): [name: string, value: string] {
  const [, name, value] = /^(\w+)=(.*)$/s.exec(word) ?? [];
  if (name === undefined || value === undefined) throw new UsageError(`${word} is not of the form PARAMETER=VALUE`);
  return [name, value];
}

function line(name: string, { summary, parameters }: Route): string {
  const shapes = Object.entries(parameters.shape).map(([each, schema]) => (schema.safeParse(undefined).success ? `[${each}=…]` : `${each}=…`));
  return `  ${[name, ...shapes].join(" ").padEnd(32)}  ${summary}`;
}
