/** A TCP link that can be made slow, thin or silent. What runs through it is TLS, so nothing is read or changed. */
import { connect, createServer, type Socket } from 'node:net';
import { once } from 'node:events';

export interface Manner {
  /** How long each answer is on its way, in ms. */
  delayMs: number;
  /** Of each connection, towards the client; Infinity for as much as there is. */
  bytesPerSecond: number;
}

export interface Link extends AsyncDisposable {
  readonly port: number;
  /** Change it, and what comes from then on goes that way. */
  readonly manner: Manner;
  /** Nothing passes on the connections that are open now, and nobody is told; new ones are as good as ever. */
  freeze(): number;
  /** Connections opened so far. */
  readonly opened: number;
}

export async function openLink(targetPort: number): Promise<Link> {
  const live = new Set<Connection>();
  const manner: Manner = { delayMs: 0, bytesPerSecond: Number.POSITIVE_INFINITY };
  let opened = 0;
  const server = createServer((client) => {
    opened += 1;
    const connection = new Connection(client, connect(targetPort, '127.0.0.1'), manner);
    live.add(connection);
    client.once('close', () => live.delete(connection));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    manner,
    get opened() {
      return opened;
    },
    freeze: () => {
      for (const connection of live) connection.frozen = true;
      return live.size;
    },
    [Symbol.asyncDispose]: async () => {
      for (const connection of live) connection.close();
      server.close();
      await once(server, 'close');
    },
  };
}

class Connection {
  frozen = false;
  readonly #client: Socket;
  readonly #server: Socket;
  /** When the last byte towards the client will have passed. */
  #busyUntil = 0;

  constructor(client: Socket, server: Socket, manner: Manner) {
    this.#client = client;
    this.#server = server;
    client.on('data', (chunk) => this.frozen || server.write(chunk));
    server.on('data', (chunk: Buffer) => {
      if (this.frozen) return;
      const now = performance.now();
      this.#busyUntil = Math.max(now, this.#busyUntil) + (chunk.length / manner.bytesPerSecond) * 1000;
      const wait = this.#busyUntil - now + manner.delayMs;
      // Pieces keep their order: timers of the same length fire in the order they were set, and waits only grow.
      if (wait > 200) server.pause();
      setTimeout(() => {
        if (!this.frozen) client.write(chunk);
        server.resume();
      }, wait);
    });
    const end = (): void => {
      if (!this.frozen) this.close();
    };
    for (const socket of [client, server]) socket.on('error', end).on('close', end);
  }

  close(): void {
    this.#client.destroy();
    this.#server.destroy();
  }
}
