/** Reaching an endpoint: a few attempts, each at the next endpoint and more patient than the one before (U21). */
import type { Socket } from 'node:net';
import type { Clock } from '../../clock/clock.ts';
import type { Endpoint } from '../model/index.ts';

export const dialTimeoutsMs: readonly number[] = [250, 500, 1000, 2000];

export interface DialOptions {
  readonly clock: Clock;
  /** Aborted when the client goes away. */
  readonly signal: AbortSignal;
  readonly timeoutsMs?: readonly number[];
  /** How to begin. */
  readonly connect: (endpoint: Endpoint) => Socket;
  readonly onFailure?: (endpoint: Endpoint, error: Error) => void;
}

/** `nextEndpoint` is asked once per attempt. Undefined when all attempts failed, nobody is there, or the client left. */
export async function dial(
  nextEndpoint: (attempt: number) => Endpoint | undefined,
  options: DialOptions,
): Promise<Socket | undefined> {
  for (const [attempt, timeoutMs] of (options.timeoutsMs ?? dialTimeoutsMs).entries()) {
    const endpoint = options.signal.aborted ? undefined : nextEndpoint(attempt);
    if (endpoint === undefined) return undefined;
    try {
      return await connectTo(endpoint, timeoutMs, options);
    } catch (error) {
      if (options.signal.aborted) return undefined;
      options.onFailure?.(endpoint, error as Error);
    }
  }
  return undefined;
}

function connectTo(endpoint: Endpoint, timeoutMs: number, options: DialOptions): Promise<Socket> {
  const { clock, signal, connect: begin } = options;
  return new Promise((resolve, reject) => {
    const socket = begin(endpoint);
    const giveUp = (why: string): void => {
      socket.destroy(new Error(why));
    };
    const abort = (): void => giveUp('The client left');
    const timer = clock.after(timeoutMs, () => giveUp(`No answer from ${endpoint.text} in ${timeoutMs} ms`));
    const settle = (): void => {
      timer.cancel();
      signal.removeEventListener('abort', abort);
    };
    signal.addEventListener('abort', abort, { once: true });
    socket.once('connect', () => {
      settle();
      resolve(socket);
    });
    // Stays for the socket's life: once connected, the relay sees errors too, and this one has no effect.
    socket.on('error', (error) => {
      settle();
      reject(error);
    });
  });
}
