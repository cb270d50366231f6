/** The parts of an object that have a path of their own. */
import { methodNotAllowed, unknownPath } from '../../../api/status.ts';
import type { ApiResponse } from '../../http/exchange.ts';
import { attachToPod, execInPod } from '../../pods/exec.ts';
import { readLog } from '../../pods/log.ts';
import { forwardPorts } from '../../pods/port-forward.ts';
import { patchObject } from '../patch.ts';
import { getObject } from '../read.ts';
import type { Scope } from '../scope.ts';
import { updateObject } from '../update.ts';
import { bindPod } from './binding.ts';
import { evictPod } from './eviction.ts';
import { finalizeNamespace } from './finalize.ts';
import { getScale, patchScale, updateScale } from './scale.ts';
import { createToken } from './token.ts';

export function subresourceHandler(scope: Scope): Promise<ApiResponse> {
  const { verb } = scope.info;
  switch (scope.subresource?.name) {
    case 'status':
    case 'ephemeralcontainers':
    case 'resize':
      return verb === 'get' ? getObject(scope) : verb === 'update' ? updateObject(scope) : patchObject(scope);
    case 'scale':
      return verb === 'get' ? getScale(scope) : verb === 'update' ? updateScale(scope) : patchScale(scope);
    case 'finalize':
      return finalizeNamespace(scope);
    case 'binding':
      return bindPod(scope);
    case 'eviction':
      return evictPod(scope);
    case 'token':
      return createToken(scope);
    case 'log':
      return readLog(scope);
    case 'exec':
      return execInPod(scope);
    case 'attach':
      return attachToPod(scope);
    case 'portforward':
      return forwardPorts(scope);
    case undefined:
      throw methodNotAllowed();
    default:
      throw unknownPath();
  }
}
