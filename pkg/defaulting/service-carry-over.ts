/**
 * U1–U5: a client may send back the manifest it once wrote. Values the server chose for it are carried over from the
 * old object before anybody looks at the new one, and the two spellings of the cluster IP are brought together.
 */
import { allocatesNodePorts, clusterIpsOf, isExternalName, needsHealthCheck, portsOf, specOf } from '../api/service.ts';
import type { Service } from '../api/types.ts';
import { each, without } from './fill.ts';

/** Both objects defaulted; `previous` also completed on read. */
export function carryOverAllocated(next: Service, previous: Service): Service {
  return syncClusterIps(
    carryHealthCheckPort(carryNodePorts(carryClusterIps(next, previous), previous), previous),
    previous,
  );
}

/** U1. Families are not carried over: they are derived again (A8, A13). */
function carryClusterIps(next: Service, previous: Service): Service {
  if (isExternalName(next) || isExternalName(previous)) return next;
  const spec = specOf(next);
  const before = specOf(previous);
  const singular = !spec.clusterIP && before.clusterIP ? { clusterIP: before.clusterIP } : {};
  const plural =
    clusterIpsOf(next).length === 0 && clusterIpsOf(previous).length > 0
      ? { clusterIPs: [...clusterIpsOf(previous)] }
      : {};
  return { ...next, spec: { ...spec, ...singular, ...plural } };
}

/** U2, U3: by port name, unless the number is still used explicitly by another entry of the new object. */
function carryNodePorts(next: Service, previous: Service): Service {
  if (!allocatesNodePorts(next) || !allocatesNodePorts(previous)) return next;
  const wanted = new Set(portsOf(next).flatMap(({ nodePort }) => (nodePort ? [nodePort] : [])));
  const byName = new Map(portsOf(previous).map(({ name = '', nodePort = 0 }) => [name, nodePort]));
  const ports = each(portsOf(next), (port) => {
    if (port.nodePort) return port;
    const nodePort = byName.get(port.name ?? '') ?? 0;
    return nodePort === 0 || wanted.has(nodePort) ? port : { ...port, nodePort };
  });
  return ports === specOf(next).ports ? next : { ...next, spec: { ...specOf(next), ports } };
}

/** U4 */
function carryHealthCheckPort(next: Service, previous: Service): Service {
  const port = specOf(previous).healthCheckNodePort;
  if (!needsHealthCheck(next) || !needsHealthCheck(previous) || specOf(next).healthCheckNodePort || !port) return next;
  return { ...next, spec: { ...specOf(next), healthCheckNodePort: port } };
}

const sameList = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((item, index) => item === b[index]);

/** U5: what a client meant that changed only one of the two spellings. Both changed is left to validation. */
function syncClusterIps(next: Service, previous: Service): Service {
  const spec = specOf(next);
  const after = spec.clusterIP ?? '';
  const before = specOf(previous).clusterIP ?? '';
  const plural = clusterIpsOf(previous);
  if (after === before) {
    return plural.length > 0 && clusterIpsOf(next).length === 0
      ? { ...next, spec: { ...spec, clusterIPs: [...plural] } }
      : next;
  }
  if (!sameList(plural, clusterIpsOf(next))) return next;
  return after === ''
    ? { ...next, spec: without(spec, 'clusterIPs') }
    : { ...next, spec: { ...spec, clusterIPs: [after] } };
}
