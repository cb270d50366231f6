/** The user-space relay beside HAProxy and socat, each between the same client and the same backend on loopback. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { freePort, stop } from '../../e2e/peers.ts';
import type { Figure, Readings } from './figure.ts';
import { cpuMs, residentMb } from './processes.ts';
import type { Effort } from './rounds.ts';

const side = join(import.meta.dirname, 'relay-side.ts');
const chunk = Buffer.alloc(64 * 1024, '!');

interface Relay {
  readonly name: string;
  readonly port: number;
  readonly child: ChildProcess;
}

interface Readout {
  readonly mbPerSecond: number;
  readonly roundTripUs: number;
  readonly connectionsPerSecond: number;
  readonly idleKb: number;
  readonly leftMb: number;
  readonly cpuPerGbMs: number;
}

export async function benchRelay({ rounds, quick }: Effort): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'fairlead-bench-'));
  const backend = await startSide('backend');
  const relays: Relay[] = [];
  try {
    relays.push({ name: 'ours', ...(await startSide('relay', String(backend.port))) });
    const other = await startOther(folder, backend.port);
    if (other === undefined) console.error('neither haproxy nor socat is installed (apt-get install haproxy): no peer');
    else relays.push(other);
    const readings = new Map<string, Readout[]>(relays.map(({ name }) => [name, []]));
    for (let round = 0; round < rounds; round += 1) {
      for (const relay of relays) readings.get(relay.name)?.push(await measure(relay, quick));
    }
    return figures(readings.get('ours') ?? [], relays[1]?.name, readings.get(relays[1]?.name ?? '') ?? []);
  } finally {
    await Promise.all([backend, ...relays].map(({ child }) => stop(child)));
    rmSync(folder, { recursive: true, force: true });
  }
}

function figures(ours: readonly Readout[], peer: string | undefined, theirs: readonly Readout[]): Figure[] {
  const of = (pick: (one: Readout) => number): { ours: Readings; theirs: Readings; peer?: string } => ({
    ours: ours.map(pick),
    theirs: theirs.map(pick),
    ...(peer === undefined ? {} : { peer }),
  });
  return [
    {
      bench: 'relay-throughput',
      what: 'one way through the relay, one connection',
      unit: 'MB/s',
      better: 'higher',
      ...of((one) => one.mbPerSecond),
    },
    {
      bench: 'relay-cpu',
      what: 'CPU of the relay for each GB',
      unit: 'ms',
      better: 'lower',
      ...of((one) => one.cpuPerGbMs),
    },
    {
      bench: 'relay-round-trip',
      what: 'a byte there and back, median',
      unit: 'µs',
      better: 'lower',
      ...of((one) => one.roundTripUs),
    },
    {
      bench: 'relay-connections',
      what: 'connections opened, asked and closed, 32 at once',
      unit: 'ops/s',
      better: 'higher',
      ...of((one) => one.connectionsPerSecond),
    },
    {
      bench: 'relay-idle',
      what: 'memory of an open connection',
      unit: 'kB',
      better: 'lower',
      ...of((one) => one.idleKb),
    },
    {
      bench: 'relay-left',
      what: 'memory kept after all of them closed',
      unit: 'MB',
      better: 'lower',
      ...of((one) => one.leftMb),
    },
  ];
}

async function startSide(...words: readonly string[]): Promise<{ port: number; child: ChildProcess }> {
  const child = spawn(process.execPath, [side, ...words], { stdio: ['ignore', 'pipe', 'inherit'] });
  if (child.stdout === null) throw new Error('no output');
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
  return { port: Number(line), child };
}

async function startOther(folder: string, backend: number): Promise<Relay | undefined> {
  const port = await freePort();
  const has = (name: string): boolean => spawnSync(name, ['-v']).status === 0 || spawnSync(name, ['-V']).status === 0;
  if (has('haproxy')) {
    const config = join(folder, 'haproxy.cfg');
    writeFileSync(
      config,
      `global\n  maxconn 9000\n  nbthread 1\ndefaults\n  mode tcp\n  timeout connect 1s\n  timeout client 5m\n  timeout server 5m\nlisten relay\n  bind 127.0.0.1:${port}\n  server backend 127.0.0.1:${backend}\n`,
    );
    return started('haproxy (one thread)', port, spawn('haproxy', ['-db', '-f', config], { stdio: 'ignore' }));
  }
  if (!has('socat')) return undefined;
  const words = [`TCP-LISTEN:${port},bind=127.0.0.1,fork,reuseaddr,backlog=4096`, `TCP:127.0.0.1:${backend}`];
  return started('socat', port, spawn('socat', words, { stdio: 'ignore' }));
}

async function started(name: string, port: number, child: ChildProcess): Promise<Relay> {
  for (;;) {
    if (child.exitCode !== null) throw new Error(`${name} ended with ${child.exitCode} before it listened`);
    const socket = connect(port, '127.0.0.1');
    const isOpen = await new Promise<boolean>((resolve) => {
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    });
    socket.destroy();
    if (isOpen) return { name, port, child };
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

async function measure({ port, child }: Relay, quick: boolean): Promise<Readout> {
  const pids = [child.pid ?? 0];
  const bytes = (quick ? 512 : 2048) * 1024 * 1024;
  const cpuBefore = cpuMs(pids);
  const mbPerSecond = await throughput(port, bytes);
  const cpuPerGbMs = ((cpuMs(pids) - cpuBefore) / bytes) * 1e9;
  const roundTripUs = await roundTrip(port, quick ? 2_000 : 10_000);
  const connectionsPerSecond = await churn(port, quick ? 2_000 : 10_000);
  return {
    mbPerSecond,
    cpuPerGbMs,
    roundTripUs,
    connectionsPerSecond,
    ...(await hold(port, pids, quick ? 2_000 : 8_000)),
  };
}

/** Everything is sent and the sending side closed; the answer, which comes through a half-closed relay, is the total. */
async function throughput(port: number, bytes: number): Promise<number> {
  const socket = await open(port);
  const begun = performance.now();
  let answer = '';
  socket.on('data', (text) => (answer += String(text)));
  for (let sent = 0; sent < bytes; sent += chunk.length) if (!socket.write(chunk)) await once(socket, 'drain');
  socket.end();
  await once(socket, 'close');
  if (Number(answer) !== bytes) throw new Error(`${bytes} bytes were sent, ${answer} arrived`);
  return bytes / 1e6 / ((performance.now() - begun) / 1000);
}

async function roundTrip(port: number, times: number): Promise<number> {
  const socket = await open(port);
  const taken: number[] = [];
  for (let n = 0; n < times; n += 1) {
    const begun = performance.now();
    socket.write('x');
    await once(socket, 'data');
    taken.push((performance.now() - begun) * 1000);
  }
  socket.destroy();
  return taken.toSorted((a, b) => a - b)[times >> 1] ?? 0;
}

async function churn(port: number, times: number): Promise<number> {
  let left = times;
  const begun = performance.now();
  const one = async (): Promise<void> => {
    while (left-- > 0) {
      const socket = await open(port);
      socket.end('x');
      await once(socket.resume(), 'close');
    }
  };
  await Promise.all(Array.from({ length: 32 }, one));
  return times / ((performance.now() - begun) / 1000);
}

/** So many connections at once, each used once, then all closed. */
async function hold(port: number, pids: readonly number[], count: number): Promise<Pick<Readout, 'idleKb' | 'leftMb'>> {
  const before = residentMb(pids);
  const sockets: Socket[] = [];
  for (let n = 0; n < count; n += 1) {
    const socket = await open(port);
    socket.write('x');
    await once(socket, 'data');
    sockets.push(socket);
  }
  const idleKb = ((residentMb(pids) - before) * 1024) / count;
  await Promise.all(
    sockets.map(async (socket) => {
      const closed = once(socket, 'close');
      socket.end();
      await closed;
    }),
  );
  return { idleKb: Math.max(0, idleKb), leftMb: Math.max(0, residentMb(pids) - before) };
}

function open(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    socket.once('connect', () => resolve(socket)).once('error', reject);
  });
}
