/** `wget` and `curl`: one request, by name through cluster DNS and by address through the proxy of the node. */
import { request } from 'node:http';
import type { Call } from './call.ts';
import { noDns, resolveLocally } from './names.ts';

type Tool = 'wget' | 'curl';

interface Failure {
  readonly code: number;
  readonly text: string;
}

/** Flags with a value of their own. */
const valued = new Set([
  '-m',
  '--max-time',
  '-T',
  '--timeout',
  '-O',
  '-o',
  '--connect-timeout',
  '-H',
  '--header',
  '-X',
  '--request',
]);

const timeoutMs = 10_000;

export const askUrl =
  (tool: Tool) =>
  async (call: Call): Promise<number> => {
    const { io } = call;
    const target = targetOf(call.args);
    if (target === undefined) {
      io.stderr(tool === 'curl' ? 'usage: curl URL\n' : 'usage: wget -qO- URL\n');
      return tool === 'curl' ? 2 : 1;
    }
    const outcome = await answerOf(call, tool, target);
    if (typeof outcome !== 'string') {
      io.stderr(`${outcome.text}\n`);
      return outcome.code;
    }
    io.stdout(outcome);
    return 0;
  };

function targetOf(args: readonly string[]): URL | undefined {
  let skip = false;
  for (const word of args) {
    if (skip) skip = false;
    else if (valued.has(word)) skip = true;
    else if (!word.startsWith('-')) {
      const text = /^[a-z]+:\/\//i.test(word) ? word : `http://${word}`;
      return URL.canParse(text) ? new URL(text) : undefined;
    }
  }
  return undefined;
}

async function answerOf({ world, pod, io }: Call, tool: Tool, url: URL): Promise<string | Failure> {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (url.protocol !== 'http:') {
    const text = `${tool}: only http: is spoken by simulated programs, not ${url.protocol}`;
    return { code: tool === 'curl' ? 1 : 1, text };
  }
  const found = await resolveLocally(world, pod, host);
  if (found === 'off') return { code: tool === 'curl' ? 6 : 1, text: `${tool}: ${noDns}` };
  if (found === undefined) {
    return tool === 'curl'
      ? { code: 6, text: `curl: (6) Could not resolve host: ${host}` }
      : { code: 1, text: `wget: bad address '${url.host}'` };
  }
  const port = Number(url.port || 80);
  const [address = ''] = found.addresses;
  const refused = (): Failure =>
    tool === 'curl'
      ? { code: 7, text: `curl: (7) Failed to connect to ${host} port ${port}: Connection refused` }
      : { code: 1, text: `wget: can't connect to remote host (${address}): Connection refused` };
  const door = world.door(address === '127.0.0.1' ? (pod.status?.podIP ?? '') : address, port);
  if (door === undefined) return refused();
  try {
    const { status, body } = await get(door, url, io.signal);
    if (status < 400 || tool === 'curl') return body;
    return { code: 1, text: `wget: server returned error: HTTP/1.1 ${status}` };
  } catch (error) {
    if (error instanceof Error && error.message === timedOut) {
      return tool === 'curl'
        ? { code: 28, text: `curl: (28) Operation timed out after ${timeoutMs} milliseconds` }
        : { code: 1, text: 'wget: download timed out' };
    }
    return refused();
  }
}

const timedOut = 'no answer in time';
const mostBytes = 1 << 20;

function get(
  door: { readonly host: string; readonly port: number },
  url: URL,
  signal: AbortSignal,
): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const headers = { host: url.host, connection: 'close', 'user-agent': 'fairlead-pod' };
    const asked = request(
      { ...door, path: `${url.pathname}${url.search}`, headers, signal, agent: false, timeout: timeoutMs },
      (response) => {
        let body = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => {
          if (body.length < mostBytes) body += chunk;
        });
        response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
        response.on('error', reject);
      },
    );
    asked.on('timeout', () => asked.destroy(new Error(timedOut)));
    asked.on('error', reject);
    asked.end();
  });
}
