/**
 * What product code may say, without knowing who writes it down. Fields first, then a sentence without values (E5):
 * `log.change({ service: ref }, 'Updated EndpointSlice')`.
 */
export type LogFields = Readonly<Record<string, unknown>>;

export interface Logger {
  /** Somebody should look. The error goes under `err`. */
  error(fields: LogFields, message: string): void;
  warn(fields: LogFields, message: string): void;
  /** Once or rarely in the life of a process (`--v=0`). */
  info(fields: LogFields, message: string): void;
  /** A change in steady state (`--v=2`, the default). */
  change(fields: LogFields, message: string): void;
  /** `--v=4`. */
  debug(fields: LogFields, message: string): void;
  /** `--v=5` and above. */
  trace(fields: LogFields, message: string): void;
  /** The same logger with fields bound once. */
  child(fields: LogFields): Logger;
}

const nothing = (): void => {};

/** For whoever was not given a logger. */
export const silentLogger: Logger = {
  error: nothing,
  warn: nothing,
  info: nothing,
  change: nothing,
  debug: nothing,
  trace: nothing,
  child: () => silentLogger,
};
