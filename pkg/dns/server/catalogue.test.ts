/** The query catalogue over real sockets, UDP and TCP. */
import { afterAll, describe, expect, it } from '@jest/globals';
import { recordTexts } from '../records/index.ts';
import type { Case } from '../records/testdata/catalogue.ts';
import { comparable, readCatalogue } from '../records/testdata/catalogue.ts';
import { Flag, Rcode } from '../wire/index.ts';
import type { DnsServer } from './start-server.ts';
import { TcpClient, UdpClient } from './testdata/dns-client.ts';
import { startHarbor } from './testdata/harbor-server.ts';

const cases = readCatalogue().filter(({ leads }) => leads === undefined);
const servers = new Map<string, Promise<DnsServer>>();

/** Rows with the same cluster and options share a server. */
function serverOf(row: Case): Promise<DnsServer> {
  const key = JSON.stringify([row.options, row.objects]);
  const known = servers.get(key) ?? startHarbor(row.options, row.objects);
  servers.set(key, known);
  return known;
}

afterAll(async () => {
  await Promise.all([...servers.values()].map(async (server) => (await server).close()));
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
    const isAnswer = row.rcode !== 'SERVFAIL' && !row.elsewhere;
    expect({
      question: message.question?.name,
      rcode: message.rcode,
      authoritative: (message.flags & Flag.AA) !== 0,
      answer: comparable(answer.flatMap(recordTexts), row.ordered),
      authority: authority.flatMap(recordTexts),
      additional: comparable(additional.flatMap(recordTexts), false),
    }).toEqual({
      question: message.question?.name,
      rcode: row.elsewhere ? Rcode.REFUSED : Rcode[row.rcode],
      authoritative: isAnswer,
      answer: comparable(row.answer, row.ordered),
      authority: row.authority,
      additional: comparable(row.additional, false),
    });
  });
});
