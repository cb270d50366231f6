/**
 * Programs that answer: for each running Pod a small web server on its address, moved to this machine's loopback
 * (10.244.1.5 → 127.244.1.5), that tells the name of the Pod. A port that cannot be had is told and left out.
 */
import { createServer, type Server } from 'node:http';
import type { Pod } from '../api/types.ts';

export interface PodDoorsOptions {
  /** Where a Pod's address is found on this machine. */
  readonly hostOf: (ip: string) => string;
  readonly failed: (pod: Pod, message: string) => void;
}

export class PodDoors {
  readonly #options: PodDoorsOptions;
  readonly #servers = new Map<string, Server[]>();

  constructor(options: PodDoorsOptions) {
    this.#options = options;
  }

  /** Idempotent. */
  open(pod: Pod, ip: string): void {
    const { uid = '' } = pod.metadata;
    if (this.#servers.has(uid)) return;
    this.#servers.set(
      uid,
      portsOf(pod).map((port) => this.#listen(pod, this.#options.hostOf(ip), port)),
    );
  }

  /** Idempotent. Conversations under way are cut, as when a program ends. */
  close(uid: string): void {
    for (const server of this.#servers.get(uid) ?? []) {
      server.close();
      server.closeAllConnections();
    }
    this.#servers.delete(uid);
  }

  closeAll(): void {
    for (const uid of this.#servers.keys()) this.close(uid);
  }

  #listen(pod: Pod, host: string, port: number): Server {
    const answer = `${pod.metadata.name ?? ''}\n`;
    const server = createServer((_, response) => {
      response.writeHead(200, { 'content-type': 'text/plain; charset=utf-8' });
      response.end(answer);
    });
    server.on('error', (error: NodeJS.ErrnoException) => {
      this.#options.failed(pod, `Cannot listen on ${host}:${port}: ${error.code ?? error.message}`);
    });
    server.listen(port, host);
    return server;
  }
}

const serveHostnamePort = 9376;

/** TCP ports the containers name; images that are known to serve have one even without. */
export function portsOf({ spec }: Pod): readonly number[] {
  const ports = (spec?.containers ?? []).flatMap(({ image = '', ports: named = [] }) => {
    const tcp = named.filter(({ protocol = 'TCP' }) => protocol === 'TCP').map(({ containerPort }) => containerPort);
    return tcp.length === 0 && /serve[-_]hostname/.test(image) ? [serveHostnamePort] : tcp;
  });
  return [...new Set(ports)];
}
