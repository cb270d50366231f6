import type { Name, RRset } from '../wire/index.ts';
import { Type } from '../wire/index.ts';
import type { ZoneNode } from './node.ts';
import type { RecordContext } from './node-records.ts';
import { recordsAt, soaOf } from './node-records.ts';
import type { ServiceEntry } from './service-entry.ts';
import { serviceName } from './srv.ts';
import { nameOf } from '../wire/index.ts';

/**
 * The content of a zone transfer (S31): SOA, NS, the name server's addresses, the Services by namespace and name, SOA.
 * Endpoint names of ClusterIP Services, Pods, the schema version and reverse names are left out, as CoreDNS does.
 */
export function* transferRecords(zone: Name, context: RecordContext): Generator<RRset> {
  const soa = soaOf(zone, context);
  yield soa;
  yield* setsAt({ kind: 'apex' }, zone, zone, context, [Type.NS]);
  const server = nameOf(['ns', 'dns'], zone);
  if (server !== undefined) yield* setsAt({ kind: 'nameserver' }, server, zone, context, [Type.A, Type.AAAA]);
  for (const entry of context.state.services()) {
    const owner = serviceName(entry, zone);
    if (owner !== undefined) yield* serviceSets(entry, owner, zone, context);
  }
  yield soa;
}

function* serviceSets(entry: ServiceEntry, owner: Name, zone: Name, context: RecordContext): Generator<RRset> {
  if (entry.view?.kind === 'external') {
    yield* setsAt({ kind: 'external', target: entry.view.target }, owner, zone, context, [Type.CNAME]);
    return;
  }
  const isHeadless = entry.view?.kind === 'headless';
  const types = isHeadless ? [Type.A, Type.AAAA] : [Type.A, Type.AAAA, Type.SRV];
  yield* setsAt({ kind: 'service', entry }, owner, zone, context, types);
  if (isHeadless) {
    for (const host of entry.hosts.keys()) {
      const name = nameOf([host], owner);
      const node: ZoneNode = { kind: 'host', entry, endpoints: entry.hosts.get(host) };
      if (name !== undefined) yield* setsAt(node, name, zone, context, [Type.A, Type.AAAA]);
    }
  }
  const seen = new Set<string>();
  for (const { label, protocol } of entry.ports) {
    const name = label === undefined ? undefined : nameOf([label, protocol], owner);
    if (label === undefined || name === undefined || seen.has(name)) continue;
    seen.add(name);
    yield* setsAt({ kind: 'port', entry, label, protocol }, name, zone, context, [Type.SRV]);
  }
}

function* setsAt(
  node: ZoneNode,
  owner: Name,
  zone: Name,
  context: RecordContext,
  types: readonly number[],
): Generator<RRset> {
  for (const type of types) {
    const records = recordsAt(node, type, { owner, zone }, context);
    if (records !== undefined) yield records.answer;
  }
}
