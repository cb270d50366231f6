/**
 * A way out of a network namespace: sockets of the file system are the same in all of them. Run inside one, with a path
 * and a port, it listens on that port of loopback and hands every connection to the path, until its input ends.
 */
import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';

/** The other half, outside: what arrives at the path goes to the port. */
export async function openWayOut(path: string, port: number): Promise<Server> {
  const server = createServer((socket) => join(socket, connect({ host: '127.0.0.1', port })));
  server.listen(path);
  await once(server, 'listening');
  return server;
}

function join(a: Socket, b: Socket): void {
  a.pipe(b).pipe(a);
  a.on('error', () => b.destroy());
  b.on('error', () => a.destroy());
}

if (import.meta.main) {
  const [path = '', port = ''] = process.argv.slice(2);
  const server = createServer((socket) => join(socket, connect(path)));
  server.listen(Number(port), '127.0.0.1', () => console.log('ready'));
  process.stdin.resume().once('end', () => process.exit(0));
}
