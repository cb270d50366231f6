/** E7: what `--v` shows. */
export type LevelName = 'error' | 'warn' | 'info' | 'change' | 'debug' | 'trace';

/** pino's numbers; `change` stands between its info and debug. */
export const levelNumbers: Readonly<Record<LevelName, number>> = {
  error: 50,
  warn: 40,
  info: 30,
  change: 25,
  debug: 20,
  trace: 10,
};

/** The lowest level that `--v=N` lets through; below zero only what somebody should look at. */
export function levelOf(verbosity: number): LevelName {
  if (verbosity >= 5) return 'trace';
  if (verbosity >= 4) return 'debug';
  if (verbosity < 0) return 'warn';
  return verbosity >= 2 ? 'change' : 'info';
}

/** The `v` that upstream would write for a line; errors bear none. */
export function verbosityOf(level: string): number | undefined {
  switch (level) {
    case 'error':
      return undefined;
    case 'change':
      return 2;
    case 'debug':
      return 4;
    case 'trace':
      return 5;
    default:
      return 0;
  }
}
