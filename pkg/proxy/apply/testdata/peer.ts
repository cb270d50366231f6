/**
 * Runs inside a namespace: serves under its name, and makes connections on request. A line of JSON in, a line out.
 * Arguments: `tcp:HOST:PORT` or `udp:HOST:PORT` to listen on, each optionally followed by `:NAME` to answer with.
 */
import { createSocket } from 'node:dgram';
import { connect, createServer } from 'node:net';
import { createInterface } from 'node:readline';

export interface PeerRequest {
  readonly id: number;
  readonly protocol: 'tcp' | 'udp';
  readonly host: string;
  readonly port: number;
  readonly timeoutMs: number;
  /** UDP: ask from this port, so that two requests are one flow. */
  readonly localPort?: number;
}

export interface PeerReply {
  readonly id: number;
  /** Who answered, what address it saw, and from which address was asked. */
  readonly served?: { readonly by: string; readonly seen: string; readonly from: string };
  /** `refused`, `timeout`, or a system error. */
  readonly failed?: string;
}

const ready = process.argv.slice(2).map(
  (door) =>
    new Promise<void>((resolve) => {
      const [protocol, host, port, name = ''] = door.split(':');
      if (protocol === 'tcp') {
        createServer((socket) => socket.on('error', () => {}).end(`${name}:${port} ${socket.remoteAddress}`)).listen(
          Number(port),
          host,
          resolve,
        );
      } else {
        const socket = createSocket('udp4');
        socket.on('message', (_, peer) => socket.send(`${name}:${port} ${peer.address}`, peer.port, peer.address));
        socket.bind(Number(port), host, resolve);
      }
    }),
);

function ask(request: PeerRequest): Promise<Omit<PeerReply, 'id'>> {
  return request.protocol === 'tcp' ? askTcp(request) : askUdp(request);
}

function askTcp({ host, port, timeoutMs }: PeerRequest): Promise<Omit<PeerReply, 'id'>> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    let from = '';
    let text = '';
    const timer = setTimeout(() => {
      socket.destroy();
      resolve({ failed: 'timeout' });
    }, timeoutMs);
    socket.on('connect', () => (from = socket.localAddress ?? ''));
    socket.on('data', (chunk: Buffer) => (text += chunk.toString()));
    socket.on('error', (error: NodeJS.ErrnoException) => {
      clearTimeout(timer);
      resolve({ failed: error.code === 'ECONNREFUSED' ? 'refused' : (error.code ?? error.message) });
    });
    socket.on('end', () => {
      clearTimeout(timer);
      const [by = '', seen = ''] = text.split(' ');
      resolve({ served: { by, seen, from } });
    });
  });
}

function askUdp({ host, port, timeoutMs, localPort = 0 }: PeerRequest): Promise<Omit<PeerReply, 'id'>> {
  return new Promise((resolve) => {
    const socket = createSocket('udp4');
    const end = (reply: Omit<PeerReply, 'id'>): void => {
      clearTimeout(timer);
      socket.close();
      resolve(reply);
    };
    const timer = setTimeout(() => end({ failed: 'timeout' }), timeoutMs);
    socket.on('error', (error: NodeJS.ErrnoException) =>
      end({ failed: error.code === 'ECONNREFUSED' ? 'refused' : (error.code ?? error.message) }),
    );
    socket.on('message', (datagram) => {
      const [by = '', seen = ''] = datagram.toString().split(' ');
      end({ served: { by, seen, from: socket.address().address } });
    });
    socket.bind(localPort, () => socket.connect(port, host, () => socket.send('hello')));
  });
}

await Promise.all(ready);
process.stdout.write('ready\n');
for await (const line of createInterface({ input: process.stdin })) {
  const request = JSON.parse(line) as PeerRequest;
  void ask(request).then((reply) => process.stdout.write(`${JSON.stringify({ id: request.id, ...reply })}\n`));
}
process.exit(0);
