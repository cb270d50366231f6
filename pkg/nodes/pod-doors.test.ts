import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import type { Pod } from '../api/types.ts';
import { waitFor } from '../testing/wait-for.ts';
import { PodDoors, portsOf } from './pod-doors.ts';

const pod = (containerPort: number): Pod => ({
  metadata: { name: 'p', uid: 'u' },
  spec: { containers: [{ name: 'c', ports: [{ containerPort }] }] },
});

async function freePort(host: string): Promise<number> {
  const server = createServer().listen(0, host);
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

const ask = async (host: string, port: number): Promise<string> => {
  const answer = await fetch(`http://${host}:${port}/`, { headers: { connection: 'close' } });
  return answer.text();
};

describe('PodDoors', () => {
  it('answers with the name of the Pod until it is closed', async () => {
    const failures: string[] = [];
    const doors = new PodDoors({ hostOf: () => '127.0.0.1', failed: (_, message) => failures.push(message) });
    const port = await freePort('127.0.0.1');
    doors.open(pod(port), '10.244.0.2');
    doors.open(pod(port), '10.244.0.2');
    expect(await waitFor(() => ask('127.0.0.1', port))).toBe('p\n');
    doors.close('u');
    await expect(ask('127.0.0.1', port)).rejects.toThrow('fetch failed');
    expect(failures).toEqual([]);
  });

  it('tells when a port is taken, and goes on', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    const { port } = other.address() as AddressInfo;
    const failures: string[] = [];
    const doors = new PodDoors({ hostOf: () => '127.0.0.1', failed: (_, message) => failures.push(message) });
    doors.open(pod(port), '10.244.0.2');
    await waitFor(() => failures.length > 0 || undefined);
    expect(failures).toEqual([`Cannot listen on 127.0.0.1:${port}: EADDRINUSE`]);
    doors.closeAll();
    await new Promise((resolve) => other.close(resolve));
  });

  it('opens TCP ports, once each, and the usual one of serve-hostname', () => {
    const containers = [
      { name: 'a', ports: [{ containerPort: 80 }, { containerPort: 53, protocol: 'UDP' }] },
      { name: 'b', image: 'registry/serve_hostname:1' },
      { name: 'c', ports: [{ containerPort: 80 }] },
    ];
    expect(portsOf({ metadata: {}, spec: { containers } })).toEqual([80, 9376]);
  });
});
