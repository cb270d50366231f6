/** Pod and pod templates. What holds for both is defaultPodSpec; defaultPod adds what only a real Pod gets. */
import type { Pod } from '../api/types.ts';
import { type Container, defaultContainer } from './container.ts';
import { each, fill, fillZero, inside } from './fill.ts';
import { defaultVolume } from './volume.ts';

export type PodSpec = NonNullable<Pod['spec']>;
type Status = NonNullable<Pod['status']>;

const graceSeconds = 30;

export function defaultPodSpec(spec: PodSpec): PodSpec {
  let result = fillZero(spec, {
    dnsPolicy: 'ClusterFirst',
    restartPolicy: 'Always',
    schedulerName: 'default-scheduler',
  });
  result = fill(result, { securityContext: {}, terminationGracePeriodSeconds: graceSeconds });
  result = syncServiceAccount(result);
  result = inside(result, 'volumes', (volumes) => each(volumes, defaultVolume));
  result = inside(result, 'containers', (containers) => each(containers, defaultContainer));
  result = inside(result, 'initContainers', (containers) => each(containers, defaultContainer));
  return inside(result, 'ephemeralContainers', (containers) => each(containers, defaultContainer));
}

/** Two names for one thing; the newer one wins. */
function syncServiceAccount(spec: PodSpec): PodSpec {
  const name = spec.serviceAccountName || spec.serviceAccount;
  if (!name || (spec.serviceAccountName === name && spec.serviceAccount === name)) return spec;
  return { ...spec, serviceAccountName: name, serviceAccount: name };
}

export function defaultPod(pod: Pod): Pod {
  const spec = defaultPodSpec(pod.spec ?? { containers: [] });
  let result = fill(spec, { enableServiceLinks: true });
  // What is below zero has always meant one second.
  if ((result.terminationGracePeriodSeconds ?? 0) < 0) result = { ...result, terminationGracePeriodSeconds: 1 };
  for (const list of ['containers', 'initContainers'] as const) {
    result = inside(result, list, (containers) => each(containers, requestsFollowLimits));
    if (result.hostNetwork === true) result = inside(result, list, (containers) => each(containers, hostPorts));
  }
  const status = pod.status && syncAddresses(pod.status);
  if (result === pod.spec && status === pod.status) return pod;
  return { ...pod, spec: result, ...(status && { status }) };
}

/** The first of the addresses has a field of its own, which wins: old kubelets know no other. */
function syncAddresses(status: Status): Status {
  const { podIP = '', podIPs = [] } = status;
  const first = podIPs[0]?.ip ?? '';
  if (podIP === first) return status;
  return podIP === '' ? { ...status, podIP: first } : { ...status, podIPs: [{ ip: podIP }] };
}

/** Who names only a limit asks for all of it. */
function requestsFollowLimits(container: Container): Container {
  const { limits, requests } = container.resources ?? {};
  const missing = Object.entries(limits ?? {}).filter(([name]) => !Object.hasOwn(requests ?? {}, name));
  if (missing.length === 0) return container;
  const filled = Object.fromEntries([...Object.entries(requests ?? {}), ...missing]);
  return { ...container, resources: { ...container.resources, requests: filled } };
}

/** On the host's network a port is the host's port. */
const hostPorts = (container: Container): Container =>
  inside(container, 'ports', (ports) => each(ports, (port) => fillZero(port, { hostPort: port.containerPort })));
