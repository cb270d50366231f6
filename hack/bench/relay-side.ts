/**
 * One end of the relay benchmark, as a process of its own that says `PORT` on a line:
 *   relay-side.ts backend          answers each message with itself; swallows what starts with `!` until the end
 *   relay-side.ts relay PORT       our relay, for a Service with that one endpoint
 */
import { createServer, type Server, type Socket } from 'node:net';
import { startUserspaceProxy } from '../../pkg/proxy/userspace/index.ts';

const swallow = '!'.charCodeAt(0);

const [role, target] = process.argv.slice(2);
console.log(role === 'backend' ? await backend() : await relayTo(Number(target)));

function backend(): Promise<number> {
  const serve = (socket: Socket): void => {
    let swallowed = -1;
    socket.setNoDelay(true);
    socket.on('error', () => {});
    socket.on('data', (chunk) => {
      if (swallowed < 0) swallowed = chunk[0] === swallow ? 0 : -1;
      if (swallowed < 0) socket.write(chunk);
      else swallowed += chunk.length;
    });
    // Half-closed by the client: the total is the answer.
    socket.on('end', () => socket.end(swallowed < 0 ? '' : String(swallowed)));
  };
  const server = createServer({ allowHalfOpen: true }, serve);
  return new Promise((resolve) =>
    server.listen({ host: '127.0.0.1', port: 0, backlog: 4096 }, () => resolve(portOf(server))),
  );
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === 'object' ? (address?.port ?? 0) : 0;
}

async function relayTo(port: number): Promise<number> {
  const proxy = startUserspaceProxy({
    nodeName: 'n',
    places: ['loopback'],
    source: {
      subscribe(sink) {
        const metadata = { namespace: 'default', name: 'echo' };
        sink.serviceChanged({
          metadata,
          spec: {
            type: 'ClusterIP',
            clusterIP: '10.96.0.9',
            clusterIPs: ['10.96.0.9'],
            ipFamilies: ['IPv4'],
            ports: [{ port: 80, protocol: 'TCP' }],
          },
        });
        sink.sliceChanged({
          metadata: { ...metadata, name: 'echo-1', labels: { 'kubernetes.io/service-name': 'echo' } },
          addressType: 'IPv4',
          ports: [{ name: '', port, protocol: 'TCP' }],
          endpoints: [{ addresses: ['127.0.0.1'], conditions: { ready: true } }],
        });
        sink.synced();
        return () => {};
      },
    },
  });
  await proxy.settled();
  const listen = proxy.routes().find((route) => route.listen !== undefined)?.listen;
  if (listen === undefined) throw new Error('the relay has no door');
  return listen.port;
}
