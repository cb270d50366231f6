/** CoreDNS as kubeadm sets it up, but for its cache. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, peerPath, stop } from '../peers.ts';
import { eventually } from '../rest.ts';
import { root } from '../server.ts';

export interface DnsProcess extends AsyncDisposable {
  readonly port: number;
  readonly pid: number;
  readonly readyUrl: string;
}

export interface CoreDnsOptions {
  readonly kubeconfig: string;
  /** Forward zones and reverse zones. */
  readonly zones?: readonly string[];
  /** Lines of the `kubernetes` block. */
  readonly settings?: readonly string[];
  /** Of the server block: `forward . 127.0.0.1:53`, `cache 30`. */
  readonly plugins?: readonly string[];
  /** False: on all addresses of the machine. Default loopback alone. */
  readonly bind?: false;
  /** Runs it under another program: `taskset -c 0`. */
  readonly under?: readonly string[];
}

export const kubeadmZones = ['cluster.local', 'in-addr.arpa', 'ip6.arpa'];
export const kubeadmSettings = ['pods verified', 'fallthrough in-addr.arpa ip6.arpa', 'ttl 5'];

export async function startCoreDns(options: CoreDnsOptions): Promise<DnsProcess> {
  const folder = mkdtempSync(join(tmpdir(), 'fairlead-coredns-'));
  const [port, ready] = await Promise.all([freePort(), freePort()]);
  const { kubeconfig, zones = kubeadmZones, settings = kubeadmSettings, plugins = [] } = options;
  const { bind, under = [] } = options;
  const block = ['startup_timeout 1m', `kubeconfig ${kubeconfig}`, ...settings].map((line) => `    ${line}`);
  const lines = [
    bind === false ? '' : 'bind 127.0.0.1',
    `ready 127.0.0.1:${ready}`,
    `kubernetes ${zones.join(' ')} {`,
    ...block,
    '}',
  ];
  const corefile = join(folder, 'Corefile');
  writeFileSync(corefile, `.:${port} {\n${[...lines, ...plugins].map((line) => `  ${line}`).join('\n')}\n}\n`);
  const [program, ...args] = [...under, peerPath('coredns'), '-conf', corefile];
  return supervise(program, args, port, `http://127.0.0.1:${ready}/ready`, () => rmSync(folder, { recursive: true }));
}

/** `fairlead dns` with the same settings. */
export async function startOwnDns(
  kubeconfig: string,
  flags: readonly string[] = [],
  under: readonly string[] = [],
): Promise<DnsProcess> {
  const [port, health, ready, metrics] = await Promise.all([freePort(), freePort(), freePort(), freePort()]);
  const [program = '', ...args] = [
    ...under,
    process.execPath,
    join(root, 'pkg/cmd/fairlead.mjs'),
    'dns',
    `--kubeconfig=${kubeconfig}`,
    '--bind-address=127.0.0.1',
    `--port=${port}`,
    `--health-port=${health}`,
    `--ready-port=${ready}`,
    `--metrics-port=${metrics}`,
    '--lameduck=0s',
    ...flags,
  ];
  return supervise(program, args, port, `http://127.0.0.1:${ready}/ready`, () => undefined);
}

async function supervise(
  program: string,
  args: readonly string[],
  port: number,
  readyUrl: string,
  clean: () => void,
): Promise<DnsProcess> {
  let said = '';
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      said = (said + chunk.toString()).slice(0, 4000);
    });
  }
  let isWanted = true;
  child.once('exit', (code, signal) => {
    if (isWanted) console.log(`      ${program} ended with ${code ?? signal}: ${said}`);
  });
  const ended = (): Promise<void> => {
    isWanted = false;
    return stop(child).then(clean);
  };
  try {
    await eventually(
      `${readyUrl} to answer 200`,
      async () => {
        if (child.exitCode !== null) throw new Error(`${program} ended with ${child.exitCode}: ${said}`);
        const answer = await fetch(readyUrl).catch(() => undefined);
        // CoreDNS says that it is ready before it listens.
        return answer?.ok === true && (await accepts(port)) ? true : undefined;
      },
      60,
    );
  } catch (error) {
    await ended();
    throw error;
  }
  return { port, pid: child.pid ?? 0, readyUrl, [Symbol.asyncDispose]: ended };
}

function accepts(port: number): Promise<boolean> {
  return new Promise((done) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => done(true));
    socket.once('error', () => done(false));
    socket.once('connect', () => socket.destroy());
  });
}
