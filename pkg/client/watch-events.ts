import type { WatchEvent } from './client.ts';
import { untilAborted } from './body.ts';
import { LineSplitter } from './line-splitter.ts';
import { TransportError } from './transport-error.ts';

const eventTypes = new Set(['ADDED', 'MODIFIED', 'DELETED', 'BOOKMARK', 'ERROR']);

/** A watch ended in the middle of a frame: what came before is whole, what was under way never arrived. */
export class CutFrameError extends TransportError {
  constructor(options?: ErrorOptions) {
    super('lost', 'the watch stream ended in the middle of a frame', options);
    this.name = 'CutFrameError';
  }
}

/**
 * The events of a watch body, one JSON object a line. Ends when the body does. A frame that cannot be understood is
 * never skipped (IN16): it throws.
 */
export async function* readWatchEvents<T>(
  body: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
): AsyncGenerator<WatchEvent<T>, void> {
  const splitter = new LineSplitter();
  try {
    for await (const chunk of untilAborted(body, signal)) {
      for (const line of splitter.push(chunk)) yield parseFrame<T>(line);
    }
  } catch (error) {
    if (!signal.aborted && splitter.unfinished && !(error instanceof TransportError && error.fault === 'protocol')) {
      throw new CutFrameError({ cause: error });
    }
    throw error;
  }
  if (splitter.unfinished) throw new CutFrameError();
}

function parseFrame<T>(line: Buffer): WatchEvent<T> {
  const frame = parseObject(line);
  if (!eventTypes.has(frame?.type as string) || typeof frame?.object !== 'object' || frame.object === null) {
    throw new TransportError('protocol', `not a watch event: ${JSON.stringify(line.toString('utf8', 0, 80))}`);
  }
  return frame as WatchEvent<T>;
}

function parseObject(line: Buffer): Partial<Record<'type' | 'object', unknown>> | undefined {
  try {
    return JSON.parse(line.toString('utf8')) as Partial<Record<'type' | 'object', unknown>> | undefined;
  } catch {
    return undefined;
  }
}
