/** Annotations with a meaning for Pods. */
import type { FieldError } from '../../../api/field-error.ts';
import { forbidden, invalid } from '../../errors.ts';
import { entriesOf, hasKey, type StringMap, valueOf } from '../../metadata/labels.ts';

export const mirror = 'kubernetes.io/config.mirror';
const deletionCost = 'controller.kubernetes.io/pod-deletion-cost';
const appArmor = 'container.apparmor.security.beta.kubernetes.io/';

export function validatePodAnnotations(annotations: StringMap, nodeName: string, field: string): FieldError[] {
  const cost = valueOf(annotations, deletionCost);
  return [
    ...(hasKey(annotations, mirror) && nodeName === ''
      ? [
          invalid(
            `${field}[${mirror}]`,
            valueOf(annotations, mirror) ?? '',
            'must set spec.nodeName if mirror pod annotation is set',
          ),
        ]
      : []),
    ...(cost === undefined || isInt32(cost)
      ? []
      : [invalid(`${field}[${deletionCost}]`, cost, 'must be a 32bit integer')]),
  ];
}

/** No plus sign, no leading zero. */
function isInt32(text: string): boolean {
  return /^(0|-?[1-9][0-9]{0,9})$/.test(text) && Math.abs(Number(text) + 0.5) < 2 ** 31;
}

/** Two annotations are the kubelet's own and stay as they were. */
export function validatePodAnnotationsKept(next: StringMap, previous: StringMap, field: string): FieldError[] {
  const refuse = (key: string, what: string): FieldError[] => {
    const named =
      key === mirror ? 'mirror pod annotation' : key.startsWith(appArmor) ? 'AppArmor annotations' : undefined;
    return named === undefined ? [] : [forbidden(`${field}[${key}]`, `may not ${what} ${named}`)];
  };
  return [
    ...entriesOf(previous).flatMap(([key, value]) =>
      valueOf(next, key) === value ? [] : refuse(key, 'remove or update'),
    ),
    ...entriesOf(next).flatMap(([key]) => (hasKey(previous, key) ? [] : refuse(key, 'add'))),
  ];
}
