import { connect, Socket } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { VirtualClock } from '../../clock/index.ts';
import type { Endpoint } from '../model/index.ts';
import { mergeEndpoints, toSliceState } from '../model/slice.ts';
import { endpoint, slice } from '../model/testdata/objects.ts';
import { dial } from './dial.ts';
import { closedPort, named } from './testdata/network.ts';

/** Endpoints at these loopback ports, one per attempt. */
function endpoints(...ports: number[]): (attempt: number) => Endpoint | undefined {
  return (attempt) => {
    const port = ports[attempt];
    const wire = slice({ ports: [{ name: 'http', port: port ?? 1 }], endpoints: [endpoint('127.0.0.1')] });
    const state = toSliceState(wire, 'IPv4');
    return port === undefined || state === undefined
      ? undefined
      : mergeEndpoints([state], { portName: 'http', protocol: 'TCP' }, '')[0];
  };
}

const reach = ({ ip, port }: Endpoint): Socket => connect({ host: ip, port });

const patience = (): { clock: VirtualClock; signal: AbortSignal } => ({
  clock: new VirtualClock(),
  signal: new AbortController().signal,
});

describe('dial', () => {
  it('U21 gives the first endpoint that answers and reports those that did not', async () => {
    await using alive = await named('alive');
    const failed: number[] = [];
    const onFailure = ({ port }: Endpoint): void => void failed.push(port);
    const closed = await closedPort();
    const socket = await dial(endpoints(closed, alive.port), { ...patience(), connect: reach, onFailure });
    expect([socket?.remotePort, failed]).toEqual([alive.port, [closed]]);
    socket?.destroy();
  });

  it('U21 waits 250 ms, 500 ms, 1 s and 2 s for four silent endpoints, then gives up', async () => {
    const clock = new VirtualClock();
    const waits: number[] = [];
    const attempts: number[] = [];
    const silent = (): Socket => {
      attempts.push(clock.monotonic());
      return new Socket();
    };
    const onFailure = (): void => void waits.push(clock.monotonic());
    const result = dial(endpoints(1, 2, 3, 4, 5), { ...patience(), clock, connect: silent, onFailure });
    while (waits.length < 4) {
      await clock.advance((clock.nextDue() ?? clock.now()) - clock.now());
      await new Promise<void>((resolve) => {
        setImmediate(resolve);
      });
    }
    expect(await result).toBeUndefined();
    expect([attempts, waits]).toEqual([
      [0, 250, 750, 1750],
      [250, 750, 1750, 3750],
    ]);
  });

  it('stops when the client leaves, and counts no failure', async () => {
    const client = new AbortController();
    const failed: Endpoint[] = [];
    const result = dial(endpoints(1, 2), {
      clock: new VirtualClock(),
      signal: client.signal,
      connect: () => new Socket(),
      onFailure: (each) => void failed.push(each),
    });
    client.abort();
    expect([await result, failed]).toEqual([undefined, []]);
  });

  it('does not begin for a client that has left', async () => {
    const client = new AbortController();
    client.abort();
    const never = (): never => {
      throw new Error('Dialled');
    };
    const { clock } = patience();
    expect(await dial(endpoints(1), { clock, signal: client.signal, connect: never })).toBeUndefined();
  });
});
