/** apiextensions.k8s.io/v1 CustomResourceDefinition as it travels. */
import type { KubeObject } from '../api/types.ts';
import type { Schema } from './schema.ts';

export interface CustomResourceDefinition extends KubeObject {
  spec: DefinitionSpec;
  status?: DefinitionStatus;
}

export interface DefinitionSpec {
  group: string;
  names: DefinitionNames;
  scope: string;
  versions: DefinitionVersion[];
  conversion?: Conversion;
  preserveUnknownFields?: boolean;
}

export interface DefinitionNames {
  plural: string;
  singular?: string;
  shortNames?: string[];
  kind: string;
  listKind?: string;
  categories?: string[];
}

export interface DefinitionVersion {
  name: string;
  served: boolean;
  storage: boolean;
  deprecated?: boolean;
  deprecationWarning?: string;
  schema?: { openAPIV3Schema?: Schema };
  subresources?: { status?: object; scale?: ScalePaths };
  additionalPrinterColumns?: PrinterColumn[];
  selectableFields?: { jsonPath: string }[];
}

export interface ScalePaths {
  specReplicasPath: string;
  statusReplicasPath: string;
  labelSelectorPath?: string;
}

export interface PrinterColumn {
  name: string;
  type: string;
  format?: string;
  description?: string;
  priority?: number;
  jsonPath: string;
}

export interface Conversion {
  strategy: string;
  webhook?: {
    clientConfig?: { url?: string; caBundle?: string; service?: ServiceReference };
    conversionReviewVersions?: string[];
  };
}

export interface ServiceReference {
  namespace: string;
  name: string;
  path?: string;
  port?: number;
}

export interface DefinitionStatus {
  conditions?: DefinitionCondition[] | null;
  acceptedNames: DefinitionNames;
  storedVersions?: string[] | null;
  observedGeneration?: number;
}

export interface DefinitionCondition {
  type: string;
  status: string;
  lastTransitionTime?: string | null;
  reason?: string;
  message?: string;
  observedGeneration?: number;
}

export const cleanupFinalizer = 'customresourcecleanup.apiextensions.k8s.io';

export function conditionOf({ status }: CustomResourceDefinition, type: string): DefinitionCondition | undefined {
  return status?.conditions?.find((condition) => condition.type === type);
}

export const isTrue = (definition: CustomResourceDefinition, type: string): boolean =>
  conditionOf(definition, type)?.status === 'True';

/** The list with `condition` in it; the time moves only when the status does. */
export function withCondition(
  conditions: readonly DefinitionCondition[],
  condition: DefinitionCondition,
  now: string,
): DefinitionCondition[] {
  const index = conditions.findIndex(({ type }) => type === condition.type);
  const before = conditions[index];
  const time = before?.status === condition.status ? before.lastTransitionTime : now;
  const next = { ...condition, lastTransitionTime: time ?? now };
  return before === undefined ? [...conditions, next] : conditions.with(index, next);
}

/** CRD1: what a definition says of itself when it says nothing. */
export function defaultDefinition(given: CustomResourceDefinition): CustomResourceDefinition {
  const { spec } = given;
  const { names } = spec;
  const conversion = spec.conversion ?? { strategy: 'None' };
  const service = conversion.webhook?.clientConfig?.service;
  if (service !== undefined) service.port ??= 443;
  const storedVersions = given.status?.storedVersions ?? [];
  return {
    ...given,
    spec: {
      ...spec,
      names: {
        ...names,
        singular: names.singular || names.kind.toLowerCase(),
        ...(names.listKind || names.kind === '' ? {} : { listKind: `${names.kind}List` }),
      },
      conversion,
    },
    status: {
      ...(given.status ?? { acceptedNames: { plural: '', kind: '' } }),
      storedVersions: storedVersions.length > 0 ? storedVersions : storageVersions(spec),
    },
  };
}

export const storageVersions = ({ versions }: DefinitionSpec): string[] =>
  (versions ?? [])
    .filter(({ storage }) => storage)
    .slice(0, 1)
    .map(({ name }) => name);
