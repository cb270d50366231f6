import type { Transport, TransportRequest, TransportResponse } from '../client/index.ts';
import { TerminalError } from '../workqueue/index.ts';

/** This process does not lead, or cannot be certain that it still will when the request is over. */
export class NotLeaderError extends TerminalError {
  constructor(because: string) {
    super(`not leader: ${because}`);
    this.name = 'NotLeaderError';
  }
}

/** Whether a write may go out. */
export interface Fence {
  /** Synchronous, and true only for this very moment (LE15). */
  permits(requestMs: number): boolean;
  /** Aborts when leading is over, and with it every write under way. */
  readonly signal: AbortSignal;
}

/** For a process that runs without election. */
export const openFence: Fence = { permits: () => true, signal: new AbortController().signal };

export interface FenceOptions {
  readonly fence: Fence;
  /** How long a write may take; the client's `mutationTimeoutMs`. 3 s by default (LE16). */
  readonly requestMs?: number;
  readonly onRefused?: () => void;
}

const reading = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Lets a write pass only while leadership is certain for as long as the write may take, asked right before it leaves,
 * so also after every wait and repetition of the client above (LE15). Reads pass always: standbys keep warm caches.
 */
export function fenceTransport(transport: Transport, options: FenceOptions): Transport {
  const { fence, requestMs = 3000, onRefused } = options;
  return {
    request(request: TransportRequest): Promise<TransportResponse> {
      if (reading.has(request.method)) return transport.request(request);
      if (fence.signal.aborted || !fence.permits(requestMs)) {
        onRefused?.();
        return Promise.reject(new NotLeaderError(`${request.method} ${request.path} was not sent`));
      }
      const signal = request.signal === undefined ? fence.signal : AbortSignal.any([request.signal, fence.signal]);
      return transport.request({ ...request, signal });
    },
    close: () => transport.close(),
  };
}
