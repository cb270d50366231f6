/** Load while endpoints change: every answer must be what the pure function says of a state the cluster was in. */
import assert from 'node:assert/strict';
import type { EndpointSlice, Service } from '../../pkg/api/types.ts';
import { dnsRecords } from '../../pkg/dns/records/index.ts';
import { endpoint, namespace, ports, service } from '../../pkg/dns/records/testdata/build.ts';
import { ReferenceLookup } from '../../pkg/dns/records/testdata/reference-lookup.ts';
import { eventually, type RestClient } from '../rest.ts';
import { Dice } from '../upstream-controllers/dice.ts';
import { Asker, type Question } from '../upstream-dns/asker.ts';
import { replyOf } from '../upstream-dns/reply.ts';

const slicesPath = '/apis/discovery.k8s.io/v1/namespaces/churn/endpointslices';
const count = 40;
const zones = [{ text: 'cluster.local.', fallthrough: false }];

export interface ChurnResult {
  readonly queries: number;
  readonly writes: number;
}

/** Endpoints of one headless Service, from its first state to the one written last. */
class Subject {
  readonly service: Service;
  readonly states: ReferenceLookup[] = [];
  /** The oldest state that an answer may still show: later ones have been seen. */
  seen = 0;
  readonly #name: string;

  constructor(at: number) {
    this.#name = `s${at}`;
    this.service = service(`churn/${this.#name}`, 'None', 'http 80/TCP');
  }

  get name(): string {
    return `${this.#name}.churn.svc.cluster.local.`;
  }

  /** Notes the state before it is written: it may be seen before the write is answered. */
  next(dice: Dice): EndpointSlice {
    const points = Array.from({ length: dice.below(4) }, (_, at) =>
      endpoint(
        `10.50.${dice.below(250)}.${at + 1}${dice.once(2) ? ` h:h${at}` : ''}${dice.once(4) ? ' ready:false' : ''}`,
      ),
    );
    const slice: EndpointSlice = {
      metadata: { namespace: 'churn', name: this.#name, labels: { 'kubernetes.io/service-name': this.#name } },
      addressType: 'IPv4',
      endpoints: points,
      ports: ports('http 8080/TCP'),
    };
    const objects = { namespaces: [namespace('churn')], services: [this.service], endpointSlices: [slice], pods: [] };
    const structural = ['', 'dns.', 'ns.dns.', 'svc.', 'pod.', 'churn.svc.', 'churn.pod.'].map(
      (label) => label + zones[0]?.text,
    );
    this.states.push(new ReferenceLookup(dnsRecords(objects, {}, 0), structural, zones));
    return slice;
  }

  question(dice: Dice): Question {
    const label = dice.pick(['', '', '', 'h0.', 'h1.', '_http._tcp.', 'nope.']) ?? '';
    return { name: `${label}${this.name}`, type: dice.pick(['A', 'A', 'AAAA', 'SRV']) ?? '' };
  }

  /** Throws when no state since the last one seen explains the answer. */
  judge(question: Question, code: number, answer: readonly string[], oldest: number): void {
    for (let at = oldest; at < this.states.length; at += 1) {
      const said = this.states[at]?.ask(question.name, question.type);
      const codeSaid = said?.rcode === 'NOERROR' ? 0 : 3;
      const texts = (said?.answer ?? []).map(({ name, type, ttl, data }) => plain(`${name} ${type} ${ttl} ${data}`));
      if (codeSaid === code && JSON.stringify(texts.toSorted()) === JSON.stringify(answer)) {
        this.seen = Math.max(this.seen, at);
        return;
      }
    }
    throw new Error(
      `wrong: ${question.name} ${question.type}: ${code} ${JSON.stringify(answer)}, states from ${oldest}`,
    );
  }
}

const plain = (text: string): string => text.replace(/ SRV (\d+) 0 \d+ /, ' SRV $1 0 w ').toLowerCase();

export async function churn(rest: RestClient, port: number, seconds: number): Promise<ChurnResult> {
  const dice = new Dice(1);
  const subjects = Array.from({ length: count }, (_, at) => new Subject(at));
  await rest.post('/api/v1/namespaces', namespace('churn'));
  for (const subject of subjects) {
    await rest.post('/api/v1/namespaces/churn/services', subject.service);
    const { code } = await rest.post(slicesPath, subject.next(dice));
    assert.equal(code, 201);
  }
  await using asker = await Asker.udp(port);
  const ask = async (subject: Subject, question = subject.question(dice)): Promise<void> => {
    const oldest = subject.seen;
    const reply = replyOf(await asker.ask(question));
    subject.judge(question, reply.rcode, reply.answer, oldest);
  };
  for (const subject of subjects) {
    const first = (): Promise<true | undefined> =>
      ask(subject).then(
        () => true as const,
        () => undefined,
      );
    await eventually(`${subject.name} to be served`, first);
  }
  const deadline = Date.now() + seconds * 1000;
  const result = { queries: 0, writes: 0 };
  const writer = async (): Promise<void> => {
    for (let at = 0; Date.now() < deadline; at += 1) {
      const subject = subjects[at % count] as Subject;
      const { metadata, endpoints } = subject.next(dice);
      const { code } = await rest.patch(`${slicesPath}/${metadata.name}`, { endpoints });
      assert.equal(code, 200);
      result.writes += 1;
    }
  };
  const reader = async (): Promise<void> => {
    while (Date.now() < deadline) {
      await ask(subjects[dice.below(count)] as Subject);
      result.queries += 1;
    }
  };
  await Promise.all([writer(), ...Array.from({ length: 32 }, reader)]);
  // In the end the last state is what is served.
  for (const subject of subjects) {
    const last = subject.states.length - 1;
    await eventually(`${subject.name} to show its last state`, async () => {
      const question = { name: subject.name, type: 'A' };
      const reply = replyOf(await asker.ask(question));
      try {
        subject.judge(question, reply.rcode, reply.answer, last);
        return true;
      } catch {
        return undefined;
      }
    });
  }
  return result;
}
