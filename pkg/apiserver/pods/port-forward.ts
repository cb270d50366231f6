/** GET and POST …/portforward: conversations with ports of a Pod, many over one connection. */
import type { Duplex } from 'node:stream';
import { badRequest } from '../../api/status.ts';
import type { Pod } from '../../api/types.ts';
import type { ApiResponse } from '../http/exchange.ts';
import type { Scope } from '../resources/scope.ts';
import type { SpdyConnection, SpdyStream } from '../streaming/spdy.ts';
import type { WebSocket } from '../streaming/websocket.ts';
import type { PodRuntime } from './runtime.ts';
import { podOf, runtimeOf } from './target.ts';
import { upgraded } from './upgrade.ts';

interface Target {
  readonly runtime: PodRuntime;
  readonly pod: Pod;
}

export async function forwardPorts(scope: Scope): Promise<ApiResponse> {
  const { info, core, user, request } = scope;
  core.authorizer.require({ ...info, verb: 'create' }, user);
  const pod = await podOf(scope);
  if ((pod.spec?.nodeName ?? '') === '') throw badRequest(`pod ${info.name} does not have a host assigned`);
  const target = { pod, runtime: runtimeOf(scope, pod, `portForward/${info.namespace}/${info.name}`) };
  const ports = request.query.getAll('ports').flatMap((text) => text.split(','));
  return upgraded(scope, {
    channels: ['v4.channel.k8s.io'],
    socket: (socket) => overChannels(target, ports.map(Number), socket),
    spdy: ['portforward.k8s.io'],
    connection: (connection) => overStreams(target, connection),
  });
}

/** kubectl: a pair of streams for each conversation, one of them for what went wrong. */
function overStreams(target: Target, connection: SpdyConnection): void {
  const waiting = new Map<string, SpdyStream>();
  connection.onStream = (stream) => {
    const id = stream.headers.get('requestid') ?? String(stream.id - (isData(stream) ? 2 : 0));
    const other = waiting.get(id);
    if (other === undefined) {
      waiting.set(id, stream);
      stream.once('close', () => waiting.delete(id));
      return;
    }
    waiting.delete(id);
    const [data, error] = isData(stream) ? [stream, other] : [other, stream];
    void converse(target, data, error);
  };
}

const isData = (stream: SpdyStream): boolean => stream.headers.get('streamtype') === 'data';

async function converse({ runtime, pod }: Target, data: SpdyStream, error: SpdyStream): Promise<void> {
  error.resume();
  const port = Number(data.headers.get('port'));
  try {
    const socket = await runtime.connect(pod, port);
    await bothWays(data, socket);
    error.end();
  } catch (problem) {
    error.end(problemText(pod, port, problem));
    data.end();
  }
}

function problemText({ metadata }: Pod, port: number, problem: unknown): string {
  const why = problem instanceof Error ? problem.message : String(problem);
  return `error forwarding port ${port} to pod ${metadata.name ?? ''}, uid : ${why}`;
}

/** Resolves when the far end has said everything, or is gone. */
function bothWays(near: Duplex, far: Duplex): Promise<void> {
  return new Promise((resolve) => {
    far.on('error', () => near.end());
    far.once('close', () => {
      near.end();
      resolve();
    });
    near.once('close', () => far.destroy());
    near.pipe(far);
    far.pipe(near);
  });
}

/** @kubernetes/client-node: two channels for each port, both of which begin with its number. */
function overChannels({ runtime, pod }: Target, ports: readonly number[], socket: WebSocket): void {
  const sockets: (Duplex | undefined)[] = ports.map(() => undefined);
  const early: Buffer[][] = ports.map(() => []);
  const send = (channel: number, content: Uint8Array | string): void => {
    socket.send(Buffer.concat([Buffer.from([channel]), Buffer.from(content)]));
  };
  socket.onClose = () => {
    for (const one of sockets) one?.destroy();
  };
  socket.onMessage = (message) => {
    const at = (message[0] ?? 0) >> 1;
    const far = sockets[at];
    if (far === undefined) early[at]?.push(message.subarray(1));
    else far.write(message.subarray(1));
  };
  for (const [at, port] of ports.entries()) {
    const number = Buffer.alloc(2);
    number.writeUInt16LE(port & 0xffff);
    send(at * 2, number);
    send(at * 2 + 1, number);
    void runtime.connect(pod, port).then(
      (far) => {
        sockets[at] = far;
        for (const chunk of early[at] ?? []) far.write(chunk);
        far.on('data', (chunk: Buffer) => send(at * 2, chunk));
        far.on('error', () => undefined);
        far.once('close', () => socket.close());
      },
      (problem: unknown) => send(at * 2 + 1, problemText(pod, port, problem)),
    );
  }
}
