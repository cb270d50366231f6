/** What a definition makes of the objects of its kind: defaults, and the rules of the version they are written in. */
import { forbidden, invalid } from '../../api/status.ts';
import type { FieldError } from '../../api/field-error.ts';
import type { KubeObject } from '../../api/types.ts';
import {
  applyDefaults,
  finalizerWarnings,
  validateObject,
  validateObjectUpdate,
  validateStatusUpdate,
  type ObjectRules,
} from '../../customresources/index.ts';
import { carryOverMetadata } from '../../defaulting/index.ts';
import type { Behaviour } from '../registry/behaviour.ts';

export interface VersionRules extends ObjectRules {
  readonly hasStatus: boolean;
}

export interface ObjectBehaviourOptions {
  readonly group: string;
  readonly resource: string;
  readonly kind: string;
  /** By name of the version, all that are served. */
  readonly versions: ReadonlyMap<string, VersionRules>;
  readonly storageApiVersion: string;
  /** The definition is being deleted: nothing new is taken. */
  readonly terminating: boolean;
}

export function objectBehaviour(options: ObjectBehaviourOptions): Behaviour {
  const { group, kind, versions, storageApiVersion } = options;
  const rulesOf = (version: string): VersionRules => {
    const rules = versions.get(version);
    if (rules === undefined) throw new Error(`${kind} has no version ${version}`);
    return rules;
  };
  const refuse = ({ kind: given = kind, metadata }: KubeObject, errors: readonly FieldError[]): void => {
    if (errors.length > 0) throw invalid(given, group, metadata.name ?? metadata.generateName ?? '', errors);
  };
  /** Rules speak of the version of the request, the store of its own. */
  const asVersion = (object: KubeObject, apiVersion: string): KubeObject =>
    object.apiVersion === storageApiVersion ? { ...object, apiVersion } : object;
  return {
    default(object) {
      const version = (object.apiVersion ?? '').split('/')[1] ?? '';
      applyDefaults(object, versions.get(version)?.schema);
      return object;
    },
    create(object, { version }) {
      if (options.terminating) {
        const why = 'create not allowed while custom resource definition is terminating';
        throw forbidden(options, object.metadata.name ?? '', why);
      }
      const rules = rulesOf(version);
      const { status: _, ...withoutStatus } = object;
      const fresh = rules.hasStatus ? withoutStatus : object;
      refuse(fresh, validateObject(rules, asVersion(fresh, rules.apiVersion)));
      return { object: fresh, warnings: finalizerWarnings(fresh, undefined) };
    },
    update(next, stored, subresource, { version }) {
      const rules = rulesOf(version);
      const before = asVersion(stored, rules.apiVersion);
      if (subresource === 'status') {
        const { status: _, ...rest } = stored;
        const { managedFields, resourceVersion } = next.metadata;
        const object: KubeObject = {
          ...rest,
          metadata: {
            ...stored.metadata,
            ...(managedFields === undefined ? {} : { managedFields }),
            ...(resourceVersion === undefined ? {} : { resourceVersion }),
          },
          ...(Object.hasOwn(next, 'status') ? { status: next['status'] } : {}),
        };
        if (managedFields === undefined) delete object.metadata.managedFields;
        refuse(object, validateStatusUpdate(rules, asVersion(object, rules.apiVersion), before));
        return { object, warnings: [] };
      }
      const object = { ...next, metadata: carryOverMetadata(next.metadata, stored.metadata) };
      refuse(object, validateObjectUpdate(rules, asVersion(object, rules.apiVersion), before));
      return { object, warnings: finalizerWarnings(object, stored) };
    },
  };
}
