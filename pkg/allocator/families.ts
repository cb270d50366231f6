/**
 * A2–A14: which IP families a Service gets, and under which policy. The order of the steps decides which error wins.
 *
 *   A2  an untouched PreferDualStack Service is left alone;   A3  a missing policy is filled in;
 *   A4  the fields must fit together;                          A5/A6  dropping the second family needs SingleStack;
 *   A7  SingleStack holds one of each;                         A8  families follow from the addresses given;
 *   A10 headless without selector may name any family;         A11/A12  the rest must exist on the cluster;
 *   A13 nothing said means the primary;                        A14 a dual policy gets the other family as well.
 */
import type { FieldError } from '../api/field-error.ts';
import { clusterIpNone, clusterIpsOf, hasSelector, isExternalName, type ServiceSpec, specOf } from '../api/service.ts';
import type { Service } from '../api/types.ts';
import { type IpFamily, isIpFamily, otherFamily, parseIpTolerant } from '../ip/index.ts';
import type { ValidationContext } from '../validation/context.ts';
import { validateClusterIps } from '../validation/core/service/cluster-ips.ts';
import { invalid, json } from '../validation/errors.ts';
import { type Refusal, refuse } from './outcome.ts';

const policyField = 'spec.ipFamilyPolicy';

export type FamilyOutcome = { readonly kind: 'settled'; readonly service: Service } | Refusal;

/** `families`: those of the cluster, primary first. */
export function settleFamilies(
  service: Service,
  previous: Service | undefined,
  families: readonly IpFamily[],
  context: ValidationContext,
): FamilyOutcome {
  if (isExternalName(service) || keepsPreferDualStack(service, previous)) return { kind: 'settled', service };
  let spec = withPolicy(service, previous);
  const misfits = validateClusterIps({ ...service, spec }, previous, context);
  if (misfits.length > 0) return refuse(...misfits);

  const errors: FieldError[] = [];
  if (previous !== undefined && spec.ipFamilyPolicy === 'SingleStack') spec = trimToSingle(spec, specOf(previous));
  else if (previous !== undefined) errors.push(...dropsSecond(spec, specOf(previous)));
  errors.push(...singleStackHoldsOne(spec));
  const inferred = inferFamilies(spec, families);
  errors.push(...inferred.errors);
  if (errors.length > 0) return refuse(...errors);

  const named = inferred.families;
  const settled = (list: readonly IpFamily[]): FamilyOutcome => ({
    kind: 'settled',
    service: { ...service, spec: { ...spec, ipFamilies: [...list] } },
  });
  const wantsTwo = spec.ipFamilyPolicy !== 'SingleStack';
  const primary = families[0] ?? 'IPv4';
  const [first = primary] = named;
  if (spec.clusterIP === clusterIpNone && !hasSelector(service)) {
    // A10, Q24: such a Service may name families the cluster lacks.
    return settled(named.length < 2 && wantsTwo ? [first, otherFamily(first)] : named.length === 0 ? [first] : named);
  }
  const missing = notConfigured(spec, named, families);
  if (missing.length > 0) return refuse(...missing);
  return settled(
    named.length < 2 && wantsTwo && families.length === 2
      ? [first, otherFamily(first)]
      : named.length === 0
        ? [first]
        : named,
  );
}

const sameList = (a: readonly string[] = [], b: readonly string[] = []): boolean =>
  a.length === b.length && a.every((item, index) => item === b[index]);

/** A2. A cluster that gains or loses a family does not change such a Service behind its owner's back. */
export function keepsPreferDualStack(service: Service, previous: Service | undefined): boolean {
  if (previous === undefined) return false;
  const after = specOf(service);
  const before = specOf(previous);
  return (
    after.type === before.type &&
    ['ClusterIP', 'NodePort', 'LoadBalancer'].includes(after.type ?? '') &&
    after.ipFamilyPolicy === 'PreferDualStack' &&
    (before.ipFamilyPolicy ?? 'PreferDualStack') === 'PreferDualStack' &&
    sameList(after.clusterIPs, before.clusterIPs) &&
    sameList(after.ipFamilies, before.ipFamilies)
  );
}

/** A3 */
function withPolicy(service: Service, previous: Service | undefined): ServiceSpec {
  const spec = specOf(service);
  if (spec.ipFamilyPolicy !== undefined) return spec;
  const selectorless = spec.clusterIP === clusterIpNone && !hasSelector(service);
  return {
    ...spec,
    ipFamilyPolicy: previous?.spec?.ipFamilyPolicy ?? (selectorless ? 'RequireDualStack' : 'SingleStack'),
  };
}

/** A5: the policy alone says that the second one may go. */
function trimToSingle(spec: ServiceSpec, before: ServiceSpec): ServiceSpec {
  const { clusterIPs = [], ipFamilies = [] } = spec;
  return {
    ...spec,
    ...(clusterIPs.length > 1 && sameList(clusterIPs, before.clusterIPs) ? { clusterIPs: clusterIPs.slice(0, 1) } : {}),
    ...(ipFamilies.length > 1 && sameList(ipFamilies, before.ipFamilies) ? { ipFamilies: ipFamilies.slice(0, 1) } : {}),
  };
}

/** A6 */
function dropsSecond(spec: ServiceSpec, before: ServiceSpec): FieldError[] {
  const fewer = (after: readonly string[] = [], earlier: readonly string[] = []): boolean =>
    after.length > 0 && after.length < earlier.length;
  const refusal = (what: string): FieldError =>
    invalid(policyField, json(spec.ipFamilyPolicy), `must be 'SingleStack' to release the secondary ${what}`);
  return [
    ...(fewer(spec.clusterIPs, before.clusterIPs) ? [refusal('cluster IP')] : []),
    ...(fewer(spec.ipFamilies, before.ipFamilies) ? [refusal('IP family')] : []),
  ];
}

/** A7 */
function singleStackHoldsOne(spec: ServiceSpec): FieldError[] {
  if (spec.ipFamilyPolicy !== 'SingleStack') return [];
  const refusal = (what: string): FieldError =>
    invalid(
      policyField,
      json(spec.ipFamilyPolicy),
      `must be 'RequireDualStack' or 'PreferDualStack' when multiple ${what} are specified`,
    );
  return [
    ...(spec.clusterIPs?.length === 2 ? [refusal('cluster IPs')] : []),
    ...(spec.ipFamilies?.length === 2 ? [refusal('IP families')] : []),
  ];
}

/** A8: an address beyond the list of families names its own. */
function inferFamilies(
  spec: ServiceSpec,
  configured: readonly IpFamily[],
): { families: IpFamily[]; errors: FieldError[] } {
  const families = (spec.ipFamilies ?? []).filter(isIpFamily);
  const named = families.length;
  const errors: FieldError[] = [];
  for (const [index, ip] of (spec.clusterIPs ?? []).entries()) {
    if (ip === clusterIpNone) break;
    if (index < named) continue;
    const family = parseIpTolerant(ip)?.family ?? 'IPv4';
    if (configured.includes(family)) families.push(family);
    else {
      errors.push(
        invalid(`spec.clusterIPs[${index}]`, json(spec.clusterIPs), `${family} is not configured on this cluster`),
      );
    }
  }
  return { families, errors };
}

/** A11, A12 */
function notConfigured(spec: ServiceSpec, named: readonly IpFamily[], configured: readonly IpFamily[]): FieldError[] {
  const single = spec.ipFamilyPolicy === 'RequireDualStack' && configured.length < 2;
  return [
    ...(single
      ? [invalid(policyField, json(spec.ipFamilyPolicy), 'this cluster is not configured for dual-stack services')]
      : []),
    ...named.flatMap((family, index) =>
      configured.includes(family)
        ? []
        : [invalid(`spec.ipFamilies[${index}]`, json(family), 'not configured on this cluster')],
    ),
  ];
}

/** Addresses a Service holds: none for ExternalName and headless ones (A54). */
export const heldAddresses = (service: Service): readonly string[] =>
  isExternalName(service) ? [] : clusterIpsOf(service).filter((ip) => ip !== clusterIpNone);
