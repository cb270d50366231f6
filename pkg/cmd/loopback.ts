/**
 * The addresses of a local cluster on this machine. Linux lends every process the whole of 127.0.0.0/8, so 10.96.0.10 is
 * listened for at 127.96.0.10 and the Pod 10.244.1.5 at 127.244.1.5. A second cluster on the same machine moves one block
 * on (127.97…, 127.245…). Where a machine has 127.0.0.1 alone, everything gets a free port there.
 */
import { createServer, type Server } from 'node:net';

export interface SocketAddress {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
}

/** Where the first Pod block begins; its address .0.1 belongs to no Pod and stands for the whole block. */
const podBlock = 244;
/** The port of a kubelet, which is what a node would have there. */
const claimPort = 10_250;
const lastBlock = 255;

export class Loopback {
  /** How many blocks this cluster is moved; undefined: this machine has no other loopback addresses than 127.0.0.1. */
  readonly #shift: number | undefined;
  readonly #claim: Server | undefined;
  readonly #found = new Map<string, SocketAddress>();

  constructor(shift: number | undefined, claim?: Server) {
    this.#shift = shift;
    this.#claim = claim;
  }

  /** The address of ours that stands for one of the cluster's; undefined if there is none. */
  readonly aliasOf = (ip: string): string | undefined => {
    const [, second = '', ...rest] = ip.split('.');
    if (this.#shift === undefined || rest.length !== 2) return undefined;
    return `127.${(Number(second) + this.#shift) % (lastBlock + 1)}.${rest.join('.')}`;
  };

  /** Where a program with this address listens. */
  readonly placeOf = (ip: string, port: number): SocketAddress => {
    const alias = this.aliasOf(ip);
    return alias === undefined ? { host: '127.0.0.1', port: 0 } : { host: alias, port };
  };

  /** Remembers where a program really listens. */
  readonly found = (ip: string, port: number, at: SocketAddress): void => {
    this.#found.set(`${ip} ${port}`, at);
  };

  /** Where a program with this address listens; undefined: none has said so. */
  readonly foundAt = (ip: string, port: number): SocketAddress | undefined => this.#found.get(`${ip} ${port}`);

  /** Where to connect for an address of the cluster. */
  readonly reach = (ip: string, port: number): SocketAddress =>
    this.#found.get(`${ip} ${port}`) ?? { host: this.aliasOf(ip) ?? ip, port };

  release(): void {
    this.#claim?.close();
  }
}

export type Listen = (at: SocketAddress) => Promise<Server>;

/** Takes the first block that no other cluster on this machine has. */
export async function claimLoopback(listen: Listen = listenAt): Promise<Loopback> {
  for (let shift = 0; podBlock + shift <= lastBlock; shift++) {
    try {
      return new Loopback(shift, await listen({ host: `127.${podBlock + shift}.0.1`, port: claimPort }));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') return new Loopback(undefined);
    }
  }
  return new Loopback(undefined);
}

/** The claim is not a reason to keep the process. */
function listenAt({ host, port }: SocketAddress): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer((stranger) => stranger.destroy());
    server.once('error', reject);
    server.listen({ host, port, exclusive: true }, () => resolve(server.unref()));
  });
}
