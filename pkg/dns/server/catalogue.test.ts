/** The query catalogue over real sockets, UDP and TCP, with a resolver behind that knows the catalogue's outside. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { recordTexts } from '../records/index.ts';
import type { Case } from '../records/testdata/catalogue.ts';
import { comparable, readCatalogue } from '../records/testdata/catalogue.ts';
import { Flag, parseName, Rcode } from '../wire/index.ts';
import type { DnsServer } from './start-server.ts';
import { TcpClient, UdpClient } from './testdata/dns-client.ts';
import { startHarbor } from './testdata/harbor-server.ts';
import { UpstreamStub } from './testdata/upstream-stub.ts';

const cases = readCatalogue();
const servers = new Map<string, Promise<DnsServer>>();
let upstream: UpstreamStub;

/** Rows with the same cluster and options share a server. */
function serverOf(row: Case): Promise<DnsServer> {
  const key = JSON.stringify([row.options, row.objects]);
  const forward = { upstreams: [upstream.address], detectLoops: false };
  const known = servers.get(key) ?? startHarbor({ ...row.options, forward }, row.objects);
  servers.set(key, known);
  return known;
}

beforeAll(async () => {
  upstream = await UpstreamStub.start();
});

afterAll(async () => {
  await Promise.all([...servers.values()].map(async (server) => (await server).close()));
  await upstream[Symbol.asyncDispose]();
});

describe.each([
  ['UDP', UdpClient],
  ['TCP', TcpClient],
])('query catalogue over %s', (_, Client) => {
  it.each(cases.map((row) => [row.title, row] as const))('%s', async (__, row) => {
    const { port } = await serverOf(row);
    await using client = await Client.to(port);
    const { message } = await client.ask(row.name, row.type);
    const { answer, authority, additional } = message.sections;
    expect(message.flags & Flag.RA).toBe(Flag.RA); // S13
    const got = {
      question: message.question?.name,
      rcode: message.rcode,
      authoritative: (message.flags & Flag.AA) !== 0,
      answer: comparable(answer.flatMap(recordTexts), row.ordered),
      authority: authority.flatMap(recordTexts),
      additional: comparable(additional.flatMap(recordTexts), false),
    };
    const question = parseName(row.name);
    if (row.elsewhere) {
      // The stub's answer for names it does not know, which no zone of ours gives.
      const soa = [expect.objectContaining({ name: 'example.com.', type: 'SOA' })];
      const isKnown = row.name === 'www.example.com.';
      expect(got).toMatchObject({ question, rcode: isKnown ? 0 : Rcode.NXDOMAIN, authority: isKnown ? [] : soa });
      return;
    }
    expect(got).toEqual({
      question,
      rcode: Rcode[row.rcode],
      authoritative: row.rcode !== 'SERVFAIL',
      answer: row.rcode === 'SERVFAIL' ? [] : comparable(row.answer, row.ordered),
      authority: row.authority,
      additional: comparable(row.additional, false),
    });
  });
});
