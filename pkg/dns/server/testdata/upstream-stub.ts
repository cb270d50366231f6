/** A resolver for tests: says what the catalogue says the outside world holds, or what a test tells it to. */
import type { RemoteInfo, Socket } from 'node:dgram';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import type { AddressInfo, Server } from 'node:net';
import { createServer } from 'node:net';
import type { Query, RRset, Sections } from '../../wire/index.ts';
import { acceptQuery, nameText, NO_RECORDS, parseName, Rcode, ReplyWriter, ROOT, Type } from '../../wire/index.ts';
import { frame, FrameReader } from '../frame-reader.ts';

export interface StubAnswer {
  readonly rcode: number;
  readonly sections: Sections;
  readonly truncated?: boolean;
  readonly authenticData?: boolean;
}

/** What to do with a query: answer it, or undefined for silence. */
export type Behaviour = (query: Query, protocol: 'udp' | 'tcp', stub: UpstreamStub) => StubAnswer | undefined;

export class UpstreamStub implements AsyncDisposable {
  /** `name TYPE protocol` of every query, in order. */
  readonly asked: string[] = [];
  behaviour: Behaviour;
  readonly #udp: Socket = createSocket('udp4');
  readonly #tcp: Server = createServer();
  readonly #writer = new ReplyWriter();
  readonly #heard = new Set<() => void>();
  #last: { readonly query: Query; readonly peer: RemoteInfo } | undefined;

  private constructor(behaviour: Behaviour) {
    this.behaviour = behaviour;
  }

  static async start(behaviour: Behaviour = world): Promise<UpstreamStub> {
    for (;;) {
      const stub = new UpstreamStub(behaviour);
      stub.#udp.bind(0, '127.0.0.1');
      await once(stub.#udp, 'listening');
      stub.#udp.on('message', (octets, peer) => stub.#receive(octets, peer));
      stub.#tcp.on('connection', (socket) => {
        const frames = new FrameReader();
        socket.on('error', () => {});
        socket.on('data', (chunk: Buffer) => {
          for (const octets of frames.read(chunk)) {
            const reply = stub.#reply(octets, 'tcp');
            if (reply !== undefined) socket.write(frame(reply));
          }
        });
      });
      stub.#tcp.listen(stub.#udp.address().port, '127.0.0.1');
      const isListening = await once(stub.#tcp, 'listening').then(
        () => true,
        () => false,
      );
      if (isListening) return stub;
      stub.#udp.close();
    }
  }

  get address(): string {
    return `127.0.0.1:${(this.#tcp.address() as AddressInfo).port}`;
  }

  /** Resolves once so many queries have come in all. */
  async received(count: number): Promise<void> {
    while (this.asked.length < count) await new Promise<void>((done) => void this.#heard.add(done));
  }

  /** Sends a reply to the last UDP query, made from what `change` makes of it. */
  replyToLast(change: (query: Query) => Query, answer: StubAnswer): void {
    if (this.#last === undefined) throw new Error('nothing was asked');
    const octets = this.#encode(change(this.#last.query), answer);
    this.#udp.send(octets, this.#last.peer.port, this.#last.peer.address);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#udp.close();
    await new Promise((done) => this.#tcp.close(done));
  }

  #receive(octets: Uint8Array, peer: RemoteInfo): void {
    const query = acceptQuery(octets);
    if (query?.kind === 'query') this.#last = { query, peer };
    const reply = this.#reply(octets, 'udp');
    if (reply !== undefined) this.#udp.send(reply, peer.port, peer.address);
  }

  #reply(octets: Uint8Array, protocol: 'udp' | 'tcp'): Uint8Array | undefined {
    const query = acceptQuery(octets);
    if (query?.kind !== 'query') throw new Error('the server sent something broken');
    this.asked.push(`${nameText(query.name)} ${query.type} ${protocol}`);
    for (const done of this.#heard) done();
    this.#heard.clear();
    const answer = this.behaviour(query, protocol, this);
    return answer && this.#encode(query, answer);
  }

  #encode(query: Query, { rcode, sections, truncated = false, authenticData = false }: StubAnswer): Uint8Array {
    const target = new Uint8Array(4096);
    const head = { rcode, authoritative: false, recursionAvailable: true, truncated, authenticData };
    return target.slice(0, this.#writer.write(target, query, head, sections, { octets: 4096, udpPayloadOctets: 4096 }));
  }
}

/** The catalogue's outside world. */
export const world: Behaviour = ({ name, key, type }) => {
  const text = nameText(key);
  const found = type === Type.A ? '\xc0\0\x02\x35' : '\x20\x01\x0d\xb8'.padEnd(15, '\0') + '\x53';
  const soa = { ...NO_RECORDS, authority: [exampleSoa()] };
  if (text === 'www.example.com.') {
    if (type !== Type.A && type !== Type.AAAA) return { rcode: Rcode.NOERROR, sections: soa };
    const answer: RRset = { owner: name, type, ttl: 300, kind: 'address', data: [found] };
    return { rcode: Rcode.NOERROR, sections: { ...NO_RECORDS, answer: [answer] } };
  }
  if (text === 'sf.example.com.') return { rcode: Rcode.SERVFAIL, sections: NO_RECORDS };
  return { rcode: Rcode.NXDOMAIN, sections: soa };
};

function exampleSoa(): RRset {
  const name = (text: string): typeof ROOT => parseName(text) ?? ROOT;
  const soa = { serial: 1, refresh: 2, retry: 3, expire: 4, minimum: 60 };
  const data = [{ primary: name('ns.example.com'), contact: name('admin.example.com'), ...soa }];
  return { owner: name('example.com'), type: Type.SOA, ttl: 300, kind: 'soa', data };
}
