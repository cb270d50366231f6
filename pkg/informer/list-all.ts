import type { KubeObject } from '../api/types.ts';
import type { ResourceType } from '../api/resources.ts';
import type { Client, ListOptions } from '../client/index.ts';
import type { ResumePoint } from './resume-point.ts';
import { isExpired, isTooLargeVersion } from './watch-verdict.ts';

export interface Listed<T> {
  readonly items: T[];
  readonly version: string;
}

export interface ListAllOptions {
  readonly client: Client;
  readonly type: ResourceType;
  readonly scope: Pick<ListOptions, 'namespace' | 'labelSelector' | 'fieldSelector' | 'transform'>;
  /** 500 by default (IN6). */
  readonly pageSize: number;
  readonly signal: AbortSignal;
}

/** A whole collection, in pages where that is allowed; asks for the latest when the remembered version fails (IN7). */
export async function listAll<T extends KubeObject>(options: ListAllOptions, resume: ResumePoint): Promise<Listed<T>> {
  try {
    return await listOnce(options, resume);
  } catch (error) {
    if (resume.unavailable || !(isExpired(error) || isTooLargeVersion(error))) throw error;
    resume.unavailable = true;
    return listOnce(options, resume);
  }
}

async function listOnce<T extends KubeObject>(options: ListAllOptions, resume: ResumePoint): Promise<Listed<T>> {
  const { client, type, scope, pageSize, signal } = options;
  const resourceVersion = resume.listVersion();
  const limit = resume.pageSize(pageSize);
  const request = { ...scope, signal, ...(limit === undefined ? {} : { limit }) };
  let page = await client.list<T>(type, { ...request, resourceVersion });
  const { items, resourceVersion: version } = page;
  if (page.continue !== undefined && resourceVersion === '0') resume.pages = true;
  while (page.continue !== undefined) {
    try {
      page = await client.list<T>(type, { ...request, continue: page.continue });
    } catch (error) {
      if (!isExpired(error)) throw error;
      // IN6: the rest is gone; one unpaged list at the consistency that was asked for.
      const whole = await client.list<T>(type, { ...scope, signal, resourceVersion });
      return { items: whole.items, version: whole.resourceVersion };
    }
    for (const item of page.items) items.push(item);
  }
  return { items, version };
}
