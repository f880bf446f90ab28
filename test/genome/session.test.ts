// Sessions and skills: what a model is shown of the work, what it is shown once, and what ends with /new.
import { describe, expect, test } from "vitest";
import { display, Keyword, LispString, type Value } from "../../interpreter/index.js";
import type { Provider } from "../../ports/router/index.js";
import { Life } from "./life.js";
import { type Home, openHome } from "./ports.js";

const SKILLS = {
  "files/skills/brew-tea/SKILL.md": "---\nname: brew-tea\ndescription: How to brew green tea well\n---\nWater at 80 degrees.",
  "files/skills/taxes/SKILL.md": "---\nname: taxes\ndescription: Filing the yearly tax return\n---\nFind the receipts.",
  "files/skills/broken/SKILL.md": "no front matter: brew tea",
};

interface Shown {
  readonly system: string;
  readonly talk: string;
}

/** A model that says nothing new, and notes what it was shown. */
function modelThatNotes(shown: Shown[]): Provider {
  return {
    name: "local", models: [{ name: "quiet", contextTokens: 8_000, tags: [], usdCentsPerMillionInput: 0, usdCentsPerMillionOutput: 0 }],
    complete: async ({ messages }) => {
      const texts = (isSystem: boolean): string => messages.filter(({ role }) => (role === "system") === isSystem).map(({ text }) => text).join("\n");
      shown.push({ system: texts(true), talk: texts(false) });
      return { text: "so be it", stop: "end", inputTokens: 1, outputTokens: 1 };
    },
  };
}

async function openWithModel(files: Readonly<Record<string, string>> = SKILLS): Promise<{ home: Home; shown: Shown[] }> {
  const shown: Shown[] = [];
  return { home: await openHome([modelThatNotes(shown)], files), shown };
}

const say = async (home: Home, text: string): Promise<Value> =>
  home.turn({ kind: Keyword.intern("message"), text: new LispString(text), from: new LispString("operator"), time: 1_790_000_000_000 });

/** Each home loads the genome. */
const HOME_MS = 300_000;

describe("a skill", { timeout: HOME_MS }, () => {
  test("that fits the message is shown to the model once in a session, and one that does not is not", async () => {
    const { home, shown } = await openWithModel();
    await say(home, "explain how to brew some green tea");
    expect(shown.at(-1)?.system).toMatch(/The skill brew-tea:\nWater at 80 degrees\.$/);
    expect(shown.at(-1)?.system).not.toMatch(/receipts|no front matter/);
    await say(home, "explain how to brew some green tea again");
    expect(shown.at(-1)?.system).not.toMatch(/80 degrees/);
    await say(home, "/new");
    await say(home, "explain how to brew some green tea");
    expect(shown.at(-1)?.system).toMatch(/80 degrees/);
    await say(home, "explain taxes");
    expect(shown.at(-1)?.system).toMatch(/Find the receipts/);
  });

  test("labels the turn that shows it to a model, and no turn after it", async () => {
    const life = await Life.begin("2026-11-21T14:20:00Z", [modelThatNotes([])], SKILLS);
    try {
      expect(await life.say("explain how to brew some green tea")).toBe("so be it");
      expect(life.lastCommit()).toMatch(/:labels \["file" "file files\/skills" "model[^"]*"\]/);
      expect(life.state()).toMatch(/:turns 1 .*:talk \{labelled/);
      expect(await life.say("what is 2 + 2")).toBe("4");
      expect(life.lastCommit()).not.toMatch(/:labels/);
      await life.say("remember that tea is ready");
      expect(await life.say("what do you know about tea?")).toBe("tea is ready");
      expect(life.lastCommit()).not.toMatch(/:labels/);
      life.check();
    } finally {
      await life.close();
    }
  });

  test("is not wanted where there are none", async () => {
    const { home, shown } = await openWithModel({});
    expect(display(await say(home, "explain how to brew tea"))).toMatch(/so be it/);
    expect(shown.at(-1)?.system).not.toMatch(/skill/);
  });
});

describe("a session", { timeout: HOME_MS }, () => {
  test("keeps its working set before the model when the talk is long forgotten", async () => {
    const { home, shown } = await openWithModel();
    for (const text of ["goal: ship the demo", "decision: keep it small", "check: the tests pass"]) await say(home, text);
    await say(home, "tell the story of a whale");
    for (let number = 0; number < 12; number++) await say(home, `and then, chapter ${number}`);
    expect(shown.at(-1)?.talk).not.toMatch(/whale/);
    expect(shown.at(-1)?.system).toMatch(/The session's working set:\nGoal: ship the demo\nDecisions: keep it small\nChecks: the tests pass/);
  });

  test("ends with /new: nothing of before is shown again, and what is to outlive it does", async () => {
    const { home, shown } = await openWithModel();
    for (const text of ["goal: ship the demo", "invent a name for a whale", "remember that the whale is called Bo", "task: feed the whale", "when I say hm, say yes", "remind me tomorrow to feed the whale"])
      await say(home, text);
    await say(home, "/new");
    await say(home, "invent another name");
    expect(`${shown.at(-1)?.system} ${shown.at(-1)?.talk}`).not.toMatch(/whale|ship the demo/);
    expect(display(await say(home, "who is called Bo?"))).toMatch(/^The whale is called Bo/);
    expect(display(await say(home, "tasks"))).toMatch(/feed the whale/);
    expect(display(await say(home, "hm"))).toBe("yes");
    expect(display(await say(home, "reminders"))).toMatch(/feed the whale/);
  });
});
