// The gates in the order in which a change passes them: what is cheap and what protects the others comes first.
import { authority } from "./authority.js";
import { boots } from "./boots.js";
import { constitution } from "./constitution.js";
import { expands } from "./expands.js";
import type { Gate } from "./gate.js";
import { parses } from "./parses.js";
import { score } from "./score.js";
import { shadow } from "./shadow.js";
import { size } from "./size.js";
import { tests } from "./tests.js";

export const GATES: readonly Gate[] = [parses, expands, authority, constitution, boots, tests, shadow, score, size];
