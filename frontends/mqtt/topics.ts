// The tree of topics: who speaks in which level, where answers go, and which ways may lead out of it; pure.

/** Stands for a sender that nobody can be: what the frontend says to itself, to see whether it is let through. */
export const PROBE = "$probe";
/** Of one level of a topic, in UTF-16 code units. */
const LONGEST_LEVEL = 64;

/** Where a message was said. */
export interface Place {
  readonly sender: string;
  /** The sender's name for what only the two of us read, `rooms/NAME` for a room. */
  readonly channel: string;
  readonly thread: string;
}

export interface TopicTree {
  /** Retained: `online` or `offline`. */
  readonly status: string;
  /** What we listen to. */
  readonly filters: readonly string[];
  /** Topics of our own, one for each kind that the agent needs, and filters that bring them back. */
  probes(nonce: string): readonly string[];
  /** Undefined of what is no place to speak in. */
  placeOf(topic: string): Place | undefined;
  /** Where the agent answers. */
  answerTopic(channel: string, thread: string): string;
  /** Whether a sender may have answers at a topic: nobody may make us speak where they could not themselves. */
  mayAnswerAt(topic: string, place: Pick<Place, "sender" | "channel">): boolean;
}

/** `elsewhere` are filters of topics outside of the tree that answers may be asked for at, `%u` being the sender. */
export function topicTree(agent: string, elsewhere: readonly string[] = []): TopicTree {
  const root = `ouro/${agent}`;
  const answerTopic = (channel: string, thread: string): string => {
    const [kind, room] = channel.split("/");
    const base = room === undefined ? `${root}/out/${kind}` : `${root}/rooms/${room}/out`;
    return thread === "" ? base : `${base}/${thread}`;
  };
  return {
    status: `${root}/status`,
    filters: [`${root}/in/#`, `${root}/rooms/+/in/#`, `${root}/out/${PROBE}/+`],
    probes: (nonce) => [`${root}/in/${PROBE}/${nonce}`, `${root}/rooms/${PROBE}/in/${PROBE}/${nonce}`, `${root}/out/${PROBE}/${nonce}`],
    placeOf(topic) {
      if (!topic.startsWith(`${root}/`)) return undefined;
      const levels = topic.slice(root.length + 1).split("/");
      const room = levels[0] === "rooms" ? levels.splice(0, 2)[1] : undefined;
      const [way, sender, thread = "", ...deeper] = levels;
      const isPlace = way === "in" && deeper.length === 0 && isName(sender) && (thread === "" || isName(thread)) && (room === undefined || isName(room));
      return isPlace ? { sender: sender as string, channel: room === undefined ? (sender as string) : `rooms/${room}`, thread } : undefined;
    },
    answerTopic,
    mayAnswerAt(topic, { sender, channel }) {
      if (/[+#\0]/.test(topic) || topic === "") return false;
      const own = answerTopic(channel, "");
      return topic === own || topic.startsWith(`${own}/`) || elsewhere.some((filter) => fits(filter, topic, sender));
    },
  };
}

function isName(level: string | undefined): boolean {
  return level !== undefined && level !== "" && level.length <= LONGEST_LEVEL;
}

/** As brokers compare them, except that `%u` is one level: a sender's name is no pattern. */
function fits(filter: string, topic: string, sender: string): boolean {
  const [wanted, levels] = [filter.split("/"), topic.split("/")];
  const isOpen = wanted.at(-1) === "#";
  const fixed = isOpen ? wanted.slice(0, -1) : wanted;
  if (isOpen ? levels.length < fixed.length : levels.length !== fixed.length) return false;
  return fixed.every((level, index) => level === "+" || (level === "%u" ? sender : level) === levels[index]);
}
