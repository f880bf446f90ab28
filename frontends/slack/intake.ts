// The way in: what a receiver of the package brings is acknowledged once the host has it, and not before.
import { App, type Logger, type Receiver, type ReceiverEvent } from "@slack/bolt";

/** The package's own dispatch acknowledges events before anybody has seen them; this takes its place. */
export class Intake extends App {
  private readonly underWay = new Set<Promise<void>>();

  constructor(receiver: Receiver, logger: Logger, private readonly take: (body: unknown) => Promise<void>) {
    super({ receiver, logger, ignoreSelf: false, convoStore: false, authorize: async () => ({}) });
  }

  /** If the host cannot keep it, the receiver hears so, and Slack brings it again. */
  override async processEvent({ body, ack }: ReceiverEvent): Promise<void> {
    const work = this.take(body).then(() => ack());
    const ended = work.catch(() => undefined).finally(() => this.underWay.delete(ended));
    this.underWay.add(ended);
    return work;
  }

  /** Resolves once all that came has been acknowledged, or not. */
  async settled(): Promise<void> {
    await Promise.all(this.underWay);
  }
}
