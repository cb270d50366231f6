/** V31–V33, V55–V59: affinity, traffic policies, traffic distribution, and the retired topology keys. */
import type { FieldError } from '../../../api/field-error.ts';
import { isExternallyAccessible, needsHealthCheck, type ServiceSpec, specOf } from '../../../api/service.ts';
import type { Service } from '../../../api/types.ts';
import type { ValidationContext } from '../../context.ts';
import { duplicate, forbidden, invalid, invalidEach, json, notSupported, required, tooMany } from '../../errors.ts';
import { labelKeyProblems } from '../../formats/labels.ts';
import { portNumberProblems } from '../../formats/ports.ts';

const affinities = ['ClientIP', 'None'];
const policies = ['Cluster', 'Local'];
const longestAffinity = 86_400;
const mostTopologyKeys = 16;

/** V31–V33 */
export function validateAffinity(service: Service): FieldError[] {
  const { sessionAffinity, sessionAffinityConfig } = specOf(service);
  const field = 'spec.sessionAffinity';
  if (!sessionAffinity) return [required(field)];
  if (!affinities.includes(sessionAffinity)) return [notSupported(field, json(sessionAffinity), affinities)];
  if (sessionAffinity === 'ClientIP') return validateAffinityConfig(sessionAffinityConfig);
  return sessionAffinityConfig === undefined
    ? []
    : [forbidden('spec.sessionAffinityConfig', 'must not be set when session affinity is None')];
}

function validateAffinityConfig(config: ServiceSpec['sessionAffinityConfig']): FieldError[] {
  const field = 'spec.sessionAffinityConfig';
  const reason = 'when session affinity type is ClientIP';
  if (config === undefined) return [required(field, reason)];
  if (config.clientIP === undefined) return [required(`${field}.clientIP`, reason)];
  const { timeoutSeconds } = config.clientIP;
  if (timeoutSeconds === undefined) return [required(`${field}.clientIP.timeoutSeconds`, reason)];
  // Q12: the limit itself is accepted, whatever the sentence says.
  return timeoutSeconds > 0 && timeoutSeconds <= longestAffinity
    ? []
    : [
        invalid(
          `${field}.clientIP.timeoutSeconds`,
          timeoutSeconds,
          `must be greater than 0 and less than ${longestAffinity}`,
        ),
      ];
}

/** V55–V58 */
export function validateTrafficPolicies(service: Service): FieldError[] {
  return [...validateExternalPolicy(service), ...validateHealthCheckPort(service), ...validateInternalPolicy(service)];
}

function validateExternalPolicy(service: Service): FieldError[] {
  const field = 'spec.externalTrafficPolicy';
  const policy = specOf(service).externalTrafficPolicy ?? '';
  if (!isExternallyAccessible(service)) {
    return policy === '' ? [] : [invalid(field, json(policy), 'may only be set for externally-accessible services')];
  }
  if (policy === '') return [required(field)];
  return policies.includes(policy) ? [] : [notSupported(field, json(policy), policies)];
}

function validateHealthCheckPort(service: Service): FieldError[] {
  const field = 'spec.healthCheckNodePort';
  const port = specOf(service).healthCheckNodePort ?? 0;
  if (needsHealthCheck(service))
    return port === 0 ? [required(field)] : invalidEach(field, port, portNumberProblems(port));
  const detail = "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'";
  return port === 0 ? [] : [invalid(field, port, detail)];
}

function validateInternalPolicy(service: Service): FieldError[] {
  const field = 'spec.internalTrafficPolicy';
  const { type = '', internalTrafficPolicy } = specOf(service);
  if (internalTrafficPolicy === undefined) {
    return ['ClusterIP', 'NodePort', 'LoadBalancer'].includes(type) ? [required(field)] : [];
  }
  return policies.includes(internalTrafficPolicy) ? [] : [notSupported(field, json(internalTrafficPolicy), policies)];
}

/** V59. The list is in upstream's order, not sorted (W6). */
export function validateTrafficDistribution(service: Service, context: ValidationContext): FieldError[] {
  const { trafficDistribution } = specOf(service);
  const supported = ['PreferClose', ...(context.sameZoneTraffic ? ['PreferSameZone', 'PreferSameNode'] : [])];
  if (trafficDistribution === undefined || supported.includes(trafficDistribution)) return [];
  return [notSupported('spec.trafficDistribution', trafficDistribution, supported)];
}

/** T23: an ordered preference; `*` may only stand last. Checked when the field is switched on, absent otherwise. */
export function validateTopologyKeys(service: Service, context: ValidationContext): FieldError[] {
  const field = 'spec.topologyKeys';
  const { topologyKeys = [] } = specOf(service) as ServiceSpec & { topologyKeys?: string[] };
  if (!context.topologyKeys || topologyKeys.length === 0) return [];
  const errors: FieldError[] = [];
  if (specOf(service).externalTrafficPolicy === 'Local') {
    errors.push(forbidden(field, 'may not be specified when `externalTrafficPolicy=Local`'));
  }
  if (topologyKeys.length > mostTopologyKeys) errors.push(tooMany(field, topologyKeys.length, mostTopologyKeys));
  for (const [index, key] of topologyKeys.entries()) {
    const at = `${field}[${index}]`;
    if (topologyKeys.indexOf(key) < index) errors.push(duplicate(at, key));
    if (key !== '*') errors.push(...invalidEach(at, json(topologyKeys), labelKeyProblems(key)));
    else if (index < topologyKeys.length - 1) errors.push(invalid(at, key, '"*" must be the last value specified'));
  }
  return errors;
}
