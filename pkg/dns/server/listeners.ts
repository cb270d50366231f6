import type { Clock } from '../../clock/index.ts';
import type { Responder } from './responder.ts';
import type { TcpTimeouts } from './tcp-connection.ts';
import { TcpListener } from './tcp-listener.ts';
import { UdpListener } from './udp-listener.ts';

export interface ListenOptions {
  readonly responder: Responder;
  readonly clock: Clock;
  /** Each is served over UDP and TCP. */
  readonly addresses: readonly string[];
  /** 0: any port that is free for both. */
  readonly port: number;
  /** Other threads listen on the port too. */
  readonly reusePort: boolean;
  readonly udpReplyOctets: number;
  readonly tcpTimeouts: TcpTimeouts;
  readonly maxTcpConnections: number;
}

const ATTEMPTS = 20;

/** The sockets of a server: UDP and TCP, on one port, on every address (S25). */
export class Listeners {
  readonly port: number;
  readonly #udp: readonly UdpListener[];
  readonly #tcp: readonly TcpListener[];

  private constructor(port: number, udp: readonly UdpListener[], tcp: readonly TcpListener[]) {
    this.port = port;
    this.#udp = udp;
    this.#tcp = tcp;
  }

  /** Rejects with the error of the first socket that cannot be bound; then none stays open. */
  static async open(options: ListenOptions): Promise<Listeners> {
    for (let attempt = 1; ; attempt++) {
      const udp: UdpListener[] = [];
      const tcp: TcpListener[] = [];
      try {
        let { port } = options;
        for (const address of options.addresses) {
          const [datagrams, streams] = [new UdpListener(address, options), tcpOf(options)];
          udp.push(datagrams);
          tcp.push(streams);
          port = await datagrams.bind(port, address);
          await streams.bind(port, address);
        }
        return new Listeners(port, udp, tcp);
      } catch (error) {
        await Promise.allSettled([...udp.map((one) => one.close()), ...tcp.map((one) => one.close(0))]);
        // A free UDP port may be taken for TCP: draw another.
        if (options.port !== 0 || attempt === ATTEMPTS) throw error;
      }
    }
  }

  get tcpConnections(): number {
    return this.#tcp.reduce((sum, { connectionCount }) => sum + connectionCount, 0);
  }

  /** Stops listening; what TCP clients have asked is answered for at most `drainMs` (S39). */
  async close(drainMs: number): Promise<void> {
    await Promise.all([...this.#udp.map((one) => one.close()), ...this.#tcp.map((one) => one.close(drainMs))]);
  }
}

function tcpOf({ responder, clock, reusePort, tcpTimeouts, maxTcpConnections }: ListenOptions): TcpListener {
  return new TcpListener({ responder, clock, reusePort, timeouts: tcpTimeouts, maxConnections: maxTcpConnections });
}
