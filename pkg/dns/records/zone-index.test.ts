import { describe, expect, it } from '@jest/globals';
import { parseName, ROOT, Type } from '../wire/index.ts';
import { changeAway, changeTo } from './change.ts';
import type { ZoneOptions } from './options.ts';
import { harbor, harborOptions, indexOf } from './testdata/harbor.ts';
import { namespace, pod, service, slice } from './testdata/build.ts';
import { ZoneIndex } from './zone-index.ts';

const kindOf = (index: ZoneIndex, name: string, type: number = Type.A): string =>
  index.lookup(parseName(name) ?? ROOT, type).kind;

describe('before everything has been seen', () => {
  it.each([
    ['web.shop.svc.cluster.local', Type.A, 'unsynced'],
    ['nope.shop.svc.cluster.local', Type.A, 'unsynced'],
    ['cluster.local', Type.A, 'unsynced'],
    ['7.7.96.10.in-addr.arpa', Type.PTR, 'unsynced'],
    ['cluster.local', Type.SOA, 'answer'],
    ['cluster.local', Type.NS, 'answer'],
    ['dns-version.cluster.local', Type.TXT, 'answer'],
    ['ns.dns.cluster.local', Type.A, 'answer'],
    ['www.example.com', Type.A, 'elsewhere'],
  ])('S33 P6: %s %d gives %s', (name, type, kind) => {
    const options = { ...harborOptions, reverseZones: [{ zone: 'in-addr.arpa', fallthrough: true }] };
    expect(kindOf(new ZoneIndex(options, 1), name, type)).toBe(kind);
  });
});

describe('N20 serial', () => {
  it('starts at the start, follows the clock, never repeats', () => {
    const index = new ZoneIndex({}, 100);
    index.apply(changeTo('Namespace', namespace('shop')), 50);
    expect(index.serial).toBe(101);
    index.apply(changeTo('Service', service('shop/web', '10.0.0.1')), 200);
    index.apply(changeTo('Service', service('shop/web', '10.0.0.2')), 200);
    expect(index.serial).toBe(201);
  });

  it.each([
    [
      'annotations',
      changeTo('Service', { ...service('shop/web', '10.96.7.7', 'http 80/TCP, https 443/TCP'), status: {} }),
    ],
    ['a Namespace relabelled', changeTo('Namespace', namespace('shop', { team: 'x' }))],
    [
      'conditions that leave readiness alone, and order',
      changeTo(
        'EndpointSlice',
        slice('shop/web', ['10.1.1.12 serving:true', '10.1.1.11 terminating:true'], 'http 8080/TCP, https 8443/TCP'),
      ),
    ],
    [
      'a Pod that changes nothing but its phase',
      changeTo('Pod', pod('shop/solo', ['10.1.9.9', 'fd00:1::9:9'], { phase: 'Pending' })),
    ],
    ['a slice of no known Service', changeTo('EndpointSlice', slice('shop/stray', ['10.1.1.99']))],
    ['a Service in a namespace that does not exist', changeTo('Service', service('ghost/web', '10.96.9.9'))],
    ['the end of something unknown', changeAway('Service', 'shop', 'never')],
  ])('stands still for %s', (_, change) => {
    const index = indexOf(harbor());
    const { serial } = index;
    expect(index.apply(change, serial + 100)).toBe(false);
    expect(index.serial).toBe(serial);
  });
});

describe('namespaces that come and go', () => {
  it('N6 P9: shows and hides all that belongs to them, reverse names included', () => {
    const option: ZoneOptions = {
      reverseZones: [{ zone: 'in-addr.arpa' }],
      namespaceLabels: (labels) => labels['dns'] === 'on',
    };
    const index = new ZoneIndex(option, 0);
    index.markSynced();
    index.apply(changeTo('Service', service('shop/web', '10.0.0.1')), 0);
    index.apply(changeTo('EndpointSlice', slice('shop/web', ['10.1.0.1'])), 0);
    const seen = (): string[] =>
      ['web.shop.svc.cluster.local', '1.0.0.10.in-addr.arpa', '1.0.1.10.in-addr.arpa', '10.in-addr.arpa'].map(
        (name) => {
          const lookup = index.lookup(parseName(name) ?? ROOT, Type.PTR);
          return lookup.kind === 'answer' ? `${lookup.rcode}` : lookup.kind;
        },
      );
    expect(seen()).toEqual(['3', '3', '3', '3']);
    index.apply(changeTo('Namespace', namespace('shop', { dns: 'on' })), 0);
    expect(seen()).toEqual(['0', '0', '0', '0']);
    index.apply(changeTo('Namespace', namespace('shop', {})), 0);
    expect(seen()).toEqual(['3', '3', '3', '3']);
  });

  it('N7: an object whose labels no longer pass is gone', () => {
    const index = new ZoneIndex({ objectLabels: (labels) => labels['hide'] === undefined }, 0);
    index.markSynced();
    index.apply(changeTo('Namespace', namespace('shop')), 0);
    const web = service('shop/web', '10.0.0.1');
    index.apply(changeTo('Service', web), 0);
    const rcode = (): number | undefined => {
      const lookup = index.lookup(parseName('web.shop.svc.cluster.local') ?? ROOT, Type.A);
      return lookup.kind === 'answer' ? lookup.rcode : undefined;
    };
    expect(rcode()).toBe(0);
    index.apply(changeTo('Service', { ...web, metadata: { ...web.metadata, labels: { hide: '' } } }), 0);
    expect(rcode()).toBe(3);
  });
});

describe('D9 namespaceOfClient', () => {
  it('knows the namespace of a Pod, unless Pods of several share the address', () => {
    const index = indexOf(harbor());
    expect(index.namespaceOfClient('10.1.9.9')).toBe('shop');
    expect(index.namespaceOfClient('10.9.9.9')).toBeUndefined();
    index.apply(changeTo('Pod', pod('shop/agent', ['192.0.2.20'])), 0);
    expect(index.namespaceOfClient('192.0.2.20')).toBeUndefined();
  });
});

describe('options', () => {
  it.each<[ZoneOptions, string]>([
    [{ zones: [] }, 'zones: expected at least one cluster domain'],
    [{ zones: ['a..b'] }, 'zones: "a..b" is not a domain name'],
    [{ ttlSeconds: 3601 }, 'ttlSeconds: expected an integer from 0 to 3600, got 3601'],
    [{ reverseZones: [{ zone: '10.0.0.0/33' }] }, 'reverseZones: "10.0.0.0/33" is not a CIDR'],
    [{ reverseZones: [{ zone: 'example.com' }] }, 'is neither a CIDR nor under in-addr.arpa or ip6.arpa'],
    [{ localAddresses: ['localhost'] }, 'localAddresses: "localhost" is not an address'],
    [{ namespaces: [], namespaceLabels: () => true }, 'namespaces and namespaceLabels exclude each other'],
  ])('%j is refused', (options, message) => {
    expect(() => new ZoneIndex(options, 0)).toThrow(message);
  });
});
