/** Section by section through the query catalogue, on the pure index. The server tests ask the same over sockets. */
import { describe, expect, it } from '@jest/globals';
import { nameText, parseName, Rcode, ROOT } from '../wire/index.ts';
import { parseType, recordTexts } from './record-text.ts';
import { comparable, readCatalogue } from './testdata/catalogue.ts';
import { indexOf } from './testdata/harbor.ts';

const catalogue = readCatalogue();

describe('query catalogue', () => {
  it.each(catalogue.map((row) => [row.title, row] as const))('%s', (_, row) => {
    const index = indexOf(row.objects, row.options);
    const lookup = index.lookup(parseName(row.name) ?? ROOT, parseType(row.type) ?? 0);
    if (row.elsewhere) return expect(lookup.kind).toBe('elsewhere');
    if (row.leads !== undefined) {
      const found = lookup.kind === 'alias' && { ...lookup, aliases: lookup.aliases.flatMap(recordTexts) };
      const [alias] = row.answer;
      const data = alias?.data ?? row.leads;
      return expect(found && [found.aliases, nameText(found.target)]).toEqual([
        [{ name: row.name, type: 'CNAME', ttl: 5, data }],
        row.leads,
      ]);
    }
    if (row.rcode === 'SERVFAIL') return expect(lookup.kind).toBe('loop');
    if (lookup.kind !== 'answer') throw new Error(`got ${lookup.kind}`);
    const { answer, authority, additional } = lookup.sections;
    expect({
      rcode: lookup.rcode,
      answer: comparable(answer.flatMap(recordTexts), row.ordered),
      authority: authority.flatMap(recordTexts),
      additional: comparable(additional.flatMap(recordTexts), false),
    }).toEqual({
      rcode: Rcode[row.rcode],
      answer: comparable(row.answer, row.ordered),
      authority: row.authority,
      additional: comparable(row.additional, false),
    });
  });

  it('covers Q001 to Q145 without a gap', () => {
    const ids = catalogue.map(({ title }) => title.slice(0, 4)).filter((id) => id.startsWith('Q'));
    expect(ids).toEqual(Array.from({ length: 145 }, (_, i) => `Q${String(i + 1).padStart(3, '0')}`));
  });
});
