// The genome says which files are let in, within native bounds; without a word of it that can be used, none is.
import { expect, test } from "vitest";
import { channelGenome } from "./genome.js";
import { LocalPeer } from "./local.js";
import { Stage } from "./stage.js";

const policy = (media: string, name = "media"): string => `(define-library (genome policy media) (export ${name}) (import (ouro base)) (begin (define ${name} "What is let in." ${media})))`;

test.each([
  ["what it names comes, as far as it goes", policy('{:types ["text/*"] :most-bytes 100 :most-files 1}'), ["> 50 with a.txt of 50 bytes"], [/^I left out a\.txt: it has 200 bytes, and at most 100/]],
  ["without the policy nothing comes", policy("1", "other"), [], [/^I left out a\.txt: at most 0 files/]],
  ["with a policy of another shape nothing comes", policy('{:types "text/*"}'), [], [/^I left out a\.txt: at most 0 files/]],
  ["beyond the native bounds nothing comes", policy('{:types ["*/*"] :most-bytes 1000000000 :most-files 1}'), [], [/^I left out a\.txt: at most 0 files/]],
])("%s", { timeout: 300_000 }, async (_title, media, kept, left) => {
  const stage = await Stage.open(new LocalPeer(), channelGenome(media));
  try {
    for (const size of [50, 200]) {
      await stage.peer.say("ada", String(size), { files: [{ name: "a.txt", type: "text/plain", bytes: new Uint8Array(size) }] });
      await stage.settled();
    }
    const texts = stage.peer.seen({ room: "direct" }, "ada").map(({ text }) => text);
    for (const text of kept) expect(texts).toContain(text);
    expect(texts.filter((text) => text.includes(" with "))).toEqual(kept);
    for (const pattern of left) expect(texts.some((text) => pattern.test(text)), texts.join("\n")).toBe(true);
  } finally {
    await stage.stop();
    await stage.peer.close();
  }
});
