/** The same questions to both servers, and where their answers differ. */
import type { Message } from '../../pkg/dns/wire/index.ts';
import { Asker, type Question } from './asker.ts';
import { knownReason, type Exchange } from './register.ts';
import { aliasesLead, echoes, replyOf, same, type Reply } from './reply.ts';
import type { DnsProcess } from './servers.ts';

export interface Found extends Exchange {
  readonly where: string;
}

type Port = Pick<DnsProcess, 'port'>;

/** Servers close connections that say nothing for long: each round has its own. */
async function askOverTcp({ port }: Port, questions: readonly Question[]): Promise<(Message | undefined)[]> {
  await using asker = await Asker.tcp(port);
  return await asker.askAll(questions);
}

/** CoreDNS first, ours second. */
export class Comparison implements AsyncDisposable {
  questions = 0;
  readonly found: Found[] = [];
  /** Ids of the register, and how often each was met. */
  readonly known = new Map<string, number>();
  readonly #servers: readonly Port[];
  readonly #udp: readonly Asker[];

  private constructor(servers: readonly Port[], udp: readonly Asker[]) {
    this.#servers = servers;
    this.#udp = udp;
  }

  static async between(theirs: Port, ours: Port): Promise<Comparison> {
    return new Comparison([theirs, ours], [await Asker.udp(theirs.port), await Asker.udp(ours.port)]);
  }

  async ask(where: string, questions: readonly Question[], protocol: 'udp' | 'tcp'): Promise<void> {
    const [theirs, ours] = await (protocol === 'udp'
      ? Promise.all(this.#udp.map((asker) => asker.askAll(questions)))
      : Promise.all(this.#servers.map((server) => askOverTcp(server, questions))));
    this.questions += questions.length;
    for (const [at, question] of questions.entries()) {
      const [their, own] = [theirs?.[at], ours?.[at]];
      if (own === undefined) throw new Error(`no answer of ours to ${question.name} ${question.type}`);
      if (!echoes(own, question.name)) throw new Error(`the question does not come back: ${question.name}`);
      if (!aliasesLead(own)) throw new Error(`an alias behind what it leads to: ${question.name}`);
      this.#judge({ question, theirs: replyOf(their), ours: replyOf(own) }, where);
    }
  }

  /** Both say something else than «does not exist» to every question. */
  async bothKnow(questions: readonly Question[]): Promise<boolean> {
    const replies = await Promise.all(this.#udp.map((asker) => asker.askAll(questions)));
    return replies.flat().every((reply) => reply !== undefined && reply.sections.answer.length > 0);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#udp.map((asker) => asker[Symbol.asyncDispose]()));
  }

  #judge(exchange: Exchange, where: string): void {
    if (same(exchange.theirs, exchange.ours)) return;
    const id = knownReason(exchange)?.id;
    if (id === undefined) this.found.push({ ...exchange, where });
    else this.known.set(id, (this.known.get(id) ?? 0) + 1);
  }
}

/** For people: what was asked and how the answers differ. */
export function tell({ where, question, theirs, ours }: Found): string {
  const fields = (Object.keys(theirs) as (keyof Reply)[]).filter(
    (field) => JSON.stringify(theirs[field]) !== JSON.stringify(ours[field]),
  );
  const lines = fields.map(
    (field) => `  ${field}: CoreDNS ${JSON.stringify(theirs[field])}, ours ${JSON.stringify(ours[field])}`,
  );
  return [`${where}: ${question.name} ${question.type}`, ...lines].join('\n').slice(0, 2000);
}
