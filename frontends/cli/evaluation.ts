// Runs a text in a bare session and prints what came of it: what `eval` and `run` share.
import type { BareOptions, Evaluation, Program, Session } from "../frontend.js";
import { errorText } from "./error-text.js";

/** Answers the exit status. With `json`, one object goes to the output, errors included. */
export async function printOutcome(work: (session: Session) => Promise<Evaluation>, program: Program, json: boolean, place: Omit<BareOptions, "output"> = {}): Promise<number> {
  const written: string[] = [];
  const input = new StandardInput(program);
  const session = await program.bareSession({
    ...place,
    output: (part) => void (json ? written.push(part) : program.output.write(part)),
    errors: (part) => program.errors.write(part),
    input: () => input.next(),
  });
  program.signal.addEventListener("abort", () => session.interrupt());
  const result = await work(session);
  await input.leave();
  if (json) {
    const outcome = result.ok ? { values: result.printed } : { values: result.printed, error: result.error };
    program.output.write(`${JSON.stringify({ ...outcome, output: written.join(""), steps: session.steps })}\n`);
    return result.ok ? result.exit ?? 0 : 1;
  }
  for (const value of result.printed) program.output.write(`${value}\n`);
  if (!result.ok) program.errors.write(`${errorText(result.error)}\n`);
  return result.ok ? result.exit ?? 0 : 1;
}

/** What stands on the standard input, part by part, for a program that reads it. Untouched until one does. */
class StandardInput {
  private parts: AsyncIterator<string> | undefined;

  constructor(private readonly program: Program) {}

  /** The next part, or undefined at the end. */
  async next(): Promise<string | undefined> {
    this.parts ??= this.program.input.setEncoding("utf8")[Symbol.asyncIterator]() as AsyncIterator<string>;
    const { value, done } = await this.parts.next();
    return done === true ? undefined : value;
  }

  /** Lets the process end though more may come. */
  async leave(): Promise<void> {
    await this.parts?.return?.();
  }
}
