/** GET and POST …/exec: a command inside a container, its output as it comes, its exit code at the end. */
import { badRequest, failure, invalid, isStatusError } from '../../api/status.ts';
import type { Pod } from '../../api/types.ts';
import type { ApiResponse } from '../http/exchange.ts';
import { booleanParam } from '../http/query.ts';
import type { Scope } from '../resources/scope.ts';
import type { SpdyConnection, SpdyStream } from '../streaming/spdy.ts';
import type { WebSocket } from '../streaming/websocket.ts';
import type { PodRuntime } from './runtime.ts';
import { containerOf, podOf, runtimeOf } from './target.ts';
import { upgraded } from './upgrade.ts';

const protocols = ['v4.channel.k8s.io', 'v3.channel.k8s.io', 'v2.channel.k8s.io', 'channel.k8s.io'];
const closingProtocol = 'v5.channel.k8s.io';

interface Execution {
  readonly runtime: PodRuntime;
  readonly pod: Pod;
  readonly container: string;
  readonly command: readonly string[];
  readonly stdin: boolean;
  readonly tty: boolean;
}

export async function execInPod(scope: Scope): Promise<ApiResponse> {
  const execution = await executionOf(scope);
  return upgraded(scope, {
    channels: [closingProtocol, ...protocols],
    socket: (socket, protocol) => void overChannels(execution, socket, protocol),
    spdy: protocols,
    connection: (connection) => overStreams(execution, connection),
  });
}

/** Nobody listens inside a simulated container, so there is nothing to attach to. */
export async function attachToPod(scope: Scope): Promise<ApiResponse> {
  const { name } = scope.info;
  await placed(scope, 'attach');
  throw badRequest(
    `pod ${name} runs on a simulated node: its containers have no program to attach to; use kubectl logs -f ${name}`,
  );
}

async function executionOf(scope: Scope): Promise<Execution> {
  const { query } = scope.request;
  const command = query.getAll('command');
  const stdin = booleanParam(query, 'stdin');
  const tty = booleanParam(query, 'tty');
  return { ...(await placed(scope, 'exec')), command, stdin, tty };
}

async function placed(
  scope: Scope,
  path: 'exec' | 'attach',
): Promise<Pick<Execution, 'runtime' | 'pod' | 'container'>> {
  const { request, info, core, user } = scope;
  // Since 1.35 a WebSocket, which is asked for by GET, needs the right to create as SPDY does.
  core.authorizer.require({ ...info, verb: 'create' }, user);
  const pod = await podOf(scope);
  const container = containerOf(pod, request.query.get('container') ?? '');
  if ((pod.spec?.nodeName ?? '') === '') throw badRequest(`pod ${info.name} does not have a host assigned`);
  const runtime = runtimeOf(scope, pod, `${path}/${info.namespace}/${info.name}/${container}`);
  if (path === 'exec' && request.query.getAll('command').length === 0) {
    throw invalid('PodExecOptions', '', info.name, [
      { type: 'FieldValueRequired', field: 'command', message: 'Required value' },
    ]);
  }
  return { runtime, pod, container };
}

const channel = { stdin: 0, stdout: 1, stderr: 2, error: 3, close: 255 } as const;

async function overChannels(execution: Execution, socket: WebSocket, protocol: string): Promise<void> {
  const input = new Input(execution.stdin);
  const leaving = new AbortController();
  socket.onClose = () => {
    input.end();
    leaving.abort();
  };
  socket.onMessage = (message) => {
    if (message[0] === channel.stdin) input.add(message.subarray(1));
    if (message[0] === channel.close && message[1] === channel.stdin) input.end();
  };
  const send = (number: number, text: string): void => {
    socket.send(Buffer.concat([Buffer.from([number]), Buffer.from(text)]));
  };
  const answer = await outcome(execution, {
    stdout: (text) => send(channel.stdout, text),
    stderr: (text) => send(execution.tty ? channel.stdout : channel.stderr, text),
    stdin: () => input.all,
    signal: leaving.signal,
  });
  send(channel.error, protocol === 'channel.k8s.io' ? (answer.message ?? '') : JSON.stringify(answer));
  socket.close();
}

function overStreams(execution: Execution, connection: SpdyConnection): void {
  const { stdin, tty } = execution;
  const input = new Input(stdin);
  const leaving = new AbortController();
  connection.socket.once('close', () => {
    input.end();
    leaving.abort();
  });
  const streams = new Map<string, SpdyStream>();
  const wanted = new Set(['error', 'stdout', ...(stdin ? ['stdin'] : []), ...(tty ? [] : ['stderr'])]);
  connection.onStream = (stream) => {
    const type = stream.headers.get('streamtype') ?? '';
    streams.set(type, stream);
    if (type === 'stdin') {
      stream.on('data', (chunk: Buffer) => input.add(chunk));
      stream.on('end', () => input.end());
    } else stream.resume();
    if (!wanted.delete(type) || wanted.size > 0) return;
    void start();
  };
  const start = async (): Promise<void> => {
    const answer = await outcome(execution, {
      stdout: (text) => void streams.get('stdout')?.write(text),
      stderr: (text) => void (streams.get('stderr') ?? streams.get('stdout'))?.write(text),
      stdin: () => input.all,
      signal: leaving.signal,
    });
    streams.get('stdout')?.end();
    streams.get('stderr')?.end();
    streams.get('error')?.end(JSON.stringify(answer));
    setTimeout(() => connection.close(), lingerMs).unref();
  };
}

/** A client that has read the outcome ends the connection itself; one that does not is not waited for. */
const lingerMs = 5000;

interface Outcome {
  metadata: object;
  status: 'Success' | 'Failure';
  message?: string;
  reason?: string;
  details?: object;
  code?: number;
}

async function outcome(
  { runtime, pod, container, command }: Execution,
  io: Parameters<PodRuntime['run']>[3],
): Promise<Outcome> {
  try {
    const code = await runtime.run(pod, container, command, io);
    if (code === 0) return { metadata: {}, status: 'Success' };
    return {
      metadata: {},
      status: 'Failure',
      message: `command terminated with non-zero exit code: exit status ${code}`,
      reason: 'NonZeroExitCode',
      details: { causes: [{ reason: 'ExitCode', message: String(code) }] },
    };
  } catch (error) {
    const told = isStatusError(error)
      ? error
      : failure(500, 'InternalError', 'Internal error occurred: the command broke off');
    const { message = '', reason = '', details = {}, code = 500 } = told.status;
    return { metadata: {}, status: 'Failure', message, reason, details, code };
  }
}

const mostInput = 1 << 20;

class Input {
  readonly all: Promise<string>;
  readonly #chunks: Buffer[] = [];
  readonly #done = Promise.withResolvers<string>();
  #length = 0;

  constructor(expected: boolean) {
    this.all = this.#done.promise;
    if (!expected) this.end();
  }

  add(chunk: Buffer): void {
    this.#length += chunk.length;
    if (this.#length <= mostInput) this.#chunks.push(chunk);
  }

  end(): void {
    this.#done.resolve(Buffer.concat(this.#chunks).toString());
  }
}
