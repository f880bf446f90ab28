// The front door of the control API: what serves a home to programs beside it, and what asks it.
export { attach } from "./attached.js";
export { type RemoteDesk, connect } from "./client.js";
export { ControlError } from "./error.js";
export { type Gauge, Metrics } from "./metrics.js";
export { openApi } from "./openapi.js";
export { checkedDesk, type Route, ROUTES } from "./routes.js";
export { type Control, type ControlOptions, serveControl } from "./server.js";
