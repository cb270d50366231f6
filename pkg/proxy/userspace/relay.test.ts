import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { buffer, text } from 'node:stream/consumers';
import { describe, expect, it } from '@jest/globals';
import { relay } from './relay.ts';
import { open } from './testdata/network.ts';

/** Two ends of one loopback connection. */
async function pair(): Promise<[Socket, Socket]> {
  const server = createServer({ allowHalfOpen: true });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const accepted = once(server, 'connection');
  const far = await open({ host: '127.0.0.1', port: (server.address() as AddressInfo).port });
  const [near] = (await accepted) as [Socket];
  server.close();
  return [far, near];
}

/** A client and a backend with a relay between them; `inner` are the relay's own two sockets. */
async function relayed(): Promise<{ client: Socket; backend: Socket; inner: { client: Socket; backend: Socket } }> {
  const [client, innerClient] = await pair();
  const [backend, innerBackend] = await pair();
  relay(innerClient, innerBackend);
  return { client, backend, inner: { client: innerClient, backend: innerBackend } };
}

/** However it ends. */
function closed(socket: Socket): Promise<unknown> {
  socket.on('error', () => {});
  return new Promise((resolve) => {
    socket.once('close', resolve);
  });
}

async function until(condition: () => boolean): Promise<void> {
  const deadline = performance.now() + 5000;
  while (!condition()) {
    if (performance.now() > deadline) throw new Error('The condition did not come true within 5 s');
    await new Promise<void>((resolve) => {
      setImmediate(resolve);
    });
  }
}

describe('relay', () => {
  it('S99 U23 passes on the end of a request and still delivers the whole reply', async () => {
    const { client, backend } = await relayed();
    client.end('question');
    expect(await text(backend)).toBe('question');
    const reply = Buffer.alloc(3_000_000, 'x');
    backend.end(reply);
    expect((await buffer(client)).equals(reply)).toBe(true);
  });

  it('U23 the other way round: a server that stops talking still hears', async () => {
    const { client, backend } = await relayed();
    backend.end('banner');
    expect(await text(client)).toBe('banner');
    client.end('afterwards');
    expect(await text(backend)).toBe('afterwards');
  });

  it('delivers what was sent before the sender went, to a reader that is slow', async () => {
    const { client, backend, inner } = await relayed();
    const reply = Buffer.alloc(3_000_000, 'y');
    client.end();
    backend.end(reply);
    await once(backend, 'close');
    await until(() => inner.backend.destroyed || inner.client.writableNeedDrain);
    expect((await buffer(client)).equals(reply)).toBe(true);
    await until(() => inner.client.destroyed && inner.backend.destroyed);
  });

  it('U25 stops reading from one side while the other does not read, and holds little meanwhile', async () => {
    const { client, backend, inner } = await relayed();
    const flood = Buffer.alloc(64 * 1024 * 1024);
    client.pause();
    backend.write(flood);
    await until(() => inner.client.writableNeedDrain && inner.backend.isPaused());
    const held = inner.client.writableLength + inner.backend.readableLength;
    expect(held).toBeLessThan(1024 * 1024);
    expect(inner.backend.bytesRead).toBeLessThan(flood.length);
    const gone = closed(backend);
    client.destroy();
    await gone;
  });

  it('a reset stays a reset', async () => {
    const { client, backend } = await relayed();
    const error = once(backend, 'error');
    backend.on('error', () => {});
    client.write('half a sentence');
    await once(backend, 'data');
    client.resetAndDestroy();
    expect(((await error)[0] as NodeJS.ErrnoException).code).toBe('ECONNRESET');
  });

  it('one side cut short cuts the other', async () => {
    const { client, backend, inner } = await relayed();
    inner.backend.destroy();
    await Promise.all([closed(client.resume().end()), closed(backend.resume().end())]);
    expect(inner.client.destroyed).toBe(true);
  });
});
