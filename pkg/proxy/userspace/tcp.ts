/** A TCP door: accepts, dials an endpoint, joins the two. */
import { connect, createServer, type Server, type Socket } from 'node:net';
import type { Destination } from '../model/index.ts';
import type { Connections } from './connections.ts';
import { dial } from './dial.ts';
import type { Front } from './front.ts';
import type { Listener, OpenListener } from './listener.ts';
import type { ListenAddress } from './place.ts';
import { relay } from './relay.ts';

export function tcpOpener(connections: Connections): OpenListener {
  return async (front, destination, at) => {
    const server = createServer({ allowHalfOpen: true, pauseOnConnect: true }, (client) => {
      connections.add(client);
      void serve(client, front, destination);
    });
    return new TcpListener(server, front, await listen(server, at));
  };
}

class TcpListener implements Listener {
  readonly bound: ListenAddress;
  readonly #server: Server;

  constructor(server: Server, front: Front, bound: ListenAddress) {
    this.#server = server;
    this.bound = bound;
    // U26: out of descriptors. libuv turns the newcomer away; the door stays open.
    server.on('error', (err) => {
      front.machinery.counters.acceptErrors++;
      front.machinery.log.warn({ err, servicePort: front.plan.service.text }, 'Could not accept a connection');
    });
  }

  refresh(): void {}

  close(): Promise<void> {
    // The callback of `close` waits for established connections, which may go on for days; nobody waits for that.
    this.#server.close();
    return Promise.resolve();
  }
}

/** Never rejects: whatever goes wrong ends this one connection (U20, U21). */
async function serve(client: Socket, front: Front, destination: Destination): Promise<void> {
  const { counters, clock, log, reach } = front.machinery;
  counters.tcpConnections++;
  counters.tcpActive++;
  const gone = new AbortController();
  client.once('close', () => {
    counters.tcpActive--;
    counters.bytesFromClients += client.bytesRead;
    counters.bytesToClients += client.bytesWritten;
    gone.abort();
  });
  client.on('error', (err) => log.debug({ err, servicePort: front.plan.service.text }, 'Client connection failed'));

  const endpointOf = front.endpointsFor(destination, client.remoteAddress ?? '');
  const backend = await dial((attempt) => endpointOf?.(attempt), {
    clock,
    signal: gone.signal,
    connect: ({ ip, port }) => connect({ ...reach(ip, port), allowHalfOpen: true }),
    onFailure: (endpoint, err) => {
      counters.dialFailures++;
      log.debug({ err, endpoint: endpoint.text, servicePort: front.plan.service.text }, 'Endpoint did not answer');
    },
  });
  if (backend === undefined) {
    if (!gone.signal.aborted) counters.refused++;
    client.destroy();
  } else if (client.destroyed) {
    backend.destroy();
  } else {
    relay(client, backend);
  }
}

function listen(server: Server, { host, port }: ListenAddress): Promise<ListenAddress> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port }, () => {
      server.removeListener('error', reject);
      const address = server.address();
      resolve({ host, port: typeof address === 'object' && address !== null ? address.port : port });
    });
  });
}
