// Faults that are planted in a channel on purpose, so that the campaign shows that it would see them.
import type { ChannelFrontend, Door, Gateway, OutgoingPart } from "../../../frontends/channel.js";

type Plant = (gateway: Gateway) => Gateway;

let count = 0;
const every = (most: number): boolean => ++count % most === 0;
const withDoor = (change: (door: Door) => Partial<Door>): Plant => (gateway) => ({ ...gateway, attach: (door) => gateway.attach({ ...doorOf(door), ...change(door) }) });
const sending = (send: (door: Door, part: OutgoingPart, signal: AbortSignal) => Promise<string>): Plant => withDoor((door) => ({ send: (part, signal) => send(door, part, signal) }));

/** By their names, what each makes of the gateway that a channel is given. */
export const FAULTS: Readonly<Record<string, Plant>> = {
  "a message is acknowledged before it is durable": (gateway) => ({
    ...gateway,
    accept: async (arrival) => {
      setTimeout(() => void gateway.accept(arrival).catch(() => undefined), 30);
      return { state: "accepted" };
    },
  }),
  "a message that comes again is another": (gateway) => ({ ...gateway, accept: (arrival) => gateway.accept({ ...arrival, id: `${arrival.id}#${process.pid}` }) }),
  "what may have been sent is sent again": withDoor(() => ({ dropsRepeated: true })),
  "what was sent is taken for not sent": sending(async (door, part, signal) => {
    const message = await door.send(part, signal);
    return every(4) ? door.send(part, signal) : message;
  }),
  "what was not sent is taken for sent": sending((door, part, signal) => (every(4) ? Promise.resolve("1") : door.send(part, signal))),
  "an answer goes to another conversation": (gateway) => {
    let before: OutgoingPart | undefined;
    return withDoor((door) => ({
      send: (part, signal) => {
        const { channel, thread } = before ?? part;
        before = part;
        return door.send({ ...part, channel, thread, repliesTo: undefined }, signal);
      },
    }))(gateway);
  },
};

/** The frontend as it is, or with a fault in all that it is given. */
export function withFault(frontend: ChannelFrontend, fault: string | undefined): ChannelFrontend {
  const plant = FAULTS[fault ?? ""];
  return plant === undefined ? frontend : { ...frontend, run: (gateway, signal) => frontend.run(plant(gateway), signal) };
}

/** A copy that calls what it copies, which may have its methods from a class. */
export function doorOf(door: Door): Door {
  const { verify, edit } = door;
  return {
    dropsRepeated: door.dropsRepeated, hasButtons: door.hasButtons,
    split: (text) => door.split(text),
    send: (part, signal) => door.send(part, signal),
    ...(verify !== undefined && { verify: verify.bind(door) }),
    ...(edit !== undefined && { edit: edit.bind(door) }),
  };
}
