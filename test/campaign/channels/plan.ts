// What one process of the campaign over channels is told.
import type { ChannelFrontend } from "../../../frontends/channel.js";
import { frontend as mqtt } from "../../../frontends/mqtt/index.js";
import { frontend as slack } from "../../../frontends/slack/index.js";
import { frontend as telegram } from "../../../frontends/telegram/index.js";

export interface Plan {
  readonly home: string;
  /** It kills itself at the n-th time of a point, or of any. */
  readonly kill?: { readonly point?: string; readonly occurrence: number };
  /** One of `FAULTS`. */
  readonly fault?: string;
}

export const FRONTENDS: Readonly<Record<string, ChannelFrontend>> = { telegram, slack, mqtt };
