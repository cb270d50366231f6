/**
 * A node, pods, an outside client and another node's pods, in network namespaces of their own (14.1). Pods are routed,
 * not bridged, so that replies between pods of one node pass the node's connection tracking (K24).
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { must, systemRunner, type Runner } from '../runner.ts';
import type { PeerReply, PeerRequest } from './peer.ts';

type Place = 'node' | 'p1' | 'p2' | 'p3' | 'cli' | 'gw';

const pods = { p1: '10.244.1.11', p2: '10.244.1.12', p3: '10.244.1.99' } as const;
const remotePods = ['10.244.2.12', '10.244.2.13'];

/** Everything a pod listens on; it answers with its address and port. */
const doorsOf = (address: string): string[] =>
  ['tcp', 'udp'].flatMap((protocol) => [8080, 9090].map((port) => `${protocol}:${address}:${port}:${address}`));

/** Why this machine cannot run it; undefined when it can. */
export async function whyNot(...tools: readonly string[]): Promise<string | undefined> {
  if (process.platform !== 'linux') return 'network namespaces need Linux';
  if (process.getuid?.() !== 0) return 'network namespaces need root';
  const run = systemRunner();
  for (const tool of ['ip', ...tools]) {
    const { code } = await run(tool, ['-V']);
    if (code === 127) return `${tool} is not installed (Debian: apt-get install iproute2 iptables nftables conntrack)`;
  }
  const name = `fairlead-${process.pid}-probe`;
  const made = await run('ip', ['netns', 'add', name]);
  if (made.code !== 0) return `ip netns add: ${made.stderr.trim()}`;
  await run('ip', ['netns', 'del', name]);
  return undefined;
}

export class Network implements AsyncDisposable {
  readonly #prefix: string;
  readonly #peers = new Map<Place, Peer>();

  private constructor(prefix: string) {
    this.#prefix = prefix;
  }

  /** `label` tells apart networks of one process (K37). */
  static async create(label: string): Promise<Network> {
    const network = new Network(`fairlead-${process.pid}-${label}`);
    try {
      await network.#build();
      await network.#populate();
    } catch (error) {
      await network[Symbol.asyncDispose]();
      throw error;
    }
    return network;
  }

  /** Runs a tool on the node. */
  get onNode(): Runner {
    return systemRunner(this.nodePrefix);
  }

  /** What makes a command run on the node. */
  get nodePrefix(): readonly string[] {
    return ['ip', 'netns', 'exec', this.#name('node')];
  }

  ask(from: Place, request: Omit<PeerRequest, 'id'>): Promise<PeerReply> {
    const peer = this.#peers.get(from);
    if (peer === undefined) throw new Error(`Nobody in ${from}`);
    return peer.ask(request);
  }

  /** Starts a program of this folder on the node; it is ready when it says so, and ends with its input. */
  async startOnNode(script: string): Promise<{ stop(): Promise<void> }> {
    const path = join(import.meta.dirname, script);
    const args = ['netns', 'exec', this.#name('node'), process.execPath, path];
    const child = spawn('ip', args, { stdio: ['pipe', 'pipe', 'inherit'] });
    const gone = once(child, 'exit');
    const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
    const stop = async (): Promise<void> => {
      child.stdin.end();
      await gone;
    };
    if (line === 'ready') return { stop };
    await stop();
    throw new Error(line);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#peers.values()].map((peer) => peer.stop()));
    const run = systemRunner();
    for (const place of ['node', 'p1', 'p2', 'p3', 'cli', 'gw'] as const) {
      await run('ip', ['netns', 'del', this.#name(place)]);
    }
  }

  #name(place: Place): string {
    return `${this.#prefix}-${place}`;
  }

  async #build(): Promise<void> {
    const places: readonly Place[] = ['node', 'p1', 'p2', 'p3', 'cli', 'gw'];
    for (const place of places) await this.#ip(`netns add ${this.#name(place)}`);
    for (const place of places) await this.#on(place, 'link set lo up');
    for (const [pod, address] of Object.entries(pods)) {
      await this.#cable(pod as Place, `v${pod}`);
      await this.#on('node', `address add 10.244.1.1/32 dev v${pod}`);
      await this.#on('node', `route add ${address}/32 dev v${pod}`);
      await this.#on(pod as Place, `address add ${address}/32 dev eth0`);
      await this.#on(pod as Place, 'route add 10.244.1.1/32 dev eth0');
      await this.#on(pod as Place, 'route add default via 10.244.1.1');
    }
    await this.#cable('cli', 'vext');
    await this.#on('node', 'address add 192.0.2.10/24 dev vext');
    await this.#on('cli', 'address add 192.0.2.2/24 dev eth0');
    await this.#on('cli', 'route add default via 192.0.2.10');
    // K20, K21: a default route, and not the one that the client is on.
    await this.#cable('gw', 'vup');
    await this.#on('node', 'address add 198.18.0.1/30 dev vup');
    await this.#on('node', 'route add default via 198.18.0.2');
    await this.#on('gw', 'address add 198.18.0.2/30 dev eth0');
    await this.#on('gw', 'route add default via 198.18.0.1');
    for (const address of remotePods) await this.#on('gw', `address add ${address}/32 dev lo`);
    // K22: refusals are limited to a few per second otherwise.
    for (const setting of ['ip_forward=1', 'icmp_ratelimit=0', 'conf.all.rp_filter=0', 'conf.default.rp_filter=0']) {
      await must(this.onNode, 'sysctl', ['-qw', `net.ipv4.${setting}`]);
    }
    // What is addressed to nobody must vanish, not come back as "unreachable".
    await this.#on('gw', 'route add blackhole 10.96.0.0/16');
    await this.#on('gw', 'route add blackhole 198.51.100.0/24');
    await this.#on('gw', 'route add blackhole 203.0.113.0/24');
  }

  async #populate(): Promise<void> {
    const listening: Record<Place, readonly string[]> = {
      p1: doorsOf(pods.p1),
      p2: doorsOf(pods.p2),
      p3: [],
      cli: [],
      node: [],
      gw: remotePods.flatMap(doorsOf),
    };
    await Promise.all(
      Object.entries(listening).map(async ([place, doors]) => {
        const peer = new Peer(this.#name(place as Place), doors);
        this.#peers.set(place as Place, peer);
        await peer.ready;
      }),
    );
  }

  async #cable(to: Place, nodeEnd: string): Promise<void> {
    await this.#ip(`link add ${nodeEnd} netns ${this.#name('node')} type veth peer name eth0 netns ${this.#name(to)}`);
    await this.#on('node', `link set ${nodeEnd} up`);
    await this.#on(to, 'link set eth0 up');
  }

  #on(place: Place, command: string): Promise<string> {
    return this.#ip(`-n ${this.#name(place)} ${command}`);
  }

  #ip(command: string): Promise<string> {
    return must(systemRunner(), 'ip', command.split(' '));
  }
}

/** A peer.ts in a namespace. */
class Peer {
  readonly ready: Promise<void>;
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, (reply: PeerReply) => void>();
  #next = 0;

  constructor(namespace: string, doors: readonly string[]) {
    const script = join(import.meta.dirname, 'peer.ts');
    const args = ['netns', 'exec', namespace, process.execPath, script, ...doors];
    this.#child = spawn('ip', args, { stdio: ['pipe', 'pipe', 'inherit'] });
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.ready = promise;
    this.#child.once('exit', (code) => reject(new Error(`The peer in ${namespace} ended with status ${code}`)));
    if (this.#child.stdout === null) throw new Error('No output to read');
    createInterface({ input: this.#child.stdout }).on('line', (line) => {
      if (line === 'ready') {
        resolve();
        return;
      }
      const reply = JSON.parse(line) as PeerReply;
      this.#waiting.get(reply.id)?.(reply);
      this.#waiting.delete(reply.id);
    });
  }

  ask(request: Omit<PeerRequest, 'id'>): Promise<PeerReply> {
    const id = this.#next++;
    return new Promise((resolve) => {
      this.#waiting.set(id, resolve);
      this.#child.stdin?.write(`${JSON.stringify({ id, ...request })}\n`);
    });
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null) return;
    const gone = once(this.#child, 'exit');
    this.#child.stdin?.end();
    await gone;
  }
}
