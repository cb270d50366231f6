/** NetworkPolicies: who may talk to the selected Pods, and whom they may talk to. */
import type { FieldError } from '../../api/field-error.ts';
import type { NetworkPolicy, NetworkPolicyPeer, NetworkPolicyPort } from '../../api/workloads.ts';
import { cidrContains, parsePrefixTolerant } from '../../ip/index.ts';
import { currentGates, type ValidationContext } from '../context.ts';
import { forbidden, invalid, invalidEach, json, notSupported, required } from '../errors.ts';
import { cidrWarnings, legacyCidrErrors } from '../formats/ips.ts';
import { portNameProblems, portNumberProblems } from '../formats/ports.ts';
import type { Loose } from '../loose.ts';
import { validateLabelSelector } from '../metadata/labels.ts';
import { subdomainName } from '../metadata/names.ts';
import { validateObjectMeta, validateObjectMetaUpdate } from '../metadata/object-meta.ts';

type Spec = Loose<NonNullable<NetworkPolicy['spec']>>;
type Peer = Loose<NetworkPolicyPeer>;
type Port = Loose<NetworkPolicyPort>;
type IpBlock = NonNullable<Peer['ipBlock']>;

const protocols = ['TCP', 'UDP', 'SCTP'];
const policyTypes = ['Ingress', 'Egress'];

interface Rule {
  readonly field: string;
  readonly ports: readonly Port[];
  readonly peersField: string;
  readonly peers: readonly Peer[];
}

/** Both directions in one shape. */
function rulesOf({ ingress = [], egress = [] }: Spec): Rule[] {
  return [
    ...ingress.map(({ ports = [], from = [] }, index) => ({
      field: `spec.ingress[${index}]`,
      ports,
      peersField: 'from',
      peers: from,
    })),
    ...egress.map(({ ports = [], to = [] }, index) => ({
      field: `spec.egress[${index}]`,
      ports,
      peersField: 'to',
      peers: to,
    })),
  ];
}

const blocksOf = (spec: Spec): IpBlock[] =>
  rulesOf(spec).flatMap(({ peers }) => peers.flatMap(({ ipBlock }) => (ipBlock ? [ipBlock] : [])));

export const validateNetworkPolicy = (
  object: NetworkPolicy,
  context: ValidationContext = currentGates,
): FieldError[] => [
  ...validateObjectMeta(object.metadata, true, subdomainName),
  ...validateSpec(object.spec ?? {}, {}, context),
];

export const validateNetworkPolicyUpdate = (
  next: NetworkPolicy,
  previous: NetworkPolicy,
  context: ValidationContext = currentGates,
): FieldError[] => [
  ...validateObjectMetaUpdate(next.metadata, previous.metadata),
  ...validateSpec(next.spec ?? {}, previous.spec ?? {}, context),
];

/** Networks that are stored already may be written as they were. */
function validateSpec(spec: Spec, before: Spec, context: ValidationContext): FieldError[] {
  const known = blocksOf(before).flatMap(({ cidr = '', except = [] }) => [cidr, ...except]);
  const relaxed = validateLabelSelector(before.podSelector, '').length > 0;
  return [
    ...validateLabelSelector(spec.podSelector, 'spec.podSelector', relaxed),
    ...rulesOf(spec).flatMap(({ field, ports, peersField, peers }) => [
      ...ports.flatMap((port, index) => validatePort(port, `${field}.ports[${index}]`)),
      ...peers.flatMap((peer, index) =>
        validatePeer(peer, `${field}.${peersField}[${index}]`, relaxed, (block, at) =>
          validateBlock(block, at, known, context),
        ),
      ),
    ]),
    ...validateTypes(spec.policyTypes ?? [], 'spec.policyTypes'),
  ];
}

function validateTypes(types: readonly string[], field: string): FieldError[] {
  if (types.length > policyTypes.length) {
    return [invalid(field, json(types), 'may not specify more than two policyTypes')];
  }
  return types.flatMap((type, index) =>
    policyTypes.includes(type) ? [] : [notSupported(`${field}[${index}]`, json(type), policyTypes)],
  );
}

function validatePort({ protocol, port, endPort }: Port, field: string): FieldError[] {
  const end = `${field}.endPort`;
  const errors =
    protocol === undefined || protocols.includes(protocol)
      ? []
      : [notSupported(`${field}.protocol`, json(protocol), protocols)];
  if (typeof port === 'number') {
    errors.push(...invalidEach(`${field}.port`, port, portNumberProblems(port)));
    if (endPort === undefined) return errors;
    if (endPort < port) errors.push(invalid(end, port, 'must be greater than or equal to `port`'));
    return [...errors, ...invalidEach(end, endPort, portNumberProblems(endPort))];
  }
  if (endPort !== undefined) {
    const why = port === undefined ? 'when `port` is not specified' : 'when `port` is non-numeric';
    errors.push(invalid(end, endPort, `may not be specified ${why}`));
  }
  return port === undefined ? errors : [...errors, ...invalidEach(`${field}.port`, port, portNameProblems(port))];
}

function validatePeer(
  { podSelector, namespaceSelector, ipBlock }: Peer,
  field: string,
  relaxed: boolean,
  check: (block: IpBlock, field: string) => FieldError[],
): FieldError[] {
  const given = [podSelector, namespaceSelector, ipBlock].filter(Boolean).length;
  return [
    ...validateLabelSelector(podSelector, `${field}.podSelector`, relaxed),
    ...validateLabelSelector(namespaceSelector, `${field}.namespaceSelector`, relaxed),
    ...(ipBlock ? check(ipBlock, `${field}.ipBlock`) : []),
    ...(given === 0 ? [required(field, 'must specify a peer')] : []),
    ...(given > 1 && ipBlock ? [forbidden(field, 'may not specify both ipBlock and another peer')] : []),
  ];
}

/** What is excepted lies inside, and is smaller. */
function validateBlock(
  { cidr = '', except = [] }: IpBlock,
  field: string,
  known: readonly string[],
  { strictIps }: ValidationContext,
): FieldError[] {
  if (cidr === '') return [required(`${field}.cidr`)];
  const errors = legacyCidrErrors(`${field}.cidr`, cidr, strictIps, known);
  const whole = parsePrefixTolerant(cidr)?.network;
  if (whole === undefined) return errors;
  return errors.concat(
    except.flatMap((text, index) => {
      const at = `${field}.except[${index}]`;
      const part = parsePrefixTolerant(text)?.network;
      const inside = part && cidrContains(whole, part.network) && whole.bits < part.bits;
      return [
        ...legacyCidrErrors(at, text, strictIps, known),
        ...(part && !inside ? [invalid(at, text, 'must be a strict subset of `cidr`')] : []),
      ];
    }),
  );
}

/** V91 for networks. */
export function networkPolicyWarnings(object: NetworkPolicy): string[] {
  return rulesOf(object.spec ?? {}).flatMap(({ field, peersField, peers }) =>
    peers.flatMap(({ ipBlock }, index) => {
      const at = `${field}.${peersField}[${index}].ipBlock`;
      return [
        ...(ipBlock ? cidrWarnings(`${at}.cidr`, ipBlock.cidr ?? '') : []),
        ...(ipBlock?.except ?? []).flatMap((text, position) => cidrWarnings(`${at}.except[${position}]`, text)),
      ];
    }),
  );
}
