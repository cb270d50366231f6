/** Hostile clients: broken packets in numbers, clients that do not read, more connections than there are descriptors. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { encodeQuery, parseName, ROOT, Type } from '../../pkg/dns/wire/index.ts';
import { randomQuery, wound } from '../../pkg/dns/wire/testdata/packets.ts';
import { Random } from '../../pkg/dns/wire/testdata/random.ts';

/** Sends broken packets from one socket, with pauses in which the server can take them. */
export async function floodWithBroken(port: number, packets: number): Promise<void> {
  const random = new Random(7);
  const socket = createSocket('udp4');
  socket.on('error', () => undefined);
  socket.connect(port, '127.0.0.1');
  await once(socket, 'connect');
  for (let sent = 0; sent < packets; sent += 1) {
    socket.send(wound(random, randomQuery(random)));
    if (sent % 200 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  await new Promise<void>((done) => socket.close(done));
}

/** Connections that ask for a large answer again and again and never read; they are open when this resolves. */
export async function slowReaders(port: number, count: number, name: string): Promise<Socket[]> {
  const query = encodeQuery({ id: 1, name: parseName(name) ?? ROOT, type: Type.A });
  const framed = Buffer.concat([Buffer.from([0, query.length]), query]);
  const many = Buffer.concat(Array.from({ length: 4000 }, () => framed));
  const sockets = await openMany(port, count);
  for (const socket of sockets) {
    socket.pause();
    socket.write(many);
  }
  return sockets;
}

export async function openMany(port: number, count: number): Promise<Socket[]> {
  return Promise.all(
    Array.from({ length: count }, async () => {
      const socket = connect(port, '127.0.0.1');
      socket.on('error', () => undefined);
      await Promise.race([once(socket, 'connect'), once(socket, 'close')]);
      return socket;
    }),
  );
}
