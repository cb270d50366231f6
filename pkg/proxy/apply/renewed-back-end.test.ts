import { expect, it } from '@jest/globals';
import type { NodeModel } from '../model/index.ts';
import type { BackEnd } from './back-end.ts';
import { RenewedBackEnd } from './renewed-back-end.ts';

const model: NodeModel = { family: 'IPv4', node: { name: 'n1', labels: {} }, ports: [], conflicts: [] };
const change = { services: new Set<string>(), updated: [], removed: [] };

it('G53 writes everything anew once its options have changed, and says before that it has to', async () => {
  const options = { ips: ['192.0.2.10'], ranges: [1n] };
  const syncs: string[] = [];
  const make = ({ ips }: typeof options): BackEnd => ({
    sync: async (_model, given) => {
      syncs.push(`${ips.join(' ')} ${given === undefined ? 'full' : 'partial'}`);
      return { noLocalEndpoints: { internal: 0, external: 0 } };
    },
    isIntact: async () => true,
    cleanup: async () => {},
  });
  const backEnd = new RenewedBackEnd(() => structuredClone(options), make);
  await backEnd.sync(model, change);
  expect(await backEnd.isIntact()).toBe(true);
  options.ips.push('192.0.2.11');
  expect(await backEnd.isIntact()).toBe(false);
  await backEnd.sync(model, change);
  await backEnd.sync(model, change);
  expect(syncs).toEqual(['192.0.2.10 partial', '192.0.2.10 192.0.2.11 full', '192.0.2.10 192.0.2.11 partial']);
});
