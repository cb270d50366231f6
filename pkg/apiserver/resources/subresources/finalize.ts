/** PUT …/finalize of a Namespace: replaces spec.finalizers, and removes the Namespace when nothing holds it (D15). */
import type { KubeObject } from '../../../api/types.ts';
import { modifiedConflict, notFound } from '../../../api/status.ts';
import { readObject } from '../../http/body.ts';
import type { ApiResponse } from '../../http/exchange.ts';
import { plainJson } from '../../http/negotiate.ts';
import { keyOf } from '../../registry/object-store.ts';
import { writeParams } from '../options.ts';
import { renderObject } from '../render.ts';
import type { Scope } from '../scope.ts';

interface Finalizable extends KubeObject {
  spec?: { finalizers?: string[] };
}

export async function finalizeNamespace(scope: Scope): Promise<ApiResponse> {
  const { core, resource, version, info, request, warnings } = scope;
  const params = writeParams(scope, 'UpdateOptions');
  const expected = { group: resource.group, version: version.version, kind: resource.kind, schema: version.schema };
  const given = (await readObject(request, expected, params.fieldValidation, warnings)) as Finalizable;
  await core.objects.refresh();
  const entry = core.objects.get(resource, keyOf(resource, '', info.name));
  if (entry === undefined) throw notFound(resource, info.name);
  const version_ = given.metadata.resourceVersion ?? '';
  if (version_ !== '' && version_ !== String(entry.revision)) throw modifiedConflict(resource, info.name);
  const next = entry.parse() as Finalizable;
  next.spec = given.spec?.finalizers === undefined ? {} : { finalizers: given.spec.finalizers };
  const free = (next.spec.finalizers ?? []).length === 0 && (next.metadata.finalizers ?? []).length === 0;
  if (free && next.metadata.deletionTimestamp !== undefined) {
    const removed = await core.objects.remove(resource, entry);
    if (!removed.ok) throw modifiedConflict(resource, info.name);
    return renderObject(scope, core.objects.preview(resource, entry, next), plainJson, 200);
  }
  const outcome = await core.objects.replace(resource, entry, next);
  if (!outcome.ok) throw modifiedConflict(resource, info.name);
  return renderObject(scope, outcome.entry, plainJson, 200);
}
