// The model drives: by forms in a sandbox and by tools, within bounds, with its errors told to it; which model and which way a person and the policy decide.
import { beforeAll, describe, expect, test } from "vitest";
import { canonical } from "../../epigenome/data.js";
import { field } from "../../epigenome/index.js";
import { display, Keyword, type LabelledBox, LispString, PersistentMap, type Value } from "../../interpreter/index.js";
import { PortError } from "../../ports/port.js";
import type { Completion, Message, Provider, Request } from "../../ports/router/index.js";
import { type Home, openHome } from "./ports.js";

type Script = (request: Request, count: number) => string | Partial<Completion>;

interface Scripted extends Provider {
  asked: Request[];
  script: Script;
}

/** A provider whose models say what the script has them say. */
function scripted(names: readonly string[], tags: readonly string[] = []): Scripted {
  const provider: Scripted = {
    name: `provider of ${names.join(" and ")}`, asked: [], script: () => "", models: names.map((name) => ({ name, contextTokens: 8_000, tags, usdCentsPerMillionInput: 0, usdCentsPerMillionOutput: 0 })),
    complete: async (request) => {
      provider.asked.push(request);
      const said = provider.script(request, provider.asked.length);
      return { stop: "end", inputTokens: 1, outputTokens: 1, text: "", ...(typeof said === "string" ? { text: said } : said) };
    },
  };
  return provider;
}

const PLAIN = scripted(["local"]);
const TOOLED = scripted(["tooled"], ["tools"]);
const TWO = scripted(["big-brain", "small-brain"]);
const homes = new Map<Scripted, Home>();

beforeAll(async () => {
  for (const model of [PLAIN, TOOLED, TWO]) homes.set(model, await openHome([model]));
});

/** A home of this model in which nothing was said yet. */
function fresh(model: Scripted, script: Script): Home {
  const home = homes.get(model) as Home;
  Object.assign(model, { asked: [], script });
  Object.assign(home, { state: PersistentMap.empty });
  callsBefore = home.calls.length;
  return home;
}

let callsBefore = 0;
/** Of the abilities, since the home was fresh. */
const abilitiesUsed = (home: Home): string[] => home.calls.slice(callsBefore).filter(({ origin }) => origin === "(genome turn abilities)").map(({ operation }) => operation);

const say = async (home: Home, text: string): Promise<string> => display(await home.turn({ kind: Keyword.intern("message"), text: new LispString(text) }));
const forms = (text: string): string => `I will do it.\n\`\`\`scheme\n${text}\n\`\`\``;
const last = ({ asked }: Scripted): Message => asked.at(-1)!.messages.at(-1)!;
const system = ({ asked }: Scripted): string => asked[0]!.messages[0]!.text;
const waysOf = (home: Home): string => canonical(inBox(home, "ways"));
/** What the state has under a name that the turns have let no one but models tell them of. */
function inBox(home: Home, name: string): Value {
  const box = field(home.state, name) as LabelledBox;
  expect(box.labels).toEqual(["model"]);
  return box.content;
}

describe("forms of a model", () => {
  test("are evaluated with the turn's capabilities, and their values go back until it answers in words", async () => {
    const model = PLAIN;
    const home = fresh(model, (_request, count) => [
      forms("(define key \"notes/door\")\n(store/put! key \"the code is 4711\" :text \"door code 4711\")"), forms("(display \"found:\")\n(reveal (get (store/get key) :value #f))"), "The code is 4711.",
    ][count - 1]!);
    expect(await say(home, "keep the code of the door for me, it is 4711")).toBe("The code is 4711.");
    expect(model.asked[1]!.messages.at(-1)!.text).toMatch(/^Evaluated:\n=> \{:version 1\}/);
    expect(last(model).text).toBe("Evaluated:\nfound:\n=> \"the code is 4711\"\n");
    expect(abilitiesUsed(home)).toEqual(["store/put!", "store/get"]);
    expect(canonical(inBox(home, "talk"))).toContain("The code is 4711.");
    expect(waysOf(home)).toBe("{:lisp {:count 1 :reward 1.0}}");
  });

  test("a blank answer is told as what it is", async () => {
    expect(await say(fresh(PLAIN, () => "  \n "), "write me a poem")).toBe("The model said nothing.");
  });

  test("the model is told each procedure with its operands", async () => {
    await say(fresh(PLAIN, () => "Fine."), "write me a poem");
    expect(system(PLAIN)).toMatch(/\(store\/search [^]*\(store\/put! key value \[:text text\]\) Keeps a value/);
  });

  test.each([
    ["a name that is not bound", "(store/put \"notes/x\" 1)", /Failed: .*store\/put.*\nHint: /],
    ["a capability that is not lent", "(router/complete \"x\" [])", /Failed: .*router\/complete/],
    ["a port", "(import (port vault))", /Failed: .*/],
    ["a library of the genome", "(import (genome turn record))", /Failed: .*/],
    ["an operand of the wrong kind", "(store/get 5)", /Failed: .*expected a string.*\nHint: /],
    ["a loop without end", "(let loop () (loop))", /Failed: .*limit/],
    ["a tower of memory", "(let loop ((x '(1 2 3))) (loop (append x x)))", /Failed: .*limit/],
    ["forms that cannot be read", "(display \"x\"", /Failed: /],
    ["what it raises itself", "(raise 'oops)", /Failed: it raised oops/],
    ["a way out of the turn", "(exit)", /Failed: /],
  ])("%s fails, and the model is told why", async (_title, form, told) => {
    const model = PLAIN;
    const home = fresh(model, (_request, count) => (count === 1 ? forms(form) : "I could not."));
    expect(await say(home, "do something strange")).toBe("I could not.");
    expect(last(model).text).toMatch(told);
    expect(waysOf(home)).toBe("{:lisp {:count 1 :reward 0.5}}");
  });

  test("are asked for no more than eight rounds", async () => {
    const model = PLAIN;
    const home = fresh(model, () => forms("(+ 1 1)"));
    expect(await say(home, "count for ever")).toMatch(/stopped here, after 8 rounds/);
    expect(model.asked).toHaveLength(8);
    expect(waysOf(home)).toBe("{:lisp {:count 1 :reward 0.0}}");
  });

  test("what they define is gone with the turn", async () => {
    const model = PLAIN;
    const home = fresh(model, (_request, count) => [forms("(define kept 1)"), "Done.", forms("kept"), "Gone."][count - 1]!);
    await say(home, "define something strange");
    await say(home, "look for something strange");
    expect(last(model).text).toMatch(/Failed: .*kept/);
  });
});

describe("tools of a model", () => {
  const call = (name: string, given: string, id = "call-1"): Partial<Completion> => ({ stop: "tools", calls: [{ id, name, arguments: given }], carried: "sealed thoughts" });
  /** Forms were tried once, so tools come next. */
  async function withTools(script: Script): Promise<{ home: Home; model: Scripted }> {
    const home = fresh(TOOLED, (request, count) => (request.tools.length === 0 ? "In words." : script(request, count - 1)));
    await say(home, "write me a poem");
    return { home, model: TOOLED };
  }

  test("are the capabilities with their schemas; what they answer goes back with the call's id and the model's thoughts", async () => {
    const { home, model } = await withTools((_request, count) => [call("store_put", "{\"key\":\"notes/tea\",\"value\":\"\\\"green\\\"\",\"text\":null}"), call("store_get", "{\"key\":\"notes/tea\"}", "call-2"), "It is green."][count - 1]!);
    expect(await say(home, "which tea would suit me")).toBe("It is green.");
    expect(model.asked[1]!.tools.map(({ name }) => name)).toEqual(expect.arrayContaining(["store_put", "store_get", "store_search", "tool-runtime_read-file"]));
    expect(model.asked[1]!.tools.find(({ name }) => name === "store_get")).toMatchObject({ parameters: { type: "object", required: ["key"], additionalProperties: false } });
    expect(model.asked.at(-1)!.messages.slice(-4).map(({ role, call: id, carried }) => [role, id, carried])).toEqual([["assistant", undefined, "sealed thoughts"], ["tool", "call-1", undefined], ["assistant", undefined, "sealed thoughts"], ["tool", "call-2", undefined]]);
    expect(last(model).text).toContain(":value \"green\"");
    expect(waysOf(home)).toBe("{:lisp {:count 1 :reward 1.0} :tools {:count 1 :reward 1.0}}");
  });

  test("one of them sends a file that the model writes, to the conversation of the turn", async () => {
    const { home, model } = await withTools((_request, count) => (count === 1 ? call("file_send", "{\"name\":\"notes/plums.csv\",\"content\":\"plum,2\",\"text\":null}") : "It is on its way."));
    expect(display(await home.turn({ kind: Keyword.intern("message"), text: new LispString("make me a table of plums"), cell: new LispString("ouro/telegram/1/2/") }))).toBe("It is on its way.");
    expect(last(model).text).toBe("\"Sent plums.csv.\"");
    const sent = home.calls.filter(({ operation }) => operation === "baseband/send!").at(-1);
    expect(canonical(sent?.parameters as Value)).toMatch(/^\{:channel "telegram\/1\/2" :text "Here is plums\.csv\." :files \[\{:hash "[0-9a-f]{64}" :name "plums\.csv" :type "text\/csv"\}\]\}$/);
  });

  test.each([
    ["a file for nobody", call("file_send", "{\"name\":\"a.txt\",\"content\":\"a\"}"), /Failed: I send files only where somebody talks to me/],
    ["a file without a name", call("file_send", "{\"content\":\"a\"}"), /Failed: /],
    ["a file of another kind than text", call("file_send", "{\"name\":\"a.txt\",\"content\":5}"), /Failed: file_send: content: expected a text/],
    ["arguments that are no JSON", call("store_get", "{\"key\": oops"), /no JSON[^]*Hint: /],
    ["arguments that are no object", call("store_get", "[1]"), /no JSON object/],
    ["a parameter that there is not", call("store_get", "{\"name\":\"x\"}"), /no parameter name; it has key/],
    ["a parameter that is missing", call("store_get", "{}"), /key: /],
    ["a value of the wrong kind", call("store_get", "{\"key\":5}"), /key: /],
    ["a value that cannot be read", call("store_put", "{\"key\":\"notes/x\",\"value\":\"(\"}"), /Failed: /],
    ["a tool that there is not", call("shell_run", "{}"), /no such tool/],
  ])("%s: the model is told, and may do better", async (_title, wrong, told) => {
    const { home, model } = await withTools((_request, count) => (count === 1 ? wrong : "I could not."));
    expect(await say(home, "do something strange")).toBe("I could not.");
    expect(last(model)).toMatchObject({ role: "tool", call: "call-1" });
    expect(last(model).text).toMatch(told);
    expect(abilitiesUsed(home)).toEqual([]);
  });

  test("a model that has none is not asked to use them", async () => {
    const home = fresh(PLAIN, () => "In words.");
    for (const text of ["write me a poem", "and another one", "and yet another"]) await say(home, text);
    expect(PLAIN.asked.every(({ tools }) => tools.length === 0)).toBe(true);
  });
});

describe("which model answers", () => {
  const introduced: Script = ({ model }) => `I am ${model.name}.`;

  test("is set for the conversation, by a part of its name, and given back to the policy", async () => {
    const home = fresh(TWO, introduced);
    expect(await say(home, "/model small")).toBe("From now on small-brain answers in this conversation.");
    for (const text of ["write me a poem", "and another one"]) expect(await say(home, text)).toBe("I am small-brain.");
    expect(await say(home, "/model")).toMatch(/- big-brain of [^\n]*\n\* small-brain of /);
    expect(await say(home, "/model brain")).toMatch(/^There is no model brain/);
    expect(await say(home, "/model auto")).toMatch(/policy chooses/);
    expect(await say(home, "and a third one")).toMatch(/^I am /);
  });

  test("is found whatever the case of its name", async () => {
    const home = fresh(TWO, introduced);
    expect(await say(home, "/model SMALL-Brain")).toMatch(/^From now on small-brain/);
    expect(await say(home, "/model AUTO")).toMatch(/policy chooses/);
  });

  test("and it is shown of the talk what it holds, the newest last", async () => {
    const home = fresh(PLAIN, () => "word ".repeat(2_000));
    for (const text of ["write me one", "write me two", "write me three", "write me four"]) await say(home, text);
    const shown = PLAIN.asked.at(-1)!.messages.map(({ text }) => text);
    expect(shown.at(-1)).toBe("write me four");
    expect(shown).not.toContain("write me one");
    expect(shown.join("").length / 3).toBeLessThan(8_000);
  });

  test("what is refused is asked once more with less of the talk, and then told with a way out", async () => {
    const home = fresh(PLAIN, () => "Fine.");
    for (const text of ["write me one", "write me two"]) await say(home, text);
    const refusing = (most: number): Script => ({ messages }) => {
      if (messages.length > most) throw new PortError("router-request-refused", "it does not take that");
      return "Short.";
    };
    PLAIN.script = refusing(4);
    expect(await say(home, "write me three")).toBe("Short.");
    expect(last(PLAIN).text).toBe("write me three");
    PLAIN.script = refusing(0);
    expect(await say(home, "write me four")).toMatch(/^I could not do that: it does not take that.*\/new/);
  });

  test("a message that waits says why", async () => {
    const home = fresh(PLAIN, () => { throw new PortError("router-overloaded", `busy ${"x".repeat(2_000)}`, { retryable: true }); });
    expect(await say(home, "write me a poem")).toMatch(/^That does not work just now \(router-unavailable: .*busy x{100,300}\)\. I will try again in/);
  });

  test("how long it thinks is set, too", async () => {
    const model = TWO;
    const home = fresh(model, introduced);
    await say(home, "write me a poem");
    expect(await say(home, "/think high")).toBe("Thinking is high from now on.");
    await say(home, "and another one");
    expect(model.asked.map(({ thinking }) => thinking)).toEqual(["off", "high"]);
    expect(await say(home, "/think hard")).toMatch(/^Say one of/);
    expect(await say(home, "/think")).toMatch(/^Thinking is high/);
  });

  test("one that lacks its key is not asked, and says what it lacks", async () => {
    const home = fresh(TWO, introduced);
    TWO.missing = () => "a secret x for https://x.example";
    expect(await say(home, "write me a poem")).toMatch(/can't do that without a model/);
    expect(await say(home, "/model big")).toMatch(/big-brain cannot be asked yet: a secret x/);
    expect(TWO.asked).toEqual([]);
    delete TWO.missing;
  });
});

describe("what a rule leaves to a model", () => {
  const ORDINARY = [
    "show me how to write a for loop in Python", "show the difference between TCP and UDP", "tell me about black holes", "find the best restaurant in Rome", "recal the black holes of Hawking", "list the planets of the solar system", "list three ideas for a birthday present",
    "put it in simple words", "add a bit of humour to your last answer", "remove the adjectives from this text: the big red house", "take the average from these: 1 2 3", "search the web for plum jam recipes",
    "cancel my Netflix subscription, how?", "open page 5 of the report you wrote", "at work do people like plums", "plan three days in Rome with kids", "check: is this sentence correct", "what is on television tonight",
    "I did my homework wrong, help me", "finished reading Dune, what next", "file: should I use pdf or docx", "forget it, tell me a story", "note the irony in the last line and explain", "remember the Titans, who directed it?",
    "time flies, doesn't it", "help me write a letter", "in Rome do as the Romans do, who said it", "every time do I get an error, why", "again in English", "when I say hello, answer politely in French and explain why",
    "save: which state is best", "cat pictures are great", "get page speed advice", "explain plums", "snooze button history", "read page three of Hamlet aloud", "rules of chess please", "what do you know about black holes",
    "thanks, now write a poem", "hello, can you explain plums to me", "remind me how photosynthesis works", "files in Linux are what?", "note that this is wrong, fix it", "note: write it in French", "plan: a trip to Rome", "when I say jump, say how high in French", "my time zone is annoying", "task switching in kernels, what is it", "forge a plan for tomorrow", "show the way to Rome", "send me a joke about plums", "send the file names in order of their length", "send me file after file of poems", "give me the file format of a picture",
  ];

  test.each(ORDINARY)("an ordinary request: %s", async (text) => {
    const home = fresh(PLAIN, () => "MODEL");
    expect(await say(home, text)).toBe("MODEL");
  });

  test("is also a short word within a talk with it, and without one is not", async () => {
    const home = fresh(PLAIN, () => "MODEL");
    for (const text of ["yes", "ok", "thanks", "great", "hello"]) expect(await say(home, text), text).not.toBe("MODEL");
    await say(home, "write me a poem");
    for (const text of ["yes", "no", "ok", "sure", "thanks", "great", "hello"]) expect(await say(home, text), text).toBe("MODEL");
  });

  test("is not what the rules are for", async () => {
    const home = fresh(PLAIN, () => "MODEL");
    for (const [said, answer] of [
      ["add milk to shopping", "Added milk to shopping."], ["show shopping", "shopping:\n- milk"], ["remove milk from shopping", "Removed milk from shopping."], ["remember I parked on level 3", /^I will remember/], ["tell me about level 3", /parked/],
      ["note: buy ink", /^I will remember/], ["task: write the report", /^Task/], ["done write the report", /^Done/], ["goal: ship the demo", /^The goal is/], ["thanks a lot", "You're welcome."], ["cancel reminder 99", /^Nothing planned/],
      ["forget the ink", /^Forgotten/], ["remind me to stretch", /^When\?/], ["when I say good night, say sleep well", /I will say/], ["cat notes.txt", /notes\.txt/],
    ] as const) {
      if (typeof answer === "string") expect(await say(home, said), said).toBe(answer);
      else expect(await say(home, said), said).toMatch(answer);
    }
    expect(PLAIN.asked).toEqual([]);
  });
});
