/**
 * What the server must know of a resource to serve it: data for routing, discovery, storage and tables, and the
 * behaviour of the kind. Built-in kinds are rows of builtin.ts; custom kinds are made at run time.
 */
import type { StructType } from '../../api/schema/types.ts';
import type { KubeObject } from '../../api/types.ts';
import type { ScalePaths } from '../../customresources/index.ts';
import type { Verb } from '../http/request-info.ts';
import type { Behaviour } from './behaviour.ts';

export interface Resource {
  readonly group: string;
  /** Plural, lower case. */
  readonly resource: string;
  readonly singular: string;
  readonly kind: string;
  readonly listKind: string;
  readonly namespaced: boolean;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly verbs: readonly Verb[];
  /** Served versions, preferred first. */
  readonly versions: readonly ResourceVersion[];
  /** One of `versions`, in whose paths the server itself asks. */
  readonly storageVersion: string;
  /** What is on disk: the schema of the storage version, or of another group that shares the objects. */
  readonly storageSchema: StructType;
  /** Below `/registry/`, without slashes at the ends: `services/specs`. */
  readonly storagePrefix: string;
  /** PUT to a name that does not exist creates it. */
  readonly putCreates: boolean;
  /** PUT without a resourceVersion overwrites (C2). */
  readonly unconditionalPut: boolean;
  /** Which changes count as a new generation. */
  readonly generation: GenerationRule;
  /** D22: what a deletion without a policy does with dependents; orphaning is left from an older time. */
  readonly orphansByDefault: boolean;
  readonly deleteAnswers: 'status' | 'object';
  readonly behaviour: Behaviour;
  /** Fields beyond metadata.name and metadata.namespace (section 4). */
  readonly fields: ReadonlyMap<string, (object: KubeObject) => string>;
  /** What is stored as it reads today, when that may have been written under another schema. */
  readonly fromStore?: (object: KubeObject) => KubeObject;
  /** `group/version/Kind` of what is on disk, where discovery tells of it. */
  readonly storedAs?: string;
  /** Made at run time by a CustomResourceDefinition. */
  readonly custom?: boolean;
  /** Objects vanish after this time (Events). */
  readonly ttlSeconds?: number;
}

export interface ResourceVersion {
  readonly version: string;
  readonly schema: StructType;
  readonly subresources: readonly Subresource[];
  /** Between this version and the storage version; absent when they are the same. */
  readonly toStorage?: (object: KubeObject) => KubeObject;
  readonly fromStorage?: (object: KubeObject) => KubeObject;
  /** Why nothing can be read or written in this version. */
  readonly unusable?: string;
  /** F8: said on every request. */
  readonly deprecation?: string;
  readonly table?: TableColumns;
  /** Where a custom kind keeps what its scale shows. */
  readonly scale?: ScalePaths;
}

export interface Subresource {
  readonly name: string;
  /** Kind of the body when it is not the resource's own: Scale of autoscaling/v1. */
  readonly kind?: { readonly group: string; readonly version: string; readonly kind: string };
  readonly verbs: readonly Verb[];
}

/** `none`, or what must differ for metadata.generation to grow. */
export type GenerationRule = 'none' | 'spec' | 'specOrAnnotations' | 'contentOrLabels' | 'webhooks' | 'content';

export interface Column {
  readonly name: string;
  readonly type: 'string' | 'integer' | 'number' | 'boolean' | 'date';
  readonly format: string;
  readonly description: string;
  readonly priority: number;
}

export interface TableColumns {
  readonly columns: readonly Column[];
  /** One row; `now` in milliseconds is for ages. */
  cells(object: KubeObject, now: number): readonly unknown[];
  conditions?(object: KubeObject): readonly unknown[] | undefined;
}

export const allVerbs: readonly Verb[] = [
  'create',
  'delete',
  'deletecollection',
  'get',
  'list',
  'patch',
  'update',
  'watch',
];
