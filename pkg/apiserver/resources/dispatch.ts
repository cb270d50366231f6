/** From a parsed request to the verb that answers it. */
import { failure, methodNotAllowed, notFound, unknownPath } from '../../api/status.ts';
import type { ApiResponse } from '../http/exchange.ts';
import { createObject } from './create.ts';
import { deleteCollection, deleteObject } from './delete.ts';
import { patchKindOf, patchObject } from './patch.ts';
import { getObject, listObjects } from './read.ts';
import type { Scope } from './scope.ts';
import { subresourceHandler } from './subresources/index.ts';
import { updateObject } from './update.ts';
import { watchObjects } from './watch.ts';

export function dispatch(scope: Scope): Promise<ApiResponse> {
  const { info, resource, version } = scope;
  if (version.unusable !== undefined) throw failure(500, '', version.unusable);
  if (info.subresource !== '') return dispatchSubresource(scope);
  checkPlacement(scope);
  if (!resource.verbs.includes(info.verb) || (info.verb === 'create' && info.name !== '')) throw methodNotAllowed();
  if (info.verb === 'patch') patchKindOf(scope);
  if (version.deprecation !== undefined) scope.warnings.add(version.deprecation);
  switch (info.verb) {
    case 'get':
      return getObject(scope);
    case 'list':
      return listObjects(scope);
    case 'watch':
      return watchObjects(scope);
    case 'create':
      return createObject(scope);
    case 'update':
      return updateObject(scope);
    case 'patch':
      return patchObject(scope);
    case 'delete':
      return deleteObject(scope);
    case 'deletecollection':
      return deleteCollection(scope);
  }
}

/** P1: without its namespace a namespaced resource can only be listed and watched; a cluster one has no namespace. */
function checkPlacement({ resource, info }: Scope): void {
  if (!resource.namespaced && info.namespace !== '') throw unknownPath();
  if (!resource.namespaced || info.namespace !== '') return;
  if (info.name !== '') throw unknownPath();
  if (info.verb === 'create' || info.verb === 'deletecollection') throw methodNotAllowed();
}

function dispatchSubresource(scope: Scope): Promise<ApiResponse> {
  const { info, version } = scope;
  const subresource = version.subresources.find(({ name }) => name === info.subresource);
  if (subresource === undefined && scope.resource.custom === true) throw notFound(scope.resource, info.name);
  if (subresource === undefined || info.name === '') throw unknownPath();
  if (!subresource.verbs.includes(info.verb)) throw methodNotAllowed();
  return subresourceHandler({ ...scope, subresource });
}
