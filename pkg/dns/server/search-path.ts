import type { ZoneIndex } from '../records/index.ts';
import type { Name, Query } from '../wire/index.ts';
import { labelsBefore, lowerName, nameOf, parseName, ROOT, Type, zoneOffset } from '../wire/index.ts';
import type { Client } from './client.ts';

export interface SearchPathOptions {
  /** Domains that Pods inherit from their node, after those of the cluster. */
  readonly hostSearch?: readonly string[];
}

/**
 * S53: what a Pod's resolver would ask next. A Pod appends its namespace's domain first, so a name that ends in it
 * and does not exist will come back under the others, one query after the other; here they are known in advance.
 */
export class SearchPath {
  readonly #index: ZoneIndex;
  readonly #hostSearch: readonly Name[];

  /** Throws a RangeError for a domain that is none. */
  constructor(options: SearchPathOptions, index: ZoneIndex) {
    this.#index = index;
    this.#hostSearch = (options.hostSearch ?? []).map((text) => {
      const name = parseName(text);
      if (name === undefined) throw new RangeError(`autopath.hostSearch: ${JSON.stringify(text)} is not a domain name`);
      return lowerName(name);
    });
  }

  /** The names to try after the asked one; none unless the client is a Pod and asks the way Pods do. */
  candidates({ key, name, type }: Query, { address }: Client): Name[] {
    if (type !== Type.A && type !== Type.AAAA) return [];
    const namespace = this.#index.namespaceOfClient(address);
    if (namespace === undefined) return [];
    const { name: zone } = this.#index.config.primary;
    const services = nameOf(['svc'], zone);
    const own = services && nameOf([namespace], services);
    const offset = own === undefined ? -1 : zoneOffset(key, own);
    if (services === undefined || offset <= 0) return [];
    const labels = labelsBefore(name, offset);
    const origins = [services, zone, ...this.#hostSearch, ROOT];
    return origins.map((origin) => nameOf(labels, origin)).filter((candidate) => candidate !== undefined);
  }
}
