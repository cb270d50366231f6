/** …/scale: the replicas of a workload as an autoscaling/v1 Scale. */
import { SelectorError, selectorFromSpec } from '../../../api/labels/selector.ts';
import { schemaOf } from '../../../api/schema/index.ts';
import { setOwn } from '../../../api/schema/open-map.ts';
import { badRequest, internalError, notFound } from '../../../api/status.ts';
import type { KubeObject } from '../../../api/types.ts';
import { plainPath, valueAt } from '../../../customresources/index.ts';
import { applyJsonPatch, applyMergePatch, applyStrategicMergePatch } from '../../../patch/index.ts';
import { decodeUtf8, decodeValue, maxBodyBytes, parsePatch, readObject, type Expected } from '../../http/body.ts';
import type { ApiResponse } from '../../http/exchange.ts';
import { plainJson } from '../../http/negotiate.ts';
import { keyOf } from '../../registry/object-store.ts';
import type { Entry } from '../../watchcache/entry.ts';
import { writeParams, type WriteParams } from '../options.ts';
import { patchKindOf } from '../patch.ts';
import { renderValue } from '../render.ts';
import { toRequestVersion, type Scope } from '../scope.ts';
import { changeStored } from '../update.ts';

export interface Scale extends KubeObject {
  spec?: { replicas?: number };
}

interface Scalable extends KubeObject {
  /** A selector without omitempty is stored as null when there is none. */
  spec?: { replicas?: number; selector?: Record<string, unknown> | null };
  status?: { replicas?: number };
}

/** A workload as its scale. */
export function scaleOf(scope: Scope, object: KubeObject): Scale {
  const { metadata } = object;
  const { wanted, current, selector } = replicasOf(scope, object);
  const { name, namespace, uid, resourceVersion, creationTimestamp } = metadata;
  return {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: JSON.parse(JSON.stringify({ name, namespace, uid, resourceVersion, creationTimestamp })),
    spec: wanted === undefined || wanted === 0 ? {} : { replicas: wanted },
    status: { replicas: current, ...(selector === '' ? {} : { selector }) },
  };
}

interface Replicas {
  readonly wanted: number | undefined;
  readonly current: number;
  readonly selector: string;
}

/** A custom kind says where it keeps its numbers, and has its selector as text. */
function replicasOf(scope: Scope, object: KubeObject): Replicas {
  const { scale } = scope.version;
  if (scale === undefined) {
    const { spec, status } = object as Scalable;
    return { wanted: spec?.replicas, current: status?.replicas ?? 0, selector: selectorText(scope, spec?.selector) };
  }
  const number = (path: string): number | undefined => {
    const value = valueAt(object, plainPath(path));
    return typeof value === 'number' ? value : undefined;
  };
  const path = scale.labelSelectorPath ?? '';
  const selector = path === '' ? '' : valueAt(object, plainPath(path));
  return {
    wanted: number(scale.specReplicasPath),
    current: number(scale.statusReplicasPath) ?? 0,
    selector: typeof selector === 'string' ? selector : '',
  };
}

/** A ReplicationController selects by a plain map, everything newer by a LabelSelector. */
function selectorText({ resource }: Scope, selector: Record<string, unknown> | null | undefined): string {
  if (selector === undefined || selector === null) return '';
  const spec = resource.group === '' ? { matchLabels: selector as Record<string, string> } : selector;
  try {
    return selectorFromSpec(spec).toString();
  } catch (error) {
    if (error instanceof SelectorError) throw badRequest(error.message);
    throw error;
  }
}

export async function getScale(scope: Scope): Promise<ApiResponse> {
  const { core, resource, info } = scope;
  await core.objects.refresh();
  const entry = core.objects.get(resource, keyOf(resource, info.namespace, info.name));
  if (entry === undefined) throw notFound(resource, info.name);
  const object = toRequestVersion(scope, entry.parse());
  const { scale } = scope.version;
  if (scale !== undefined && replicasOf(scope, object).wanted === undefined) {
    throw internalError(`the spec replicas field ${JSON.stringify(scale.specReplicasPath)} does not exist`);
  }
  return renderValue(scaleOf(scope, object), plainJson, 200);
}

function expectedScale(): Expected {
  const schema = schemaOf('autoscaling', 'v1', 'Scale');
  if (schema === undefined) throw new Error('no schema for Scale');
  return { group: 'autoscaling', version: 'v1', kind: 'Scale', schema };
}

export async function updateScale(scope: Scope): Promise<ApiResponse> {
  const params = writeParams(scope, 'UpdateOptions');
  const scale = (await readObject(scope.request, expectedScale(), params.fieldValidation, scope.warnings)) as Scale;
  if (scale.metadata.name !== undefined && scale.metadata.name !== scope.info.name) {
    throw badRequest(
      `the name of the object (${scale.metadata.name}) does not match the name on the URL (${scope.info.name})`,
    );
  }
  return answer(scope, await setReplicas(scope, params, () => scale));
}

export async function patchScale(scope: Scope): Promise<ApiResponse> {
  const params = writeParams(scope, 'PatchOptions');
  const kind = patchKindOf(scope);
  const expected = expectedScale();
  const { value: patch, duplicates } = parsePatch(
    decodeUtf8(await scope.request.readBody(maxBodyBytes)),
    kind === 'apply' ? 'merge' : kind,
  );
  const change = (current: Scale): Scale => {
    const value =
      kind === 'json'
        ? applyJsonPatch(current, patch)
        : kind === 'strategic'
          ? applyStrategicMergePatch(expected.schema, current, patch)
          : applyMergePatch(current, patch);
    return decodeValue({ value, duplicates }, expected, params.fieldValidation, scope.warnings);
  };
  return answer(scope, await setReplicas(scope, params, change));
}

const answer = (scope: Scope, entry: Entry): ApiResponse | Promise<ApiResponse> =>
  renderValue(scaleOf(scope, toRequestVersion(scope, entry.parse())), plainJson, 200);

/** The main object is updated as if its author had changed spec.replicas. */
function setReplicas(scope: Scope, params: WriteParams, change: (current: Scale) => Scale): Promise<Entry> {
  const { resource, info } = scope;
  return changeStored(scope, params, keyOf(resource, info.namespace, info.name), (current) => {
    const scale = change(scaleOf(scope, current));
    const object = withReplicas(scope, current, scale.spec?.replicas ?? 0);
    const version = scale.metadata.resourceVersion;
    if (version !== undefined) object.metadata.resourceVersion = version;
    return { object, record: 'update' };
  });
}

/** The object with other replicas; changes what it is given. */
export function withReplicas({ version }: Scope, current: KubeObject, replicas: number): KubeObject {
  if (version.scale === undefined) {
    const object = current as Scalable;
    object.spec = { ...object.spec, replicas };
    return object;
  }
  const steps = plainPath(version.scale.specReplicasPath);
  let place: Record<string, unknown> = current;
  for (const step of steps.slice(0, -1)) {
    const inner = Object.hasOwn(place, step) ? place[step] : undefined;
    const next = typeof inner === 'object' && inner !== null ? (inner as Record<string, unknown>) : {};
    setOwn(place, step, next);
    place = next;
  }
  setOwn(place, steps.at(-1) ?? '', replicas);
  return current;
}
