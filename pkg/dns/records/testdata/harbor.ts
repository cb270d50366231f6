/** The cluster that the query catalogue asks about. */
import type { EndpointSlice, Pod } from '../../../api/types.ts';
import type { Change } from '../change.ts';
import { changeTo } from '../change.ts';
import type { ZoneOptions } from '../options.ts';
import { ZoneIndex } from '../zone-index.ts';
import type { ClusterObjects } from './build.ts';
import { externalName, namespace, pod, service, slice } from './build.ts';

export const harborOptions: ZoneOptions = {
  zones: ['cluster.local'],
  reverseZones: ['10.96.0.0/16', '10.1.0.0/16', 'fd00:96::/112', 'fd00:1::/64'].map((zone) => ({ zone })),
  localAddresses: ['10.1.0.10'],
};

export const HARBOR_SERIAL = 1_780_000_000;

export function harbor(): ClusterObjects {
  const endpointSlices = slices();
  return {
    namespaces: ['default', 'kube-system', 'shop', 'infra', 'bare'].map((name) => namespace(name)),
    services: [
      service('default/kubernetes', '10.96.0.1', 'https 443/TCP'),
      service('kube-system/kube-dns', '10.96.0.10', 'dns 53/UDP, dns-tcp 53/TCP, metrics 9153/TCP'),
      service('shop/web', '10.96.7.7', 'http 80/TCP, https 443/TCP'),
      service('shop/one', '10.96.7.8', '9000/TCP'),
      service('shop/idle', '10.96.7.9', 'http 80/TCP'),
      service('shop/dual', '10.96.7.20, fd00:96::20', 'grpc 50051/TCP'),
      service('shop/six', 'fd00:96::6', 'http 80/TCP'),
      service('shop/mix', '10.96.7.30', 'sip 5060/UDP, sip-tcp 5060/TCP, m3ua 2905/SCTP'),
      service('shop/np', '10.96.7.40', 'web 80/TCP', { type: 'NodePort' }),
      {
        ...service('shop/lb', '10.96.7.41', 'web 80/TCP', { type: 'LoadBalancer' }),
        status: { loadBalancer: { ingress: [{ ip: '203.0.113.9' }] } },
      },
      service('shop/db', 'None', 'pg 5432/TCP'),
      service('shop/peers', 'None'),
      service('shop/early', 'None', '', { publishNotReadyAddresses: true }),
      service('shop/drain', 'None', 'http 80/TCP'),
      service('shop/void', 'None', 'http 80/TCP'),
      service('shop/portless', 'None'),
      service('shop/ds', 'None', 'http 8080/TCP'),
      service('shop/twin', 'None', 'http 80/TCP'),
      service('shop/remap', 'None', 'http 80/TCP'),
      service('shop/big', 'None', 'http 8080/TCP'),
      externalName('shop/ext', 'www.example.com'),
      externalName('shop/alias', 'web.shop.svc.cluster.local'),
      externalName('shop/alias2', 'alias.shop.svc.cluster.local.'),
      externalName('shop/dangling', 'missing.shop.svc.cluster.local'),
      externalName('shop/ring-a', 'ring-b.shop.svc.cluster.local'),
      externalName('shop/ring-b', 'ring-a.shop.svc.cluster.local'),
      externalName('shop/ipname', '192.0.2.80'),
      service('infra/web', '10.96.8.8', 'http 80/TCP'),
      service('infra/3scale', '10.96.8.9', 'http 80/TCP'),
    ],
    endpointSlices,
    pods: [...podsBehind(endpointSlices), ...loosePods()],
  };
}

function slices(): EndpointSlice[] {
  const big = Array.from({ length: 300 }, (_, i) => `10.1.${20 + (i >> 8)}.${i & 255}`);
  return [
    slice('default/kubernetes', ['192.0.2.10'], 'https 6443/TCP'),
    slice('kube-system/kube-dns', ['10.1.0.10'], 'dns 53/UDP, dns-tcp 53/TCP, metrics 9153/TCP'),
    slice('shop/web', ['10.1.1.11', '10.1.1.12'], 'http 8080/TCP, https 8443/TCP'),
    slice('shop/one', ['10.1.1.13'], '9000/TCP'),
    slice('shop/db', ['10.1.2.10 h:db-0', '10.1.2.11 h:db-1', '10.1.2.12 h:db-2 ready:false'], 'pg 5432/TCP'),
    slice('shop/peers', ['10.1.3.1', '10.1.3.2', '198.51.100.7'], 'raft 7000/TCP'),
    slice('shop/early', ['10.1.4.1 h:early-0 serving:false', '10.1.4.2 h:early-1 terminating:true']),
    slice(
      'shop/drain',
      ['10.1.5.1', '10.1.5.2 ready:false serving:true terminating:true', '10.1.5.3 ready:absent'],
      'http 80/TCP',
    ),
    slice('shop/portless', ['10.1.6.1']),
    slice('shop/ds', ['10.1.7.1 h:ds-0', '10.1.7.2'], 'http 8080/TCP', '4'),
    slice('shop/ds', ['fd00:1::7:1 h:ds-0', 'fd00:1::7:2'], 'http 8080/TCP', '6'),
    slice('shop/twin', ['10.1.8.1 h:blue', '10.1.8.2 h:blue'], 'http 80/TCP'),
    slice('shop/remap', ['10.1.9.1'], 'http 8080/TCP', 'a'),
    slice('shop/remap', ['10.1.9.2'], 'http 8081/TCP', 'b'),
    slice('shop/big', big, 'http 8080/TCP'),
    slice('infra/web', ['10.1.1.30'], 'http 80/TCP'),
  ];
}

/** One Pod for each IPv4 endpoint inside the pod range; ds pods have both families. */
function podsBehind(all: EndpointSlice[]): Pod[] {
  return all.flatMap(({ metadata, endpoints }) =>
    (endpoints ?? [])
      .map(({ addresses: [address = ''] }) => address)
      .filter((address) => address.startsWith('10.1.'))
      .map((address) => {
        const ips = address.startsWith('10.1.7.') ? [address, `fd00:1::7:${address.slice(7)}`] : [address];
        return pod(`${metadata.namespace}/pod-${address.replaceAll('.', '-')}`, ips);
      }),
  );
}

function loosePods(): Pod[] {
  return [
    pod('shop/solo', ['10.1.9.9', 'fd00:1::9:9']),
    pod('infra/agent', ['192.0.2.20']),
    pod('shop/leaving', ['10.1.9.8'], {}, { deletionTimestamp: '2026-06-01T00:00:00Z' }),
    pod('shop/done', ['10.1.9.7'], { phase: 'Succeeded' }),
  ];
}

/** Each object as a change, in the order informers happen to deliver: Namespaces last, to prove order is no matter. */
export function changesOf(objects: ClusterObjects): Change[] {
  return [
    ...objects.pods.map((object) => changeTo('Pod', object)),
    ...objects.endpointSlices.map((object) => changeTo('EndpointSlice', object)),
    ...objects.services.map((object) => changeTo('Service', object)),
    ...objects.namespaces.map((object) => changeTo('Namespace', object)),
  ];
}

/** When to start so that the serial is S once all changes are in. */
export function startOf(changes: readonly Change[], options: ZoneOptions): number {
  const index = new ZoneIndex(options, 0);
  return HARBOR_SERIAL - changes.filter((change) => index.apply(change, 0)).length;
}

/** An index that holds the objects and is synced, with the serial the catalogue calls S. */
export function indexOf(objects: ClusterObjects, options: ZoneOptions = harborOptions): ZoneIndex {
  const changes = changesOf(objects);
  const index = new ZoneIndex(options, startOf(changes, options));
  for (const change of changes) index.apply(change, 0);
  index.markSynced();
  return index;
}
