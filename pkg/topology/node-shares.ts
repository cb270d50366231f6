/** What part of the cluster's CPUs each zone has (T8): the measure of proportional hints. */
import type { Node } from '../api/types.ts';
import { milliCpu } from './cpu.ts';
import { controlPlaneLabels, zoneLabel } from './names.ts';

/**
 * Zone → part of all CPUs, in order of zone names; undefined when that cannot be said: a node without zone or CPUs,
 * no CPUs at all, or fewer than two zones.
 */
export type NodeShares = ReadonlyMap<string, number> | undefined;

export function zoneOf(node: Node | undefined): string | undefined {
  const labels = node?.metadata.labels ?? {};
  const zone = Object.hasOwn(labels, zoneLabel) ? labels[zoneLabel] : '';
  return zone === '' ? undefined : zone;
}

export function isNodeReady(node: Node): boolean {
  return (node.status?.conditions ?? []).find(({ type }) => type === 'Ready')?.status === 'True';
}

function runsWorkload(node: Node): boolean {
  const labels = node.metadata.labels ?? {};
  return isNodeReady(node) && !controlPlaneLabels.some((label) => Object.hasOwn(labels, label));
}

export function nodeShares(nodes: Iterable<Node>): NodeShares {
  const cpus = new Map<string, number>();
  let total = 0;
  for (const node of nodes) {
    if (!runsWorkload(node)) continue;
    const zone = zoneOf(node);
    const cpu = milliCpu(new Map(Object.entries(node.status?.allocatable ?? {})).get('cpu'));
    if (zone === undefined || cpu === 0) return undefined;
    total += cpu;
    cpus.set(zone, (cpus.get(zone) ?? 0) + cpu);
  }
  if (total === 0 || cpus.size < 2) return undefined;
  const zones = [...cpus.keys()].sort();
  return new Map(zones.map((zone) => [zone, (cpus.get(zone) ?? 0) / total]));
}
