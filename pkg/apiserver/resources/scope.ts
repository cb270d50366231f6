/** Everything a verb needs to know about the request at hand. */
import type { Subject } from '../../api/status.ts';
import type { KubeObject } from '../../api/types.ts';
import type { ServerCore } from '../core.ts';
import type { ApiRequest, UserInfo } from '../http/exchange.ts';
import type { ResourceRequest } from '../http/request-info.ts';
import type { Warnings } from '../http/warnings.ts';
import type { Resource, ResourceVersion, Subresource } from '../registry/resource.ts';
import type { Entry } from '../watchcache/entry.ts';

export interface Scope {
  readonly core: ServerCore;
  readonly request: ApiRequest;
  readonly info: ResourceRequest;
  readonly user: UserInfo;
  readonly warnings: Warnings;
  /** What webhooks and policies want written beside the record of the request. */
  readonly audit: Map<string, string>;
  readonly resource: Resource;
  readonly version: ResourceVersion;
  readonly subresource?: Subresource;
}

export const subjectOf = ({ resource }: Pick<Scope, 'resource'>): Subject => resource;

export function apiVersionOf({ resource, version }: Pick<Scope, 'resource' | 'version'>): string {
  return resource.group === '' ? version.version : `${resource.group}/${version.version}`;
}

/** RFC 3339 in whole seconds, as metadata has it. Every write asks twice, so the text of the last second is kept. */
export function timestamp(ms: number): string {
  const second = Math.floor(ms / 1000);
  if (second !== lastSecond) {
    lastSecond = second;
    lastText = `${new Date(ms).toISOString().slice(0, 19)}Z`;
  }
  return lastText;
}

let lastSecond = NaN;
let lastText = '';

/** The object in the version of the request. */
export function toRequestVersion(scope: Pick<Scope, 'version'>, object: KubeObject): KubeObject {
  return scope.version.fromStorage?.(object) ?? object;
}

/** JSON text of an entry in the version of the request; no parsing where stored and served are the same. */
export function wireJson(scope: Pick<Scope, 'version'>, entry: Entry): string {
  return scope.version.fromStorage === undefined ? entry.json : JSON.stringify(toRequestVersion(scope, entry.parse()));
}
