// The sealed suites, one for each evolvable policy.
import { choose } from "./choose.js";
import { dispatch } from "./dispatch.js";
import { evict } from "./evict.js";
import { retry } from "./retry.js";
import type { Suite } from "./suite.js";

export const SUITES: readonly Suite[] = [dispatch, evict, retry, choose];
