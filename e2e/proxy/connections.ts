/** Connects to a Service without a pause, from outside and from a pod, and counts what happened. */
import type { Network } from '../../pkg/proxy/apply/testdata/namespaces.ts';

export interface Tally {
  served: number;
  readonly failures: string[];
}

export interface Counting {
  readonly tally: Tally;
  /** How many connect at a time. */
  readonly workers: number;
  stop(): Promise<Tally>;
}

export function countConnections(network: Network): Counting {
  const tally: Tally = { served: 0, failures: [] };
  const stop = new AbortController();
  const from = async (place: 'cli' | 'p3', host: string, port: number): Promise<void> => {
    while (!stop.signal.aborted) {
      const request = { protocol: 'tcp', host, port, timeoutMs: 5000 } as const;
      const { served, failed } = await network.ask(place, request);
      if (served === undefined) tally.failures.push(`${place} → ${host}:${port}: ${failed}`);
      else tally.served += 1;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  };
  const workers = [from('cli', '10.96.0.10', 80), from('cli', '192.0.2.10', 30_080), from('p3', '10.96.0.10', 80)];
  const running = Promise.all(workers);
  return {
    tally,
    workers: workers.length,
    stop: async () => {
      stop.abort();
      await running;
      return tally;
    },
  };
}
