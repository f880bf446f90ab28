// Texts as Slack has them: escaped on the way out, decoded on the way in, cut into messages with code fences whole.

/** Characters of one message: above that Slack recommends several, and cuts at 40,000. https://docs.slack.dev/reference/methods/chat.postMessage */
export const MESSAGE_CHARACTERS = 4_000;
/** Characters of one section block. https://docs.slack.dev/reference/block-kit/blocks/section-block */
export const SECTION_CHARACTERS = 3_000;

const ESCAPES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;" };
const UNESCAPES: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">" };
const FENCE = /^[ \t]*```(?!.*```).*$/gm;
const FENCE_END = "\n```";
const FENCE_ENDING = /^\s*```[ \t]*(\n|$)/;
/** A longer line is no fence that anybody meant to see again. */
const FENCE_LINE_CHARACTERS = 64;

/** So that nothing in it mentions, links or calls a channel together. https://docs.slack.dev/messaging/formatting-message-text#escaping */
export function escaped(text: string): string {
  return text.replace(/[&<>]/g, (character) => ESCAPES[character] as string);
}

/** What a person sees of a text that Slack delivers: mentions, channels and links by their names. */
export function decoded(text: string): string {
  return text.replace(/<([^<>]*)>|&(amp|lt|gt);/g, (_, reference: string | undefined, entity: string | undefined) =>
    (reference === undefined ? UNESCAPES[entity ?? ""] ?? "" : shown(reference)));
}

/** The text without a mention of `user` before everything else, decoded. */
export function addressedText(text: string, user: string): string {
  const start = new RegExp(`^\\s*<@${user}(\\|[^<>]*)?>[:,]?\\s*`);
  return decoded(text.replace(start, "")).trim();
}

export function mentions(text: string, user: string): boolean {
  return new RegExp(`<@${user}(\\|[^<>]*)?>`).test(text);
}

/**
 * Pieces that each take up at most so many characters once they are escaped. A fence that fits into one piece is not cut; a
 * longer one is closed where a piece ends, and opened again where the next one begins.
 */
export function split(text: string, limit: number): string[] {
  const pieces: string[] = [];
  let [opening, rest] = ["", text];
  while (opening.length + rest.length > limit || size(opening + rest) > limit) {
    const head = rest.slice(0, cutWithin(opening, rest, limit - size(opening) - FENCE_END.length));
    const tail = rest.slice(head.length);
    const fence = openFence(opening + head);
    if (fence === undefined) {
      pieces.push(opening + head.trimEnd());
      [opening, rest] = ["", tail.replace(/^\n+/, "")];
    } else {
      pieces.push(opening + head.replace(/\n$/, "") + FENCE_END);
      // The fence may have ended just there.
      const after = tail.replace(FENCE_ENDING, "");
      [opening, rest] = after === tail ? [`${fence.line}\n`, tail] : ["", after];
    }
  }
  return pieces.length > 0 && rest.trim() === "" ? pieces : [...pieces, opening + rest];
}

/** Slack's own names where it gives them, else ids. `reference` is what stands between < and >. */
function shown(reference: string): string {
  const [target = "", label = ""] = reference.split(/\|(.*)/s);
  const name = label === "" ? undefined : decoded(label);
  if (/^[@#]/.test(target)) return target[0] + (name ?? target.slice(1)).replace(/^[@#]/, "");
  if (target.startsWith("!")) return special(target.slice(1), name);
  const address = decoded(target).replace(/^mailto:/, "");
  return name === undefined || address.endsWith(name) ? address : `${name} (${address})`;
}

/** `here`, `subteam^S024BE7LD`, `date^1392734382^{date}^link`. */
function special(command: string, name: string | undefined): string {
  const [kind = "", id = ""] = command.split("^");
  if (kind === "date") return name ?? id;
  return `@${(name ?? (id === "" ? kind : id)).replace(/^@/, "")}`;
}

function size(text: string): number {
  return escaped(text).length;
}

/** Where to cut: at most `room` on, best before a fence, after a paragraph, a line, a word, and never within a character. */
function cutWithin(opening: string, text: string, room: number): number {
  const most = reach(text, room);
  const fence = openFence(opening + text.slice(0, most));
  const start = fence === undefined ? 0 : fence.start - opening.length;
  if (start > 0 && text.slice(0, start).trim() !== "" && fits(text.slice(start), room)) return start;
  for (const gap of ["\n\n", "\n", " "]) {
    const cut = text.lastIndexOf(gap, most - gap.length);
    if (cut > most / 2) return cut + gap.length;
  }
  return wholeCharacters(text, most);
}

/** Whether the fence with which the text begins ends within so many characters. */
function fits(text: string, room: number): boolean {
  const [, end] = text.matchAll(FENCE);
  return end !== undefined && size(text.slice(0, end.index + end[0].length)) <= room;
}

/** How many units of the text take up at most `room` characters once escaped. */
function reach(text: string, room: number): number {
  let [count, taken] = [0, 0];
  for (; count < text.length; count++) {
    taken += ESCAPES[text[count] as string]?.length ?? 1;
    if (taken > room) break;
  }
  return count;
}

/** The nearest place at or before `cut` that is within no character as people see it; within one if it is longer than all. */
function wholeCharacters(text: string, cut: number): number {
  const start = Math.max(0, cut - 64);
  const around = new Intl.Segmenter(undefined, { granularity: "grapheme" }).segment(text.slice(start, cut + 64)).containing(cut - start);
  const whole = start + (around?.index ?? cut - start);
  return whole > start ? whole : cut;
}

/** The fence that is open where the text ends. */
function openFence(text: string): { readonly start: number; readonly line: string } | undefined {
  const fences = [...text.matchAll(FENCE)];
  const last = fences.length % 2 === 1 ? fences.at(-1) : undefined;
  return last === undefined ? undefined : { start: last.index, line: last[0].length > FENCE_LINE_CHARACTERS ? "```" : last[0] };
}
