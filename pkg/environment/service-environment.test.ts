import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import type { Service } from '../api/types.ts';
import { containerEnvironment } from './container-environment.ts';
import { expandReferences } from './expand.ts';
import { serviceEnvironment } from './service-environment.ts';

/** `http 80/TCP` with name and protocol optional. */
function service(key: string, clusterIP: string | undefined, portText: string, spec: Service['spec'] = {}): Service {
  const [namespace = '', name = ''] = key.split('/');
  const ports = portText
    .split(', ')
    .filter((part) => part !== '')
    .map((part) => {
      const [, label, port, protocol] = /^(?:(\S+) )?(\d+)(?:\/(\w+))?$/.exec(part) ?? [];
      return { port: Number(port), ...(label && { name: label }), ...(protocol && { protocol }) };
    });
  return { metadata: { namespace, name }, spec: { ...(clusterIP !== undefined && { clusterIP }), ports, ...spec } };
}

const catalogue = [
  service('shop/cart-api', '10.96.7.50', 'http 80/TCP, gossip-udp 7946/UDP'),
  service('shop/tiny', '10.96.7.60', '8080/TCP'),
  service('shop/v6', 'fd00:96::60', 'dns 53/UDP'),
  service('shop/db', 'None', 'pg 5432/TCP'),
  service('shop/ext', undefined, '', { type: 'ExternalName', externalName: 'www.example.com' }),
  service('infra/web', '10.96.8.8', 'http 80/TCP'),
  service('default/kubernetes', '10.96.0.1', 'https 443/TCP'),
  service('default/other', '10.96.0.77', '80/TCP'),
];

const lines = (services: Service[], namespace: string, links = true): string[] =>
  serviceEnvironment(services, namespace, links).variables.map(({ name, value }) => `${name}=${value}`);
const startingWith = (all: readonly string[], prefix: string): string[] =>
  all.filter((line) => line.startsWith(prefix));
const of = (...services: Service[]): string[] => lines(services, 'shop');

const KUBERNETES = [
  'KUBERNETES_SERVICE_HOST=10.96.0.1',
  'KUBERNETES_SERVICE_PORT=443',
  'KUBERNETES_SERVICE_PORT_HTTPS=443',
  'KUBERNETES_PORT=tcp://10.96.0.1:443',
  'KUBERNETES_PORT_443_TCP=tcp://10.96.0.1:443',
  'KUBERNETES_PORT_443_TCP_PROTO=tcp',
  'KUBERNETES_PORT_443_TCP_PORT=443',
  'KUBERNETES_PORT_443_TCP_ADDR=10.96.0.1',
];

describe('service environment', () => {
  const shop = lines(catalogue, 'shop');

  it('V01 E7 E8: a Service with two named ports', () => {
    expect(startingWith(shop, 'CART_API')).toEqual([
      'CART_API_SERVICE_HOST=10.96.7.50',
      'CART_API_SERVICE_PORT=80',
      'CART_API_SERVICE_PORT_HTTP=80',
      'CART_API_SERVICE_PORT_GOSSIP_UDP=7946',
      'CART_API_PORT=tcp://10.96.7.50:80',
      'CART_API_PORT_80_TCP=tcp://10.96.7.50:80',
      'CART_API_PORT_80_TCP_PROTO=tcp',
      'CART_API_PORT_80_TCP_PORT=80',
      'CART_API_PORT_80_TCP_ADDR=10.96.7.50',
      'CART_API_PORT_7946_UDP=udp://10.96.7.50:7946',
      'CART_API_PORT_7946_UDP_PROTO=udp',
      'CART_API_PORT_7946_UDP_PORT=7946',
      'CART_API_PORT_7946_UDP_ADDR=10.96.7.50',
    ]);
  });

  it('V02 E7: a port without a name has no variable of its own', () => {
    expect(startingWith(shop, 'TINY_SERVICE')).toEqual(['TINY_SERVICE_HOST=10.96.7.60', 'TINY_SERVICE_PORT=8080']);
    expect(startingWith(shop, 'TINY')).toHaveLength(7);
  });

  it('V03 E10: IPv6 stands in brackets only inside URLs', () => {
    expect(shop).toEqual(
      expect.arrayContaining([
        'V6_PORT=udp://[fd00:96::60]:53',
        'V6_SERVICE_HOST=fd00:96::60',
        'V6_PORT_53_UDP_ADDR=fd00:96::60',
      ]),
    );
  });

  it('V04 E1: headless and ExternalName Services give nothing', () => {
    expect(shop.filter((line) => /^(?:DB|EXT)_/.test(line))).toEqual([]);
  });

  it('V05 E3: nor do Services of other namespaces', () => {
    expect(shop.filter((line) => /^(?:WEB|OTHER)_/.test(line))).toEqual([]);
  });

  it('V06 E2: but for the API server', () => {
    expect(startingWith(shop, 'KUBERNETES')).toEqual(KUBERNETES);
  });

  it('V07 E2 E3: which is all that is left without links', () => {
    expect(lines(catalogue, 'shop', false)).toEqual(KUBERNETES);
  });

  it('V08 E3: in its own namespace it stands beside the others', () => {
    const all = lines(catalogue, 'default');
    expect(all).toEqual([...KUBERNETES, ...startingWith(all, 'OTHER_')]);
    expect(startingWith(all, 'OTHER_')).toHaveLength(7);
  });

  it('V09 E3: and alone without links', () => {
    expect(lines(catalogue, 'default', false)).toEqual(KUBERNETES);
  });

  it.each([undefined, ''])('V10 E1: a Service with clusterIP %j gives nothing', (clusterIP) => {
    expect(of(service('shop/new', clusterIP, '80/TCP'))).toEqual([]);
  });

  it('V11 E9: a port without protocol is TCP', () => {
    expect(of(service('shop/x', '10.0.0.1', '80'))).toEqual(of(service('shop/x', '10.0.0.1', '80/TCP')));
  });

  it('V12 E9: SCTP', () => {
    expect(of(service('shop/x', '10.0.0.1', '777/SCTP'))).toEqual(
      expect.arrayContaining(['X_PORT=sctp://10.0.0.1:777', 'X_PORT_777_SCTP_PROTO=sctp']),
    );
  });

  it('V13 E8: one number under two protocols', () => {
    const all = of(service('shop/x', '10.0.0.1', 'dns 53/UDP, dns-tcp 53/TCP'));
    expect(all).toContain('X_PORT=udp://10.0.0.1:53');
    expect([startingWith(all, 'X_PORT_53_UDP').length, startingWith(all, 'X_PORT_53_TCP').length]).toEqual([4, 4]);
  });

  it('V14 E11: of two families only the first is told', () => {
    const all = of(service('shop/x', 'fd00::1', '80/TCP', { clusterIPs: ['fd00::1', '10.0.0.1'] }));
    expect(all.join()).not.toContain('10.0.0.1');
  });

  it('V15 E6: a leading digit stays', () => {
    expect(of(service('shop/3scale', '10.0.0.1', '80/TCP'))[0]).toBe('3SCALE_SERVICE_HOST=10.0.0.1');
  });

  const variables = serviceEnvironment(catalogue, 'shop', true).variables;
  const withOwn = (own: { name: string; value: string; isReference?: boolean }[]): Map<string, string> =>
    new Map(containerEnvironment(variables, { own }).map(({ name, value }) => [name, value]));

  it('V16 E13: what the container says wins', () => {
    const all = withOwn([{ name: 'TINY_PORT', value: '1' }]);
    expect([all.get('TINY_PORT'), all.get('TINY_SERVICE_PORT')]).toEqual(['1', '8080']);
    expect(all.size).toBe(variables.length);
  });

  it('V17 E14: and may refer to service variables', () => {
    const url = '$(TINY_SERVICE_HOST):$(TINY_SERVICE_PORT)';
    expect(withOwn([{ name: 'URL', value: url }]).get('URL')).toBe('10.96.7.60:8080');
    expect(withOwn([{ name: 'URL', value: url, isReference: true }]).get('URL')).toBe(url);
  });

  it('V18 E5: a Pod without the field is an error', () => {
    expect(() => serviceEnvironment(catalogue, 'shop', undefined)).toThrow(
      'nil pod.spec.enableServiceLinks encountered, cannot construct envvars',
    );
  });

  it('V19 E15: what a container sees is decided when it starts', () => {
    const started = lines(catalogue, 'shop');
    const restarted = lines([...catalogue, service('shop/late', '10.0.0.9', '80/TCP')], 'shop');
    expect(restarted.filter((line) => !started.includes(line))).toEqual(startingWith(restarted, 'LATE_'));
    expect(startingWith(started, 'LATE_')).toEqual([]);
  });

  it('V20 E18: 2,500 Services come with a warning that says how much they take', () => {
    const many = Array.from({ length: 2500 }, (_, i) =>
      service(`shop/service-with-a-longer-name-${i}`, `10.97.${i >> 8}.${i & 255}`, 'http 80/TCP, metrics 9090/TCP'),
    );
    const { octets, warnings, variables: all } = serviceEnvironment(many, 'shop', true);
    expect(warnings).toEqual([{ kind: 'size', octets, limit: 1_048_576 }]);
    expect(octets).toBe(all.reduce((sum, { name, value }) => sum + name.length + value.length + 2, 0));
  });

  it('E4: an own Service named kubernetes replaces the other in any order, but only with links', () => {
    const own = service('shop/kubernetes', '10.0.0.9', 'https 443/TCP');
    for (const services of [
      [own, ...catalogue],
      [...catalogue, own],
    ]) {
      expect(lines(services, 'shop')).toContain('KUBERNETES_SERVICE_HOST=10.0.0.9');
      expect(lines(services, 'shop', false)).toEqual(KUBERNETES);
    }
  });

  it('E12: names that clash go to the later Service by name, with a warning', () => {
    const services = [service('shop/web', '10.0.0.1', '80/TCP'), service('shop/web-service', '10.0.0.2', '90/TCP')];
    const { variables: all, warnings } = serviceEnvironment(services, 'shop', true);
    expect(all.find(({ name }) => name === 'WEB_SERVICE_PORT')?.value).toBe('tcp://10.0.0.2:90');
    expect(warnings).toEqual([{ kind: 'collision', name: 'WEB_SERVICE_PORT', services: ['web', 'web-service'] }]);
  });

  it('E17: a Service without ports is passed over', () => {
    expect(of(service('shop/x', '10.0.0.1', ''))).toEqual([]);
  });

  it('does not depend on the order of Services', () => {
    const expected = serviceEnvironment(catalogue, 'shop', true);
    fc.assert(
      fc.property(fc.shuffledSubarray(catalogue, { minLength: catalogue.length }), (shuffled) => {
        expect(serviceEnvironment(shuffled, 'shop', true)).toEqual(expected);
      }),
      { numRuns: 30 },
    );
  });
});

describe('E14 references', () => {
  it.each([
    ['$(A)', 'a'],
    ['x$(A)y$(B)', 'xay$(B)'],
    ['$$(A)', '$(A)'],
    ['$$$(A)', '$a'],
    ['$A $', '$A $'],
    ['$(A', '$(A'],
    ['$()', '$()'],
    ['$(A)$(A)', 'aa'],
    ['$($(A))', '$($(A))'],
  ])('%s becomes %s', (text, expanded) => {
    expect(expandReferences(text, (name) => (name === 'A' ? 'a' : undefined))).toBe(expanded);
  });

  it('looks at own entries, envFrom first, before service variables', () => {
    const all = containerEnvironment([{ name: 'A', value: 'service' }], {
      from: [{ name: 'A', value: 'from' }],
      own: [
        { name: 'B', value: '$(A)' },
        { name: 'A', value: 'own' },
        { name: 'C', value: '$(A) $(B) $(LATER)' },
        { name: 'LATER', value: 'x' },
      ],
    });
    expect(all.map(({ name, value }) => `${name}=${value}`)).toEqual([
      'A=own',
      'B=from',
      'C=own from $(LATER)',
      'LATER=x',
    ]);
  });

  it('takes names like __proto__ for names', () => {
    const all = containerEnvironment([], {
      own: [
        { name: '__proto__', value: 'x' },
        { name: 'A', value: '$(__proto__)$(toString)' },
      ],
    });
    expect(all[1]?.value).toBe('x$(toString)');
  });
});
