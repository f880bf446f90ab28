// The part of blessed that the console uses: its program, which reads keys and tells of resizes. It has no types of its own.
declare module "blessed/lib/program.js" {
  import type { EventEmitter } from "node:events";

  export interface Key {
    readonly name?: string;
    readonly full: string;
    readonly sequence?: string;
    readonly ctrl?: boolean;
    readonly meta?: boolean;
  }

  export interface BlessedProgram extends EventEmitter {
    /** Lets go of the streams. */
    destroy(): void;
  }

  const program: (options: { input: NodeJS.ReadableStream; output: NodeJS.WritableStream; terminal: string; tput: boolean }) => BlessedProgram;
  export default program;
}
