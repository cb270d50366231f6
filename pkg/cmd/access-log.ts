/**
 * `--access-log`: one JSON line a request. Bounded: what the disk does not take in time is dropped and counted, a full
 * file becomes FILE.1, and what clients choose is cut. Bodies and headers are never written (S11).
 */
import { createWriteStream, fstatSync, openSync, renameSync, type WriteStream } from 'node:fs';
import type { AccessRecord } from '../apiserver/index.ts';

export interface AccessLogOptions {
  /** Above this the file is put aside as FILE.1; default 64 MiB. */
  readonly maxFileBytes?: number;
  /** Lines waiting for the disk; above this, new ones are dropped. Default 8 MiB. */
  readonly maxPendingBytes?: number;
  /** Told once when the file cannot be written any more. */
  readonly onError: (error: Error) => void;
}

const mib = 1024 * 1024;

export class AccessLog implements AsyncDisposable {
  readonly #path: string;
  readonly #maxFileBytes: number;
  readonly #maxPendingBytes: number;
  readonly #onError: (error: Error) => void;
  #stream: WriteStream | undefined;
  #fileBytes = 0;
  #dropped = 0;

  /** Throws when the file cannot be opened. */
  constructor(path: string, { maxFileBytes = 64 * mib, maxPendingBytes = 8 * mib, onError }: AccessLogOptions) {
    this.#path = path;
    this.#maxFileBytes = maxFileBytes;
    this.#maxPendingBytes = maxPendingBytes;
    this.#onError = onError;
    this.#stream = this.#open();
  }

  /** Appends a line; returns at once. */
  write(record: AccessRecord, now: number): void {
    if (this.#stream === undefined) return;
    if (this.#stream.writableLength > this.#maxPendingBytes) {
      this.#dropped += 1;
      return;
    }
    const line = accessLine(record, now, this.#dropped);
    this.#dropped = 0;
    this.#fileBytes += Buffer.byteLength(line);
    this.#stream.write(line);
    if (this.#fileBytes > this.#maxFileBytes) this.#rotate();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const stream = this.#stream;
    this.#stream = undefined;
    if (stream === undefined) return;
    await new Promise<void>((resolve) => stream.end(resolve));
  }

  #open(): WriteStream {
    const descriptor = openSync(this.#path, 'a', 0o600);
    this.#fileBytes = fstatSync(descriptor).size;
    const stream = createWriteStream(this.#path, { fd: descriptor });
    stream.on('error', (error) => this.#fail(stream, error));
    return stream;
  }

  #rotate(): void {
    const full = this.#stream;
    full?.end();
    try {
      renameSync(this.#path, `${this.#path}.1`);
      this.#stream = this.#open();
    } catch (error) {
      this.#fail(full, error as Error);
    }
  }

  #fail(stream: WriteStream | undefined, error: Error): void {
    if (this.#stream !== stream) return;
    this.#stream = undefined;
    this.#onError(error);
  }
}

const maxUriLength = 2048;
const maxTextLength = 256;

const cut = (text: string, length: number): string => (text.length > length ? `${text.slice(0, length)}…` : text);

/** `dropped` lines before this one did not fit. */
export function accessLine(record: AccessRecord, now: number, dropped: number): string {
  const { request, info, user, status, durationMs, auditId } = record;
  const query = request.query.toString();
  const line = {
    time: new Date(now).toISOString(),
    method: cut(request.method, maxTextLength),
    uri: cut(query === '' ? request.path : `${request.path}?${query}`, maxUriLength),
    verb: info?.verb ?? '',
    code: status,
    user: cut(user.username, maxTextLength),
    userAgent: cut(request.headers['user-agent'] ?? '', maxTextLength),
    durationMs: Math.round(durationMs * 1000) / 1000,
    auditId: cut(auditId, maxTextLength),
    ...(dropped === 0 ? {} : { dropped }),
  };
  return `${JSON.stringify(line)}\n`;
}
