/** The root logger of a process (DL1): pino, writing synchronously, so that a fatal error's last words are not lost. */
import { isatty } from 'node:tty';
import pino from 'pino';
import type { Logger } from './logger.ts';
import { renderText } from './text-format.ts';
import { levelNumbers, levelOf, verbosityOf } from './verbosity.ts';

export interface LoggerOptions {
  /** `json`: upstream's keys. `text`: for people. */
  readonly format?: 'json' | 'text';
  /** `--v`; 2 by default (E7). */
  readonly verbosity?: number;
  /** Where lines go; standard error by default. */
  readonly write?: (line: string) => void;
  /** For text; by default when standard error is a terminal. */
  readonly color?: boolean;
  /** Wall clock in ms. */
  readonly now?: () => number;
}

/** DL3, CL19: fields that never leave the process, at the top and one level down. */
const secretFields = ['authorization', 'token', 'data', 'password', 'caData', 'certData', 'keyData'];
const secrets = secretFields.flatMap((field) => [field, `*.${field}`]);

export function createLogger(options: LoggerOptions = {}): Logger {
  const { format = 'text', verbosity = 2, now = Date.now } = options;
  const write = options.write ?? standardError();
  const color = options.color ?? (isatty(2) && process.env['NO_COLOR'] === undefined);
  const asText = (line: string): void => write(`${renderText(JSON.parse(line) as Record<string, unknown>, color)}\n`);
  return pino(
    {
      level: levelOf(verbosity),
      customLevels: { change: levelNumbers.change },
      base: null,
      messageKey: 'msg',
      errorKey: 'err',
      timestamp: () => `,"ts":${now()}`,
      formatters: { level: (label) => (format === 'text' ? { level: label } : jsonLevel(label)) },
      serializers: { err: errorText },
      redact: { paths: secrets, censor: '[redacted]' },
    },
    { write: format === 'text' ? asText : (line) => write(line.startsWith('{,') ? `{${line.slice(2)}` : line) },
  );
}

/** Errors have no `v`; pino then leaves a comma at the head of the line, which is taken off as it is written. */
function jsonLevel(label: string): object {
  const v = verbosityOf(label);
  return v === undefined ? {} : { v };
}

function standardError(): (line: string) => void {
  const stream = pino.destination({ dest: 2, sync: true });
  return (line) => stream.write(line);
}

/** Upstream writes an error as its text; what caused it follows (DL5). */
function errorText(error: unknown): string {
  const texts: string[] = [];
  for (let cause = error, depth = 0; cause !== undefined && depth < 5; depth++) {
    const text = Error.isError(cause) ? cause.message || cause.name : textOf(cause);
    if (!texts.some((known) => known.includes(text))) texts.push(text);
    cause = Error.isError(cause) ? cause.cause : undefined;
  }
  return texts.join(': ');
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : (JSON.stringify(value) ?? 'undefined'));
