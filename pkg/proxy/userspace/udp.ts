/** A UDP door: one backend socket per client address and port, forgotten when nothing moved for a while (U27). */
import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import type { Destination } from '../model/index.ts';
import type { Front } from './front.ts';
import type { Listener, OpenListener } from './listener.ts';
import type { ListenAddress } from './place.ts';
import { Association } from './udp-association.ts';

export interface UdpOptions {
  readonly idleMs: number;
  /** Clients beyond this many at one door are turned away until others have gone. */
  readonly maxAssociations: number;
}

export const defaultUdpOptions: UdpOptions = { idleMs: 250, maxAssociations: 4096 };

export function udpOpener(options: UdpOptions): OpenListener {
  return async (front, destination, at) => {
    const socket = createSocket({ type: isIPv6(at.host) ? 'udp6' : 'udp4' });
    const bound = await bind(socket, at);
    return new UdpListener(socket, front, destination, bound, options);
  };
}

class UdpListener implements Listener {
  readonly bound: ListenAddress;
  readonly #socket: Socket;
  readonly #front: Front;
  readonly #destination: Destination;
  readonly #options: UdpOptions;
  readonly #associations = new Map<string, Association>();

  constructor(socket: Socket, front: Front, destination: Destination, bound: ListenAddress, options: UdpOptions) {
    this.#socket = socket;
    this.#front = front;
    this.#destination = destination;
    this.bound = bound;
    this.#options = options;
    socket.on('message', (datagram, client) => this.#forward(datagram, client));
    socket.on('error', (err) => {
      front.machinery.counters.acceptErrors++;
      front.machinery.log.warn({ err, servicePort: front.plan.service.text }, 'Datagram socket failed');
    });
  }

  /** C1 (a): a flow has no end of its own, so one whose endpoint serves no longer is cut and starts anew. */
  refresh(): void {
    for (const association of this.#associations.values()) {
      if (!this.#front.isServing(association.endpoint)) association.end();
    }
  }

  close(): Promise<void> {
    for (const association of this.#associations.values()) association.end();
    return new Promise((resolve) => {
      this.#socket.close(resolve);
    });
  }

  #forward(datagram: Buffer, client: RemoteInfo): void {
    const { counters } = this.#front.machinery;
    counters.udpDatagrams++;
    counters.bytesFromClients += datagram.length;
    const key = `${client.address} ${client.port}`;
    const association = this.#associations.get(key) ?? this.#associate(key, client);
    if (association === undefined) counters.udpDropped++;
    else association.send(datagram);
  }

  #associate(key: string, client: RemoteInfo): Association | undefined {
    const { counters } = this.#front.machinery;
    if (this.#associations.size >= this.#options.maxAssociations) return undefined;
    const endpoint = this.#front.endpointsFor(this.#destination, client.address)?.(0);
    if (endpoint === undefined) return undefined;
    counters.udpAssociations++;
    counters.udpActive++;
    const association = new Association(endpoint, this.#front, this.#options.idleMs, {
      reply: (datagram) => {
        counters.bytesToClients += datagram.length;
        this.#socket.send(datagram, client.port, client.address);
      },
      ended: () => {
        counters.udpActive--;
        this.#associations.delete(key);
      },
    });
    this.#associations.set(key, association);
    return association;
  }
}

function bind(socket: Socket, { host, port }: ListenAddress): Promise<ListenAddress> {
  return new Promise((resolve, reject) => {
    const fail = (error: Error): void => {
      socket.close();
      reject(error);
    };
    socket.once('error', fail);
    socket.bind({ address: host, port, exclusive: true }, () => {
      socket.removeListener('error', fail);
      resolve({ host, port: socket.address().port });
    });
  });
}
