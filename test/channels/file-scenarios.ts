// What becomes of files with the genome that ships: they reach a model as what they are, are answered without one, and are sent by a word.
import { expect } from "vitest";
import type { Asked, Peer as Model, Said } from "../ports/router/peer.js";
import { KEY } from "../ports/router/peer.js";
import type { Person, SentFile } from "./peer.js";
import { asked, presses, restarts, says, type Scenario, sees, seesNoMore, sendsFile, type Step } from "./scenarios.js";
import { type Stage, until } from "./stage.js";

const textFile = (name: string, text: string, type = "text/plain"): SentFile => ({ name, type, bytes: new TextEncoder().encode(text) });
const CAT: SentFile = { name: "cat.png", type: "image/png", bytes: Uint8Array.from([137, 80, 78, 71, 13, 10, 26, 10, 1, 2, 3]) };
const PHOTO: SentFile = { name: "photo.jpg", type: "image/jpeg", bytes: new Uint8Array(2_000).fill(7) };
const PLAN = textFile("plan.md", "# Plan\n1. plums", "text/markdown");

/** The agent's file comes whole, whatever else is said around it. */
const comes = ({ name, bytes }: SentFile, by: Person = "ada"): Step => async (stage) => {
  let message = await stage.next(by);
  while (message.files.length === 0) message = await stage.next(by);
  expect(message.files.map((file) => [file.name, Buffer.from(file.bytes).toString("hex")])).toEqual([[name, Buffer.from(bytes).toString("hex")]]);
};
const waits = (label: string): Step => async (stage) => {
  const approval = await until("an approval waits", () => stage.host.desk.approvals(), (waiting) => waiting.length === 1).then(([first]) => first);
  expect(approval).toMatchObject({ operation: "baseband/send!" });
  expect(approval?.reason).toContain(label);
};
const allows: Step = async (stage) => {
  const [approval] = await stage.host.desk.approvals();
  await stage.host.desk.approve({ id: approval?.id ?? "" });
};
/** Words of the platform's and of approvals may come before. */
const ends = (text: string, by: Person = "ada"): Step => async (stage) => {
  while ((await stage.next(by)).text !== text) continue;
};
const platformOf = (stage: Stage): string => stage.peer.frontend.name;

const WITHOUT: readonly Scenario[] = [
  { name: "a file without a word is kept, and the answer says so and what can be done with it", steps: [
    sendsFile("", CAT), sees(/^I have kept cat\.png \(image\/png, 11 bytes\)[^]*send me the file cat\.png[^]*I need a model, and none is configured[^]*ouro model/), seesNoMore(),
  ] },
  { name: "a text without a word can be read by its name", steps: [sendsFile("", PLAN), sees(/^I have kept plan\.md[^]*read file plan\.md/), asked("read file plan.md", "# Plan\n1. plums"), asked("files", /plan\.md/)] },
  { name: "what stands beside a file is obeyed where a rule takes it", steps: [sendsFile("remember that the cat is called Tom", CAT), sees(/^I will remember: the cat is called Tom\nI have kept cat-2\.png/), asked("what is the cat called?", /Tom/)] },
  { name: "what stands beside a file and no rule takes is answered honestly", steps: [sendsFile("describe this with a poem", CAT), sees(/^I can't do that without a model[^]*I have kept cat-3\.png/)] },
  { name: "a file that came is sent back by a word, once a person has allowed it", steps: [says("send me the file cat.png"), (stage) => waits(platformOf(stage))(stage), presses("Approve", /./), comes(CAT), ends("Sent cat.png."), restarts, seesNoMore()] },
  { name: "a file that came is not sent where a person denies it", steps: [says("send me the file cat.png"), presses("Deny", /./), async (stage) => {
    await stage.settled();
    expect(stage.unseen().flatMap(({ files }) => files)).toEqual([]);
  }] },
  { name: "what a member asks for waits for an operator's word", steps: [sendsFile("", PLAN, "bob"), sees(/^I have kept plan\.md/, "bob"), says("send me the file plan.md", "bob"), (stage) => waits(platformOf(stage))(stage), allows, comes(PLAN, "bob"), ends("Sent plan.md.", "bob")] },
  { name: "what came to one person is not another's", steps: [asked("send me the file cat.png", /^There is no file cat\.png/, "bob")] },
  { name: "a file that there is not is said to be none", steps: [asked("send me the file nothing.txt", /^There is no file nothing\.txt/), asked("send file ../world.db", /^I could not do that: .*plain names/), seesNoMore()] },
];

/** The parts of what the model was shown last of a person. */
const shown = ({ body }: Asked): readonly Record<string, unknown>[] => (body["messages"] as { role: string; content: Record<string, unknown>[] }[]).at(-1)?.content ?? [];
const textIn = (parts: readonly Record<string, unknown>[]): string => parts.flatMap(({ text }) => (typeof text === "string" ? [text] : [])).join("\n");
const imagesIn = (parts: readonly Record<string, unknown>[]): readonly unknown[] => parts.filter(({ type }) => type === "image").map(({ source }) => source);
const sourceOf = ({ type, bytes }: SentFile) => ({ type: "base64", media_type: type, data: Buffer.from(bytes).toString("base64") });

function withModel(model: () => Model): readonly Scenario[] {
  const script = (...said: readonly (string | Said)[]): Step => async () => {
    const before = model().asked.length;
    model().answer = (_asked, count) => {
      const next = said[count - before - 1] ?? "nothing more";
      return typeof next === "string" ? { text: next } : next;
    };
  };
  const wasShown = (images: readonly SentFile[], text: RegExp): Step => async () => {
    const parts = shown(model().asked.at(-1) as Asked);
    expect(imagesIn(parts)).toEqual(images.map(sourceOf));
    expect(textIn(parts)).toMatch(text);
  };
  const has = (name: string, tags: readonly string[]): Step => (stage) =>
    stage.host.models.add({ name, wire: "anthropic", url: model().url("anthropic"), secret: name, models: [{ name: `${name}-model`, context: 100_000, price: [100, 500], tags: [...tags] }] }, KEY);
  return [
    { name: "a model that sees no images is told of one by its name", steps: [has("blind", []), script("I cannot see it."), sendsFile("what is this?", CAT), sees("I cannot see it."), wasShown([], /^what is this\?[^]*cat-4\.png, image\/png, 11 bytes[^]*not shown/)] },
    { name: "an image reaches a model that sees, with its words", steps: [has("seeing", ["images"]), script("A cat."), sendsFile("who is this?", CAT), sees("A cat."), wasShown([CAT], /^who is this\?[^]*cat-5\.png, image\/png, 11 bytes/)] },
    { name: "an image reaches it without a word, too", steps: [script("A grey square."), sendsFile("", PHOTO), sees("A grey square."), wasShown([PHOTO], /photo\.jpg, image\/jpeg, 2000 bytes/)] },
    { name: "what was shown is before it when it is asked again", steps: [script("Grey."), asked("which colour has the square, I wonder", "Grey."), async () => {
      const { body } = model().asked.at(-1) as Asked;
      const all = (body["messages"] as { content: Record<string, unknown>[] }[]).flatMap(({ content }) => content);
      expect(imagesIn(all)).toEqual([CAT, CAT, PHOTO].map(sourceOf));
    }] },
    { name: "a text reaches it as text, bounded", steps: [script("Plums."), sendsFile("sum this up", PLAN), sees("Plums."), wasShown([], /^sum this up[^]*plan-2\.md, text\/markdown[^]*# Plan\n1\. plums/), script("Long."), sendsFile("and this", textFile("long.txt", "plum ".repeat(20_000))), sees("Long."), async () => {
      const text = textIn(shown(model().asked.at(-1) as Asked));
      expect(text.length).toBeLessThan(21_000);
      expect(text).toMatch(/plum plum [^]*only its beginning/);
    }] },
    { name: "another file is told by name, type and size", steps: [script("A song."), sendsFile("what came?", { name: "song.mp3", type: "audio/mpeg", bytes: new Uint8Array(300) }), sees("A song."), wasShown([], /song\.mp3, audio\/mpeg, 300 bytes/)] },
    { name: "a member's image reaches it, and its answer the member", steps: [script("A dog."), sendsFile("what is it?", CAT, "bob"), sees("A dog.", "bob"), wasShown([CAT], /^what is it\?/)] },
    { name: "a file that a model writes is sent at once", steps: [says("/new"), sees(/new session/), script({ text: "```scheme\n(file/send! \"plums.csv\" :content \"plum,2\\n\")\n```" }, "It is sent."), says("make a table of two plums"), comes(textFile("plums.csv", "plum,2\n")), sees("It is sent."), seesNoMore()] },
    { name: "a file that a model was shown is sent once a person has allowed it", steps: [script({ text: "```scheme\n(file/send! \"cat.png\")\n```" }, "There it is."), says("may the cat come back to me"), (stage) => waits(platformOf(stage))(stage), allows, comes(CAT), sees("There it is.")] },
  ];
}

/** All of them in their order: those of the second part add models. */
export const fileScenarios = (model: () => Model): readonly Scenario[] => [...WITHOUT, ...withModel(model)];
