/** What a command that answers a question came to. Commands return it, so that tests need no process. */
export interface CommandResult {
  /** Whole text with its last line feed, or empty. */
  readonly output: string;
  /** For standard error: remarks that are no part of the answer. */
  readonly remarks?: readonly string[];
  readonly exitCode: number;
}

/** Prints the answer; the process ends by itself, so that pipes are emptied. */
export function deliver({ output, remarks = [], exitCode }: CommandResult): void {
  for (const remark of remarks) console.error(`fairlead: ${remark}`);
  process.stdout.write(output);
  process.exitCode = exitCode;
}

/** Lines as text. */
export const linesOf = (lines: readonly string[]): string => lines.map((line) => `${line}\n`).join('');

/** As kubectl prints JSON: four spaces, a line feed at the end. */
export const jsonOf = (value: unknown): string => `${JSON.stringify(value, null, 4)}\n`;
