/** Real servers and clients on loopback, and a source fed by hand. */
import { createSocket, type Socket as UdpSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import type { EndpointSlice, Service } from '../../../api/types.ts';
import type { ProxySink, ProxySource } from '../source.ts';

export interface Backend extends AsyncDisposable {
  readonly port: number;
  readonly server: Server;
}

/** A TCP server on loopback; `serve` gets each connection, half-open allowed. */
export async function backend(serve: (socket: Socket) => void, host = '127.0.0.1', port = 0): Promise<Backend> {
  const sockets = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.once('close', () => sockets.delete(socket));
    serve(socket);
  });
  server.listen(port, host);
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    server,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Says its name and hangs up. */
export const named = (name: string, host?: string, port?: number): Promise<Backend> =>
  backend((socket) => socket.end(name), host, port);

export const echo = (): Promise<Backend> => backend((socket) => socket.pipe(socket));

/** A loopback port where nobody listens. */
export async function closedPort(): Promise<number> {
  const taken = await named('gone');
  await taken[Symbol.asyncDispose]();
  return taken.port;
}

export async function open(at: { host: string; port: number } | undefined, localAddress?: string): Promise<Socket> {
  if (at === undefined) throw new Error('Nothing listens there');
  const socket = connect({ ...at, allowHalfOpen: true, ...(localAddress === undefined ? {} : { localAddress }) });
  socket.on('error', () => {});
  await once(socket, 'connect');
  return socket;
}

/** Everything the other side says until it hangs up; '' also for a connection that is cut. */
export async function ask(at: { host: string; port: number } | undefined, localAddress?: string): Promise<string> {
  const socket = await open(at, localAddress);
  const answer = await text(socket).catch(() => '');
  socket.destroy();
  return answer;
}

export interface UdpBackend extends AsyncDisposable {
  readonly port: number;
}

/** Answers each datagram with its name. */
export async function udpNamed(name: string): Promise<UdpBackend> {
  const socket = createSocket('udp4');
  socket.on('message', (_, peer) => socket.send(name, peer.port, peer.address));
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return {
    port: socket.address().port,
    async [Symbol.asyncDispose]() {
      socket.close();
      await once(socket, 'close');
    },
  };
}

/** One datagram there, one back. */
export async function askUdp(socket: UdpSocket, at: { host: string; port: number } | undefined): Promise<string> {
  if (at === undefined) throw new Error('Nothing listens there');
  const answer = once(socket, 'message');
  socket.send('hello', at.port, at.host);
  const [datagram] = (await answer) as [Buffer];
  return datagram.toString();
}

/** A source whose owner says what happens. */
export class HandSource implements ProxySource {
  sink: ProxySink | undefined;
  readonly #services: readonly Service[];
  readonly #slices: readonly EndpointSlice[];

  constructor(services: readonly Service[], slices: readonly EndpointSlice[]) {
    this.#services = services;
    this.#slices = slices;
  }

  subscribe(sink: ProxySink): () => void {
    this.sink = sink;
    for (const service of this.#services) sink.serviceChanged(service);
    for (const slice of this.#slices) sink.sliceChanged(slice);
    sink.synced();
    return () => {
      this.sink = undefined;
    };
  }
}
