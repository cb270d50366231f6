import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parseCidr, selectNodePortAddresses, type Cidr } from '../../model/index.ts';
import { recordedModel } from '../../testdata/recorded-cluster.ts';
import { renderNftables } from './program.ts';
import { FakeNft } from './testdata/fake-nft.ts';
import { listFake, parseListing } from './testdata/listing.ts';

const cidr = (text: string): Cidr => {
  const parsed = parseCidr(text);
  if (parsed === undefined) throw new Error(`Not a range: ${text}`);
  return parsed;
};

const node = { primary: '10.77.0.2', interfaces: ['127.0.0.1', '10.77.0.2'] };

describe('renderNftables', () => {
  it.each([
    ['IPv4', 'ip', { by: 'cidr', cidr: cidr('10.244.0.0/16') }, [cidr('10.96.0.0/16')]],
    ['IPv6', 'ip6', { by: 'none' }, []],
  ] as const)(
    'leaves in the kernel exactly what kube-proxy 1.36.3 left for the same cluster, %s',
    (family, ip, detectLocal, serviceCIDRs) => {
      const nft = new FakeNft(ip);
      const nodePortAddresses = selectNodePortAddresses(['primary'], family, node);
      nft.run(
        renderNftables(recordedModel(family), {
          layout: 'maps',
          detectLocal,
          serviceCIDRs,
          nodePortAddresses,
          nodeIP: '10.77.0.2',
        }),
      );
      const recorded = readFileSync(join(import.meta.dirname, 'testdata/kube-proxy-1.36.3.ruleset.txt'), 'utf8');
      expect(listFake(nft)).toEqual(parseListing(recorded, `${ip} kube-proxy`));
    },
  );
});
