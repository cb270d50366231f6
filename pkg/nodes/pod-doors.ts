/**
 * Programs that answer: for each running Pod a small web server that tells the name of the Pod, at the place on this
 * machine that stands for its address. A port that cannot be had is told and left out.
 */
import { createServer, type Server } from 'node:http';
import type { Pod } from '../api/types.ts';

export interface SocketAddress {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
}

/** How programs really listen. */
export interface Serving {
  /** The place on this machine for a port of a Pod's address. */
  readonly placeOf: (ip: string, port: number) => SocketAddress;
  /** Told where it is listened on in the end. */
  readonly found: (ip: string, port: number, at: SocketAddress) => void;
}

export interface PodDoorsOptions {
  readonly serving: Serving;
  readonly failed: (pod: Pod, message: string) => void;
  /** Told of every request, as the program would log it. */
  readonly answered?: (pod: Pod, container: string, line: string) => void;
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
      listenersOf(pod).map((listener) => this.#listen(pod, ip, listener)),
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

  #listen(pod: Pod, ip: string, { port, container }: PortListener): Server {
    const { serving, failed, answered } = this.#options;
    const place = serving.placeOf(ip, port);
    const listen = (at: SocketAddress): void => {
      server.listen(at, () => serving.found(ip, port, { ...at, port: boundPort(server) ?? at.port }));
    };
    let moved = false;
    const answer = `${pod.metadata.name ?? ''}\n`;
    const server = createServer(({ method, url, httpVersion }, response) => {
      answered?.(pod, container, `"${method} ${url} HTTP/${httpVersion}" 200`);
      response.writeHead(200, { 'content-type': 'text/plain; charset=utf-8' });
      response.end(answer);
    });
    server.on('error', (error: NodeJS.ErrnoException) => {
      // Ordinary users get no port below 1024: those who come through a Service are told where it is instead.
      if (error.code === 'EACCES' && !moved) {
        moved = true;
        return listen({ ...place, port: 0 });
      }
      failed(pod, `Cannot listen on ${place.host}:${place.port}: ${error.code ?? error.message}`);
    });
    listen(place);
    return server;
  }
}

function boundPort(server: Server): number | undefined {
  const address = server.address();
  return typeof address === 'object' ? address?.port : undefined;
}

/** What programs of tutorials listen on when nobody says. */
const portsOfImages: ReadonlyMap<string, number> = new Map([
  ['serve_hostname', 9376],
  ['serve-hostname', 9376],
  ['nginx', 80],
  ['httpd', 80],
  ['whoami', 80],
  ['echoserver', 8080],
  ['hello-app', 8080],
  ['kubernetes-bootcamp', 8080],
  ['node-hello', 8080],
  ['agnhost', 9376],
  ['http-echo', 5678],
  ['redis', 6379],
]);

export interface PortListener {
  readonly port: number;
  /** Whose program it is. */
  readonly container: string;
}

/** TCP ports the containers name, once each; images that are known to serve have one even without. */
export function listenersOf({ spec }: Pod): readonly PortListener[] {
  const listeners = new Map<number, PortListener>();
  for (const { name, image = '', ports: named = [] } of spec?.containers ?? []) {
    const tcp = named.filter(({ protocol = 'TCP' }) => protocol === 'TCP').map(({ containerPort }) => containerPort);
    const usual = portsOfImages.get(programOf(image));
    for (const port of tcp.length === 0 && usual !== undefined ? [usual] : tcp) {
      if (!listeners.has(port)) listeners.set(port, { port, container: name });
    }
  }
  return [...listeners.values()];
}

/** `registry:5000/path/nginx:1.29@sha256:…` → `nginx` */
const programOf = (image: string): string => /([^/:@]+)(?::[^/@]*)?(?:@.*)?$/.exec(image)?.[1] ?? '';
