import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { testServer } from '../../testing/api-server.ts';
import { waitFor } from '../../testing/wait-for.ts';
import { amountsOf, minus, plus, textsOf } from './amounts.ts';

const namespace = '/api/v1/namespaces/default';

describe('amounts', () => {
  it.each([
    ['1', '500m', '1500m'],
    ['1Gi', '512Mi', '1536Mi'],
    ['1Gi', '1', '1073741825'],
    ['0', '1Gi', '1Gi'],
    ['1G', '1Gi', '2073741824'],
    ['999', '1', '1k'],
    ['100n', '0', '100n'],
  ])('%s and %s are %s', (a, b, sum) => {
    expect(textsOf(plus(amountsOf({ x: a }), amountsOf({ x: b })))).toEqual({ x: sum });
  });

  it('what is added can be taken away again', () => {
    const amount = fc
      .tuple(fc.nat(5000), fc.constantFrom('', 'm', 'k', 'M', 'Ki', 'Gi'))
      .map(([n, unit]) => `${n}${unit}`);
    fc.assert(
      fc.property(amount, amount, (a, b) => {
        const [left, right] = [amountsOf({ x: a }), amountsOf({ x: b })];
        expect(minus(plus(left, right), right).get('x')?.nano).toBe(left.get('x')?.nano);
      }),
    );
  });

  it('names such as __proto__ are names', () => {
    const amounts = amountsOf(JSON.parse('{"__proto__":"1","toString":"2"}') as Record<string, string>);
    expect([...amounts.keys()]).toEqual(['__proto__', 'toString']);
  });
});

describe('a quota', () => {
  it('lets exactly as many in as it allows, however many come at once', async () => {
    await using api = await testServer();
    await api.settled();
    await api.post(`${namespace}/resourcequotas`, {
      metadata: { name: 'q' },
      spec: { hard: { 'count/configmaps': '11' } },
    });
    await api.settled();
    const made = await Promise.all(
      Array.from({ length: 30 }, (_, at) => api.post(`${namespace}/configmaps`, { metadata: { name: `c${at}` } })),
    );
    // One is kube-root-ca.crt.
    expect(made.filter(({ status }) => status === 201)).toHaveLength(10);
    await Promise.all(Array.from({ length: 30 }, (_, at) => api.delete(`${namespace}/configmaps/c${at}`)));
    const used = await waitFor(async () => {
      const { body } = await api.get(`${namespace}/resourcequotas/q`);
      return body['status']?.['used']?.['count/configmaps'] === ('1' as never) ? true : undefined;
    });
    expect(used).toBe(true);
  });
});
