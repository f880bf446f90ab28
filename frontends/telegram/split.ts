// Splits a text into pieces that fit into one message each: at a paragraph, line or word where it can, with code fences whole.

/** The longest text of a message, in UTF-16 code units: https://core.telegram.org/bots/api#sendmessage */
export const LONGEST_TEXT = 4_096;

/**
 * Pieces of at most `longest` UTF-16 code units. Put together they are the text but for white space where it was cut; a code
 * fence that fits into a piece stays whole, and a longer one is closed at the end of a piece and opened again in the next.
 */
export function splitText(text: string, longest: number = LONGEST_TEXT): readonly string[] {
  if (text.length <= longest) return [text];
  const pieces: string[] = [];
  let current: string[] = [];
  const flush = (): void => {
    const piece = current.join("\n");
    if (piece.trim() !== "") pieces.push(piece);
    current = [];
  };
  for (const { text: block, fence } of blocksOf(text)) {
    let rest = block;
    while (rest !== "") {
      const taken = current.length === 0 ? 0 : current.join("\n").length + 1;
      const room = longest - taken;
      if (rest.length <= room) {
        current.push(rest);
        break;
      }
      // Little room is not worth a cut, and a fence that fits a message of its own gets one.
      if (taken > 0 && (room < longest / 4 || (fence !== undefined && rest.length <= longest))) {
        flush();
        continue;
      }
      const [piece, left] = fence === undefined ? cutPlain(rest, room) : cutFence(rest, room, fence);
      current.push(piece);
      rest = left;
      flush();
    }
  }
  flush();
  return pieces;
}

interface Block {
  readonly text: string;
  /** Absent of what is no code. */
  readonly fence?: Fence;
}

interface Fence {
  readonly opener: string;
  readonly closer: string;
}

/** Runs of lines: fences whole, and what is between them. */
function blocksOf(text: string): readonly Block[] {
  const blocks: Block[] = [];
  let lines: string[] = [];
  let fence: Fence | undefined;
  const end = (): void => {
    if (lines.length > 0) blocks.push({ text: lines.join("\n"), fence });
    [lines, fence] = [[], undefined];
  };
  for (const line of text.split("\n")) {
    const mark = /^ {0,3}(`{3,}|~{3,})/.exec(line)?.[1];
    if (fence === undefined && mark !== undefined) {
      end();
      fence = { opener: line, closer: mark };
      lines.push(line);
    } else {
      lines.push(line);
      if (fence !== undefined && mark !== undefined && mark.startsWith(fence.closer) && line.trim() === mark) end();
    }
  }
  end();
  return blocks;
}

/** The best place to cut within the room: where a paragraph, line, sentence or word ends, if that leaves half of it used. */
function cutPlain(text: string, room: number): readonly [string, string] {
  for (const end of ["\n\n", "\n", ". ", " "]) {
    const at = text.lastIndexOf(end, room - (end === ". " ? 1 : 0));
    const kept = end === ". " ? at + 1 : at;
    if (at >= room / 2) return [text.slice(0, kept), text.slice(kept + (end === ". " ? 1 : end.length))];
  }
  const at = wholeCharacters(text, room);
  return [text.slice(0, at), text.slice(at)];
}

/** A part of a fence that is a fence, and one of the rest. */
function cutFence(text: string, room: number, { opener, closer }: Fence): readonly [string, string] {
  const most = room - closer.length - 1;
  // An opener that fills a message by itself is no code anybody reads.
  if (opener.length > most / 2) return cutPlain(text, room);
  const line = text.lastIndexOf("\n", most);
  const isWhole = line > opener.length;
  const at = isWhole ? line : wholeCharacters(text, most);
  const rest = text.slice(isWhole ? at + 1 : at);
  return [`${text.slice(0, at)}\n${closer}`, rest.trim() === closer ? "" : `${opener}\n${rest}`];
}

/** The end of the last character, as a reader counts them, that ends within the room: an emoji of several code points stays whole. */
function wholeCharacters(text: string, room: number): number {
  const start = Math.max(0, room - 64);
  let end = 0;
  for (const { index, segment } of new Intl.Segmenter().segment(text.slice(start, room + 64))) {
    const after = start + index + segment.length;
    // What stands before the window may be cut anywhere, so the first segment tells nothing.
    if (index > 0 && after <= room) end = after;
  }
  if (end > 0) return end;
  // The window is one endless character: at least no surrogate pair is cut.
  return room - (isHighSurrogate(text.charCodeAt(room - 1)) ? 1 : 0);
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}
