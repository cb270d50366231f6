/** What happens to a CustomResourceDefinition on its way into the store (CRD1–CRD4). */
import { invalid } from '../../api/status.ts';
import type { FieldError } from '../../api/field-error.ts';
import type { KubeObject } from '../../api/types.ts';
import {
  cleanupFinalizer,
  defaultDefinition,
  definitionWarnings,
  storageVersions,
  validateDefinition,
  validateDefinitionStatusUpdate,
  validateDefinitionUpdate,
  withCondition,
  type CustomResourceDefinition,
  type ExpressionCheck,
} from '../../customresources/index.ts';
import { carryOverMetadata } from '../../defaulting/index.ts';
import type { Behaviour, Prepared } from '../registry/behaviour.ts';

export interface DefinitionBehaviourOptions {
  readonly checkExpressions: ExpressionCheck;
  /** RFC 3339, whole seconds. */
  readonly now: () => string;
}

const asDefinition = (object: KubeObject): CustomResourceDefinition => object as CustomResourceDefinition;

export function definitionBehaviour({ checkExpressions, now }: DefinitionBehaviourOptions): Behaviour {
  return {
    default: (object) => defaultDefinition(asDefinition(object)),
    create(object) {
      const definition = asDefinition(object);
      const fresh: CustomResourceDefinition = {
        ...definition,
        status: { acceptedNames: { plural: '', kind: '' }, storedVersions: storageVersions(definition.spec) },
      };
      refuse(fresh, validateDefinition(fresh, checkExpressions));
      return { object: fresh, warnings: definitionWarnings(fresh, undefined) };
    },
    update(next, stored, subresource) {
      const before = defaultDefinition(asDefinition(stored));
      const carried = asDefinition({ ...next, metadata: carryOverMetadata(next.metadata, before.metadata) });
      return subresource === 'status' ? ofStatus(carried, before) : ofSpec(carried, before, checkExpressions);
    },
    beforeDelete(stored) {
      const definition = asDefinition(stored);
      const { finalizers = [] } = definition.metadata;
      return {
        ...definition,
        metadata: {
          ...definition.metadata,
          finalizers: finalizers.includes(cleanupFinalizer) ? finalizers : [...finalizers, cleanupFinalizer],
        },
        status: {
          ...(definition.status ?? { acceptedNames: { plural: '', kind: '' } }),
          conditions: withCondition(
            definition.status?.conditions ?? [],
            {
              type: 'Terminating',
              status: 'True',
              reason: 'InstanceDeletionPending',
              message: 'CustomResourceDefinition marked for deletion; CustomResource deletion will begin soon',
            },
            now(),
          ),
        },
      };
    },
  };
}

function ofSpec(
  next: CustomResourceDefinition,
  before: CustomResourceDefinition,
  checkExpressions: ExpressionCheck,
): Prepared {
  const stored = before.status?.storedVersions ?? [];
  const added = storageVersions(next.spec).filter((name) => !stored.includes(name));
  const definition: CustomResourceDefinition = {
    ...next,
    status: {
      ...(before.status ?? { acceptedNames: { plural: '', kind: '' } }),
      storedVersions: [...stored, ...added],
    },
  };
  refuse(definition, validateDefinitionUpdate(definition, before, checkExpressions));
  return { object: definition, warnings: definitionWarnings(definition, before) };
}

function ofStatus(next: CustomResourceDefinition, before: CustomResourceDefinition): Prepared {
  const definition = { ...next, spec: before.spec };
  refuse(definition, validateDefinitionStatusUpdate(definition, before));
  return { object: definition, warnings: [] };
}

function refuse({ metadata }: KubeObject, errors: readonly FieldError[]): void {
  if (errors.length === 0) return;
  const name = metadata.name ?? metadata.generateName ?? '';
  throw invalid('CustomResourceDefinition', 'apiextensions.k8s.io', name, errors);
}
