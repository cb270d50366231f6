/** O62, O63: a write to a Pod's status. */
import type { FieldError } from '../../../api/field-error.ts';
import type { Pod } from '../../../api/types.ts';
import { parseIpTolerant } from '../../../ip/index.ts';
import { currentGates, type ValidationContext } from '../../context.ts';
import { forbidden, internal, invalid, invalidEach, json } from '../../errors.ts';
import { dnsSubdomainProblems } from '../../formats/dns.ts';
import { ipWarnings, legacyIpErrors } from '../../formats/ips.ts';
import { labelKeyProblems } from '../../formats/labels.ts';
import { immutable, validateObjectMetaUpdate } from '../../metadata/object-meta.ts';
import { validatePodAnnotations, validatePodAnnotationsKept } from './annotations.ts';

type Status = NonNullable<Pod['status']>;
type ContainerStatus = NonNullable<Status['containerStatuses']>[number];

const ownConditions = new Set(['PodScheduled', 'Ready', 'Initialized']);

export function validatePodStatusUpdate(
  next: Pod,
  previous: Pod,
  context: ValidationContext = currentGates,
): FieldError[] {
  const { annotations } = next.metadata;
  const after = next.status ?? {};
  const before = previous.status ?? {};
  return [
    ...validateObjectMetaUpdate(next.metadata, previous.metadata),
    ...validatePodAnnotationsKept(annotations, previous.metadata.annotations, 'metadata.annotations'),
    ...validatePodAnnotations(annotations, next.spec?.nodeName ?? '', 'metadata.annotations'),
    ...(after.conditions ?? []).flatMap(({ type }, index) =>
      ownConditions.has(type) ? [] : invalidEach(`status.conditions[${index}].Type`, type, labelKeyProblems(type)),
    ),
    ...validateNominatedNode(next, previous),
    ...((after.qosClass ?? '') === (before.qosClass ?? '')
      ? []
      : [invalid('status.qosClass', json(after.qosClass ?? ''), immutable)]),
    ...validateTransitions(next, previous),
    ...validateIps('status.podIPs', ipsOf(after.podIPs), ipsOf(before.podIPs), context),
    ...validateHostIps(after, before, context),
  ];
}

const ipsOf = (list: readonly { ip?: string }[] | undefined): string[] => (list ?? []).map(({ ip = '' }) => ip);

function validateNominatedNode(next: Pod, previous: Pod): FieldError[] {
  const field = 'status.nominatedNodeName';
  const node = next.status?.nominatedNodeName ?? '';
  if (node === '' || node === (previous.status?.nominatedNodeName ?? '')) return [];
  return [
    ...invalidEach(field, node, dnsSubdomainProblems(node)),
    ...(previous.spec?.nodeName ? [forbidden(field, 'may not be set on pods that are already bound to a node')] : []),
  ];
}

/** O62 */
function validateIps(
  field: string,
  ips: readonly string[],
  existing: readonly string[],
  context: ValidationContext,
): FieldError[] {
  const errors = ips.flatMap((ip, index) => legacyIpErrors(`${field}[${index}]`, ip, context.strictIps, existing));
  if (ips.length < 2) return errors;
  const families = ips.map((ip) => parseIpTolerant(ip)?.family);
  const unreadable = families.indexOf(undefined);
  if (unreadable >= 0) {
    errors.push(
      internal(field, `failed to check for dual stack with error:invalid IP[${unreadable}]: ${ips[unreadable]}`),
    );
  }
  if (ips.length > 2 || unreadable >= 0 || new Set(families).size < 2) {
    const shown = json(ips.map((IP) => ({ IP })));
    errors.push(invalid(field, shown, 'may specify no more than one IP for each IP family'));
  }
  return errors;
}

/** O63 */
function validateHostIps(after: Status, before: Status, context: ValidationContext): FieldError[] {
  const ips = ipsOf(after.hostIPs);
  const [first] = ips;
  if (first === undefined) return [];
  return [
    ...(first === (after.hostIP ?? '') ? [] : [invalid('status.hostIPs[0].ip', first, 'must be equal to `hostIP`')]),
    ...validateIps('status.hostIPs', ips, ipsOf(before.hostIPs), context),
  ];
}

/** What has ended stays ended, unless the Pod's policy starts it again. */
function validateTransitions(next: Pod, previous: Pod): FieldError[] {
  const restart = previous.spec?.restartPolicy ?? 'Always';
  const revived = (
    list: 'containerStatuses' | 'initContainerStatuses' | 'ephemeralContainerStatuses',
    mayRestart: (status: ContainerStatus) => boolean,
  ): FieldError[] =>
    (previous.status?.[list] ?? []).flatMap((old, index) => {
      if (old.state?.terminated === undefined || mayRestart(old)) return [];
      const again = next.status?.[list]?.find(({ name }) => name === old.name);
      return again === undefined || again.state?.terminated !== undefined
        ? []
        : [forbidden(`status.${list}[${index}].state`, 'may not be transitioned to non-terminated state')];
    });
  const byPolicy = ({ name, state }: ContainerStatus): boolean => {
    const own = [...(previous.spec?.containers ?? []), ...(previous.spec?.initContainers ?? [])].find(
      (each) => each.name === name,
    );
    const policy = own?.restartPolicy ?? restart;
    return policy === 'Always' || (policy === 'OnFailure' && state?.terminated?.exitCode !== 0);
  };
  return [
    ...revived('containerStatuses', byPolicy),
    ...revived('initContainerStatuses', byPolicy),
    ...revived('ephemeralContainerStatuses', () => false),
  ];
}

/** V91 for addresses in a Pod's status. */
export function podStatusWarnings(pod: Pod): string[] {
  const { podIPs = [], hostIPs = [] } = pod.status ?? {};
  return [
    ...podIPs.flatMap(({ ip }, index) => ipWarnings(`status.podIPs[${index}].ip`, ip)),
    ...hostIPs.flatMap(({ ip }, index) => ipWarnings(`status.hostIPs[${index}].ip`, ip)),
  ];
}
