import { TransportError } from './transport-error.ts';

/** CL5, D8: no answer is held as one string above this. */
export const largestBodyBytes = 64 * 1024 * 1024;

/** The whole body as text. */
export async function readText(body: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of untilAborted(body, signal)) {
    chunks.push(chunk);
    size += chunk.byteLength;
    if (size > largestBodyBytes) {
      throw new TransportError('protocol', `the answer is longer than ${largestBodyBytes} bytes; ask for it in pages`);
    }
  }
  return joinText(chunks, size);
}

/** One string from chunks that may be cut inside a character. */
export function joinText(chunks: readonly Uint8Array[], size: number): string {
  return Buffer.concat(chunks, size).toString('utf8');
}

/** The text as JSON, or an error that shows how it begins. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new TransportError('protocol', `expected JSON, got ${JSON.stringify(text.slice(0, 80))}`, { cause: error });
  }
}

/**
 * The same chunks, but a read that hangs ends when the signal aborts, also where the source does not know of it.
 * The source is closed in every case.
 */
export async function* untilAborted<T>(source: AsyncIterable<T>, signal: AbortSignal): AsyncGenerator<T, void> {
  const iterator = source[Symbol.asyncIterator]();
  let interrupt: ((reason: unknown) => void) | undefined;
  const onAbort = (): void => interrupt?.(signal.reason);
  signal.addEventListener('abort', onAbort);
  let finished = false;
  try {
    for (;;) {
      const step = await new Promise<IteratorResult<T>>((resolve, reject) => {
        interrupt = reject;
        if (signal.aborted) onAbort();
        else iterator.next().then(resolve, reject);
      });
      if (step.done === true) {
        finished = true;
        return;
      }
      yield step.value;
    }
  } finally {
    signal.removeEventListener('abort', onAbort);
    // Not awaited: a source that hangs in next() would hang here as well.
    if (!finished) iterator.return?.(undefined).catch(() => {});
  }
}
