/** Every row of the query catalogue with `dig`, over UDP and TCP. */
import assert from 'node:assert/strict';
import { comparable, readCatalogue, type Case } from '../../pkg/dns/records/testdata/catalogue.ts';
import type { DnsServer } from '../../pkg/dns/server/index.ts';
import { startHarbor } from '../../pkg/dns/server/testdata/harbor-server.ts';
import { UpstreamStub } from '../../pkg/dns/server/testdata/upstream-stub.ts';
import type { Check } from '../suite.ts';
import { dig } from './dig.ts';

export async function digCatalogue(check: Check): Promise<void> {
  await using upstream = await UpstreamStub.start();
  const groups = Map.groupBy(readCatalogue(), (row) => JSON.stringify([row.options, row.objects]));
  for (const rows of groups.values()) {
    const [first] = rows;
    if (first === undefined) continue;
    const forward = { upstreams: [upstream.address], detectLoops: false };
    await using server = await startHarbor({ ...first.options, forward }, first.objects);
    for (const protocol of ['udp', 'tcp'] as const) {
      for (const row of rows) await check(`dig ${protocol} ${row.title}`, () => digRow(server, row, protocol));
    }
  }
}

async function digRow({ port }: DnsServer, row: Case, protocol: 'udp' | 'tcp'): Promise<void> {
  const { rcode, flags, answer, authority, additional } = await dig(port, row.name, row.type, protocol);
  assert.ok(flags.includes('ra'), 'S13');
  const isServfail = row.rcode === 'SERVFAIL';
  if (row.elsewhere) {
    assert.equal(rcode, row.name === 'www.example.com.' ? 'NOERROR' : 'NXDOMAIN');
    return;
  }
  assert.deepEqual(
    {
      rcode,
      authoritative: flags.includes('aa'),
      answer: comparable(answer, row.ordered),
      authority,
      additional: comparable(additional, false),
    },
    {
      rcode: row.rcode,
      authoritative: !isServfail,
      answer: isServfail ? [] : comparable(row.answer, row.ordered),
      authority: row.authority,
      additional: comparable(row.additional, false),
    },
  );
}
