import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import type { Pod } from '../api/types.ts';
import { waitFor } from '../testing/wait-for.ts';
import { listenersOf, PodDoors, type Serving, type SocketAddress } from './pod-doors.ts';

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

const doorsAt = (failures: string[], found: Serving['found'] = () => {}): PodDoors =>
  new PodDoors({
    serving: { placeOf: (_, port) => ({ host: '127.0.0.1', port }), found },
    failed: (_, message) => failures.push(message),
  });

describe('PodDoors', () => {
  it('answers with the name of the Pod until it is closed', async () => {
    const failures: string[] = [];
    const doors = doorsAt(failures);
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
    const doors = doorsAt(failures);
    doors.open(pod(port), '10.244.0.2');
    await waitFor(() => failures.length > 0 || undefined);
    expect(failures).toEqual([`Cannot listen on 127.0.0.1:${port}: EADDRINUSE`]);
    doors.closeAll();
    await new Promise((resolve) => other.close(resolve));
  });

  it('tells where it listens when the place was any free port', async () => {
    const { promise: told, resolve: tell } = Promise.withResolvers<SocketAddress>();
    const doors = new PodDoors({
      serving: { placeOf: () => ({ host: '127.0.0.1', port: 0 }), found: (_ip, _port, at) => tell(at) },
      failed: () => {},
    });
    doors.open(pod(80), '10.244.0.2');
    const { host, port } = await told;
    expect(await ask(host, port)).toBe('p\n');
    doors.closeAll();
  });

  it('opens TCP ports, once each, and those that well-known images have', () => {
    const containers = [
      { name: 'a', ports: [{ containerPort: 80 }, { containerPort: 53, protocol: 'UDP' }] },
      { name: 'b', image: 'registry/serve_hostname:1' },
      { name: 'c', ports: [{ containerPort: 80 }] },
      { name: 'd', image: 'docker.io/library/redis:8@sha256:0' },
      { name: 'e', image: 'localhost:5000/own/nginx-exporter' },
    ];
    expect(listenersOf({ metadata: {}, spec: { containers } })).toEqual([
      { port: 80, container: 'a' },
      { port: 9376, container: 'b' },
      { port: 6379, container: 'd' },
    ]);
  });
});
