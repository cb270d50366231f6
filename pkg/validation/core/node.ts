/** Node (O65): name, pod networks, taints, amounts, and what may not change. */
import type { FieldError } from '../../api/field-error.ts';
import type { Node } from '../../api/types.ts';
import { parsePrefixTolerant } from '../../ip/index.ts';
import { currentGates, type ValidationContext } from '../context.ts';
import { duplicate, forbidden, internal, invalid, json } from '../errors.ts';
import { cidrWarnings, legacyCidrErrors } from '../formats/ips.ts';
import type { Loose } from '../loose.ts';
import { entriesOf } from '../metadata/labels.ts';
import { subdomainName } from '../metadata/names.ts';
import { validateObjectMeta, validateObjectMetaUpdate } from '../metadata/object-meta.ts';
import { validateAmount } from './resources.ts';
import { validateTaints } from './taints.ts';

type NodeAddress = NonNullable<NonNullable<Node['status']>['addresses']>[number];

const podCidrsField = 'spec.podCIDRs';
const podCidrsOf = (node: Node): readonly string[] => node.spec?.podCIDRs ?? [];

export function validateNode(node: Node, context: ValidationContext = currentGates): FieldError[] {
  return [
    ...validateObjectMeta(node.metadata, false, subdomainName),
    // The path is upstream's: taints are reported under metadata.
    ...validateTaints(node.spec?.taints ?? [], 'metadata.taints'),
    ...validateNodeAmounts(node),
    ...validatePodCidrs(podCidrsOf(node), context),
  ];
}

function validateNodeAmounts(node: Node): FieldError[] {
  return (['capacity', 'allocatable'] as const).flatMap((list) =>
    entriesOf(node.status?.[list]).flatMap(([name, amount]) => validateAmount(name, amount, `status.${list}.${name}`)),
  );
}

function validatePodCidrs(cidrs: readonly string[], context: ValidationContext): FieldError[] {
  const errors = cidrs.flatMap((cidr, index) =>
    legacyCidrErrors(`${podCidrsField}[${index}]`, cidr, context.strictIps),
  );
  if (cidrs.length < 2) return errors;
  const families = cidrs.map((cidr) => parsePrefixTolerant(cidr)?.network.family);
  const unreadable = families.indexOf(undefined);
  if (unreadable >= 0) {
    const detail = `invalid PodCIDRs. failed to check with dual stack with error:invalid CIDR[${unreadable}]: <nil> (invalid CIDR address: ${cidrs[unreadable]})`;
    errors.push(internal(podCidrsField, detail));
  }
  if (cidrs.length > 2 || unreadable >= 0 || new Set(families).size < 2) {
    errors.push(invalid(podCidrsField, json(cidrs), 'may specify no more than one CIDR for each IP family'));
  }
  return errors;
}

/** Pod networks and the provider's id are set once. */
function validateNodeKept(next: Node, previous: Node): FieldError[] {
  const errors = validateObjectMetaUpdate(next.metadata, previous.metadata);
  errors.push(...validateNodeAmounts(next), ...validateAddressesUnique(next));
  const before = podCidrsOf(previous);
  const after = podCidrsOf(next);
  const refusal = forbidden(podCidrsField, 'node updates may not change podCIDR except from "" to valid');
  if (before.length > 0 && before.length !== after.length) errors.push(refusal);
  else errors.push(...before.flatMap((cidr, index) => (cidr === after[index] ? [] : [refusal])));
  const provider = previous.spec?.providerID ?? '';
  if (provider !== '' && provider !== (next.spec?.providerID ?? '')) {
    errors.push(forbidden('spec.providerID', 'node updates may not change providerID except from "" to valid'));
  }
  errors.push(...validateTaints(next.spec?.taints ?? [], 'metadata.taints'));
  if ((next.spec?.externalID ?? '') !== (previous.spec?.externalID ?? '')) {
    errors.push(forbidden('spec.externalID', 'may not be updated'));
  }
  return errors;
}

function validateAddressesUnique(node: Node): FieldError[] {
  const seen = new Set<string>();
  const addresses: Loose<NodeAddress>[] = node.status?.addresses ?? [];
  return addresses.flatMap(({ type = '', address = '' }, index) => {
    const shown = json({ Type: type, Address: address });
    const repeated = seen.has(shown.shown) ? [duplicate(`status.addresses[${index}]`, shown)] : [];
    seen.add(shown.shown);
    return repeated;
  });
}

/** The rules of create run first, then what is fixed. */
export const validateNodeUpdate = (
  next: Node,
  previous: Node,
  context: ValidationContext = currentGates,
): FieldError[] => [...validateNode(next, context), ...validateNodeKept(next, previous)];

export const validateNodeStatusUpdate = (next: Node, previous: Node): FieldError[] => validateNodeKept(next, previous);

export function nodeWarnings(node: Node): string[] {
  const { configSource, externalID, podCIDRs = [] } = node.spec ?? {};
  return [
    ...(configSource === undefined ? [] : ['spec.configSource: the feature is removed']),
    ...(externalID ? ['spec.externalID: this field is deprecated, and is unused by Kubernetes'] : []),
    ...podCIDRs.flatMap((cidr, index) => cidrWarnings(`${podCidrsField}[${index}]`, cidr)),
  ];
}
