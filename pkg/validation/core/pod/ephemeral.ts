/** Ephemeral containers beside the others of a Pod. */
import type { FieldError } from '../../../api/field-error.ts';
import { sameValue } from '../../equal.ts';
import { duplicate, forbidden, notFound } from '../../errors.ts';
import { validateCommon } from './containers.ts';
import type { PodSpec, Volumes } from './types.ts';

const notAllowed = [
  'ports',
  'resources',
  'resizePolicy',
  'restartPolicy',
  'restartPolicyRules',
  'livenessProbe',
  'readinessProbe',
  'startupProbe',
  'lifecycle',
] as const;
const whyNot = 'cannot be set for an Ephemeral Container';

export function validateEphemeralContainers(spec: PodSpec, volumes: Volumes, field: string): FieldError[] {
  const others = new Set([...(spec.containers ?? []), ...(spec.initContainers ?? [])].map(({ name = '' }) => name));
  const names = new Set(others);
  return (spec.ephemeralContainers ?? []).flatMap((container, index) => {
    const at = `${field}[${index}]`;
    const { name = '', targetContainerName = '', volumeMounts = [] } = container;
    const errors = validateCommon(container, spec, volumes, at);
    if (names.has(name)) errors.push(duplicate(`${at}.name`, name));
    names.add(name);
    if (targetContainerName !== '' && !others.has(targetContainerName)) {
      errors.push(notFound(`${at}.targetContainerName`, targetContainerName));
    }
    const set = notAllowed.filter((part) => container[part] !== undefined && !sameValue(container[part], {}));
    errors.push(...set.map((part) => forbidden(`${at}.${part}`, whyNot)));
    for (const [position, { subPath, subPathExpr }] of volumeMounts.entries()) {
      const mount = `${at}.volumeMounts[${position}]`;
      if (subPath) errors.push(forbidden(`${mount}.subPath`, whyNot));
      if (subPathExpr) errors.push(forbidden(`${mount}.subPathExpr`, whyNot));
    }
    return errors;
  });
}
