import { describe, expect, it } from '@jest/globals';
import { endpoint, n1, service, slice, unready } from './testdata/objects.ts';
import { ProxyTracker } from './tracker.ts';

const local = endpoint('10.244.1.1');
const remote = endpoint('10.244.2.1');

const tracker = (): ProxyTracker => new ProxyTracker({ family: 'IPv4', node: n1 });

const texts = (made: ProxyTracker): string[] =>
  made.model().ports.map(({ service: port, cluster }) => `${port.text} → ${cluster.map(({ ip }) => ip).join(' ')}`);

describe('ProxyTracker', () => {
  it('S23 a Service and its endpoints become one plan, and a checkout tells what is new', () => {
    const made = tracker();
    expect(made.applyService(service())).toBe(true);
    expect(made.applySlice(slice({ endpoints: [local] }))).toBe(true);
    const change = made.checkout();
    expect([[...change.services], change.removed]).toEqual([['shop/web'], []]);
    expect(change.updated).toEqual(made.model().ports);
    expect(texts(made)).toEqual(['shop/web:http → 10.244.1.1']);
    expect(made.checkout()).toEqual({ services: new Set(), updated: [], removed: [] });
  });

  it('S20 G25 labels, annotations and hosts of the load balancer cause no sync', () => {
    const made = tracker();
    made.applyService(service());
    made.checkout();
    const noisy = service({ labels: { a: 'b' }, annotations: { c: 'd' }, ingress: [{ hostname: 'lb' }] });
    expect(made.applyService(noisy)).toBe(false);
    expect(made.hasPending).toBe(false);
  });

  it('G25 what went there and back between syncs is no change', () => {
    const made = tracker();
    made.applyService(service());
    made.checkout();
    made.applyService(service({ spec: { clusterIP: '10.96.0.11' } }));
    made.applyService(service());
    expect(made.checkout()).toEqual({ services: new Set(), updated: [], removed: [] });
  });

  it('G26 the Service side answers for anything pending, the slice side for its slice alone', () => {
    const made = tracker();
    made.applyService(service());
    expect(made.applyService(service())).toBe(true);
    expect(made.applySlice(slice({ addressType: 'FQDN' }))).toBe(false);
    expect(made.applySlice(slice())).toBe(true);
    expect(made.applySlice(slice())).toBe(false);
  });

  it('G27 removing an unknown slice is no change', () => {
    expect(tracker().removeSlice({ namespace: 'shop', name: 'nobody' })).toBe(false);
  });

  it('G29 an endpoint that moves between slices within a window never goes away', () => {
    const made = tracker();
    made.applyService(service());
    made.applySlice(slice({ name: 'web-a', endpoints: [local] }));
    const before = made.checkout().updated;
    made.removeSlice({ namespace: 'shop', name: 'web-a' });
    made.applySlice(slice({ name: 'web-b', endpoints: [local] }));
    expect(made.checkout()).toEqual({ services: new Set(), updated: [], removed: [] });
    expect(made.model().ports).toEqual(before);
  });

  it('a slice whose Service label changes leaves the one and joins the other', () => {
    const made = tracker();
    made.applyService(service());
    made.applyService(service({ name: 'api', spec: { clusterIP: '10.96.0.11' } }));
    made.applySlice(slice({ name: 's', endpoints: [local] }));
    made.applySlice(slice({ name: 's', service: 'api', endpoints: [local] }));
    made.checkout();
    expect(texts(made)).toEqual(['shop/api:http → 10.244.1.1', 'shop/web:http → ']);
  });

  it('S6 G1 a Service that gains the proxy label goes, and comes back without it', () => {
    const made = tracker();
    made.applyService(service());
    made.checkout();
    made.applyService(service({ labels: { 'service.kubernetes.io/service-proxy-name': '' } }));
    expect(made.checkout().removed.map(({ service: port }) => port.text)).toEqual(['shop/web:http']);
    made.applyService(service());
    expect(made.checkout().updated.map(({ service: port }) => port.text)).toEqual(['shop/web:http']);
  });

  it('CX10 a proxy with a name handles the Services labelled for it, and no others', () => {
    const named = new ProxyTracker({ family: 'IPv4', node: n1, serviceProxyName: 'mine' });
    named.applyService(service({ labels: { 'service.kubernetes.io/service-proxy-name': 'mine' } }));
    named.applyService(service({ name: 'plain' }));
    named.checkout();
    expect(texts(named)).toEqual(['shop/web:http → ']);
  });

  it('S7 G1 a slice labelled headless is not used, whatever the value', () => {
    const made = tracker();
    made.applyService(service());
    made.applySlice(slice({ endpoints: [local] }));
    made.applySlice(slice({ endpoints: [local], labels: { 'service.kubernetes.io/headless': '' } }));
    made.checkout();
    expect(texts(made)).toEqual(['shop/web:http → ']);
  });

  it('G1 each label counts on its own kind of object, as for kube-proxy 1.36', () => {
    const made = tracker();
    made.applyService(service({ labels: { 'service.kubernetes.io/headless': '' } }));
    made.applySlice(slice({ endpoints: [local], labels: { 'service.kubernetes.io/service-proxy-name': 'other' } }));
    made.checkout();
    expect(texts(made)).toEqual(['shop/web:http → 10.244.1.1']);
  });

  it('S33 another target port is another endpoint', () => {
    const made = tracker();
    made.applyService(service());
    made.applySlice(slice({ endpoints: [local] }));
    made.checkout();
    made.applySlice(slice({ endpoints: [local], ports: [{ name: 'http', port: 9090 }] }));
    expect(made.checkout().updated[0]?.cluster.map(({ text }) => text)).toEqual(['10.244.1.1:9090']);
  });

  it('only what changed is new: untouched plans are the same objects', () => {
    const made = tracker();
    for (const name of ['a', 'b', 'c'])
      made.applyService(service({ name, spec: { clusterIP: `10.96.0.${name.charCodeAt(0)}` } }));
    made.checkout();
    const before = made.model().ports;
    made.applySlice(slice({ service: 'b', endpoints: [remote] }));
    made.checkout();
    const after = made.model().ports;
    expect(after.map((plan, index) => plan === before[index])).toEqual([true, false, true]);
  });

  it('an unready endpoint counts as a change: its number matters to I47 and conntrack', () => {
    const made = tracker();
    made.applyService(service());
    made.checkout();
    made.applySlice(slice({ endpoints: [endpoint('10.244.1.1', unready)] }));
    expect([...made.checkout().services]).toEqual(['shop/web']);
  });

  it('T36 a label of this node recomputes everything, the same labels nothing', () => {
    const made = tracker();
    made.applyService(service());
    made.checkout();
    expect(made.setNode({ name: 'n1', labels: { ...n1.labels } })).toBe(false);
    expect(made.setNode({ name: 'n1', labels: { ...n1.labels, constructor: 'x' } })).toBe(true);
  });
});

describe('two Services naming one address (G43)', () => {
  const external = (namespace: string, ip: string, clusterIP: string) =>
    service({ namespace, spec: { clusterIP, externalIPs: [ip] } });
  const owned = (made: ProxyTracker): string[] =>
    made
      .model()
      .ports.flatMap(({ service: port, destinations }) =>
        destinations.map(({ kind, ip }) => `${port.namespace} ${kind} ${ip}`),
      );

  it('the first in order holds it until it leaves; the loser is named', () => {
    const made = tracker();
    made.applyService(external('b', '198.51.100.7', '10.96.0.2'));
    made.checkout();
    made.applyService(external('a', '198.51.100.7', '10.96.0.1'));
    expect([...made.checkout().services]).toEqual(['a/web', 'b/web']);
    expect(owned(made)).toEqual(['a cluster-ip 10.96.0.1', 'a external-ip 198.51.100.7', 'b cluster-ip 10.96.0.2']);
    expect(made.model().conflicts.map(({ loser, winner }) => [loser.text, winner.text])).toEqual([
      ['b/web:http', 'a/web:http'],
    ]);
    made.removeService({ namespace: 'a', name: 'web' });
    made.checkout();
    expect(owned(made)).toEqual(['b cluster-ip 10.96.0.2', 'b external-ip 198.51.100.7']);
    expect(made.model().conflicts).toEqual([]);
  });

  it('an external IP never takes a cluster IP away, whatever its Service is called', () => {
    const made = tracker();
    made.applyService(external('a', '10.96.0.9', '10.96.0.1'));
    made.applyService(service({ namespace: 'z', spec: { clusterIP: '10.96.0.9' } }));
    made.checkout();
    expect(owned(made)).toEqual(['a cluster-ip 10.96.0.1', 'z cluster-ip 10.96.0.9']);
  });

  it('another port or protocol at the same address is no conflict', () => {
    const made = tracker();
    made.applyService(external('a', '198.51.100.7', '10.96.0.1'));
    const udp = {
      clusterIP: '10.96.0.2',
      externalIPs: ['198.51.100.7'],
      ports: [{ name: 'u', protocol: 'UDP', port: 80 }],
    };
    made.applyService(service({ namespace: 'b', spec: udp }));
    made.checkout();
    expect(made.model().conflicts).toEqual([]);
  });

  it('an address that a Service names twice is answered once, as the better of the two', () => {
    const made = tracker();
    made.applyService(external('a', '10.96.0.1', '10.96.0.1'));
    made.checkout();
    expect(owned(made)).toEqual(['a cluster-ip 10.96.0.1']);
  });
});
