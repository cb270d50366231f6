/**
 * A cluster in a Map for replaying recorded requests: paths, names and stored objects by hand, everything else by the
 * pure functions under test. It decodes roughly (absent for null) and knows no preconditions, patches beyond JSON merge
 * patch, admission or quotas.
 */
import { ipAddressFor, ServiceIpIndex, NodePortIndex, nodePortPool, ownerOf } from '../../allocator/index.ts';
import {
  createService,
  deletedService,
  type ServiceOutcome,
  updateService,
  updateServiceStatus,
} from '../../allocator/service-pipeline.ts';
import type { AllocationWorld } from '../../allocator/world.ts';
import { alreadyExists, invalid, notFound, type StatusError } from '../../api/status.ts';
import type { IPAddress, KubeObject, Service, ServiceCIDR } from '../../api/types.ts';
import { completeServiceOnRead } from '../../defaulting/service-read.ts';
import { strategies } from '../../defaulting/index.ts';
import { carryOverMetadata } from '../../defaulting/metadata.ts';
import { type IpFamily, type PortRange } from '../../ip/index.ts';
import {
  currentGates,
  kindKey,
  type Target,
  validateCreate,
  validateUpdate,
  type ValidationContext,
  warningsFor,
} from '../index.ts';

export interface ClusterOptions {
  readonly cidrs: readonly string[];
  readonly families: readonly IpFamily[];
  readonly nodePorts: PortRange;
  readonly gates?: Partial<ValidationContext>;
  readonly random: () => number;
}

export interface Answer {
  readonly code: number;
  readonly body: unknown;
  readonly warnings: readonly string[];
}

interface Route extends Target {
  readonly resource: string;
  readonly apiVersion: string;
  readonly namespace: string;
  readonly name: string;
  readonly subresource: string;
  /** Upstream creates the object when a PUT finds none (P4). */
  readonly createOnPut: boolean;
}

const kinds: Record<string, { kind: string; namespaced: boolean; createOnPut?: boolean }> = {
  services: { kind: 'Service', namespaced: true, createOnPut: true },
  endpoints: { kind: 'Endpoints', namespaced: true, createOnPut: true },
  endpointslices: { kind: 'EndpointSlice', namespaced: true },
  servicecidrs: { kind: 'ServiceCIDR', namespaced: false },
  ipaddresses: { kind: 'IPAddress', namespaced: false },
};

export class MemoryCluster {
  readonly #objects = new Map<string, KubeObject>();
  #options: ClusterOptions;
  readonly addresses = new ServiceIpIndex();
  readonly ports = new NodePortIndex();

  constructor(options: ClusterOptions) {
    this.#options = options;
    const serviceCidr: ServiceCIDR = {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'ServiceCIDR',
      metadata: { name: 'kubernetes' },
      spec: { cidrs: [...options.cidrs] },
    };
    this.#objects.set('servicecidrs//kubernetes', serviceCidr);
  }

  /** What a restart with other flags does: the default ServiceCIDR gains the second network (A33). */
  reconfigure(options: Partial<ClusterOptions>): void {
    this.#options = { ...this.#options, ...options };
    const object = this.#objects.get('servicecidrs//kubernetes');
    if (object !== undefined) object['spec'] = { cidrs: [...this.#options.cidrs] };
  }

  get context(): ValidationContext {
    return { ...currentGates, ...this.#options.gates };
  }

  /** The IPAddress objects there would be, by name. */
  ipAddresses(): IPAddress[] {
    const services = [...this.#objects].flatMap(([key, object]) =>
      key.startsWith('services/') ? [object as unknown as Service] : [],
    );
    return services
      .flatMap((service) =>
        deletedService(service).flatMap((claim) =>
          claim.kind === 'clusterIP'
            ? [
                ipAddressFor(claim.ip, {
                  namespace: service.metadata.namespace ?? '',
                  name: service.metadata.name ?? '',
                }),
              ]
            : [],
        ),
      )
      .sort((a, b) => ((a.metadata.name ?? '') < (b.metadata.name ?? '') ? -1 : 1));
  }

  send(method: string, path: string, body?: unknown): Answer {
    const route = parseRoute(path);
    switch (method) {
      case 'GET':
        return this.#get(route);
      case 'POST':
        return this.#create(route, decode(body, route));
      case 'PUT':
        return this.#put(route, decode(body, route));
      case 'PATCH': {
        const stored = this.#objects.get(keyOf(route));
        return stored === undefined
          ? refusal(notFound(route, route.name))
          : this.#put(route, decode(mergePatch(structuredClone(stored), body), route));
      }
      case 'DELETE':
        return this.#delete(route);
      default:
        throw new Error(`no ${method} here`);
    }
  }

  #world(): AllocationWorld {
    const { families, nodePorts, random } = this.#options;
    const cidrs = [...this.#objects].flatMap(([key, object]) =>
      key.startsWith('servicecidrs/') ? [object as unknown as ServiceCIDR] : [],
    );
    return {
      families,
      cidrs,
      addresses: this.addresses,
      ports: this.ports,
      nodePorts: nodePortPool([nodePorts]),
      random,
    };
  }

  #shown(route: Route, object: KubeObject): unknown {
    if (route.resource !== 'services') return object;
    return completeServiceOnRead(object, this.#options.families[0] ?? 'IPv4');
  }

  #get(route: Route): Answer {
    if (route.name === '' && route.resource === 'ipaddresses') {
      return {
        code: 200,
        warnings: [],
        body: {
          kind: 'IPAddressList',
          apiVersion: route.apiVersion,
          metadata: {},
          items: this.ipAddresses().map(({ metadata, spec }) => ({ metadata, spec })),
        },
      };
    }
    const object = this.#objects.get(keyOf(route));
    return object === undefined
      ? refusal(notFound(route, route.name))
      : { code: 200, body: this.#shown(route, object), warnings: [] };
  }

  #create(route: Route, object: KubeObject): Answer {
    const named = { ...route, name: object.metadata.name ?? '' };
    if (route.resource === 'services') {
      const outcome = createService(object, this.#world(), this.context);
      return this.#settle(named, outcome, 201);
    }
    const strategy = strategies.get(kindKey(route.group, route.kind));
    const defaulted = strategy?.default?.(object) ?? object;
    const prepared = strategy?.prepareCreate?.(defaulted, { version: 'v1' }) ?? defaulted;
    const errors = validateCreate(route, prepared, this.context);
    if (errors.length > 0) return refusal(invalid(route.kind, route.group, named.name, errors));
    return this.#store(named, prepared, undefined, 201);
  }

  #put(route: Route, object: KubeObject): Answer {
    const stored = this.#objects.get(keyOf(route));
    if (stored === undefined)
      return route.createOnPut ? this.#create(route, object) : refusal(notFound(route, route.name));
    if (route.resource === 'services') {
      const [next, previous] = [object, stored];
      const outcome =
        route.subresource === 'status'
          ? updateServiceStatus(next, previous, this.context)
          : updateService(next, previous, this.#world(), this.context);
      return this.#settle(route, outcome, 200);
    }
    const strategy = strategies.get(kindKey(route.group, route.kind));
    const previous = strategy?.default?.(stored) ?? stored;
    const defaulted = strategy?.default?.(object) ?? object;
    const carried = { ...defaulted, metadata: carryOverMetadata(defaulted.metadata, previous.metadata) };
    const prepared = strategy?.prepareUpdate?.(carried, previous, { version: 'v1' }) ?? carried;
    const errors = validateUpdate(route, route.subresource, prepared, previous, this.context);
    if (errors.length > 0) return refusal(invalid(route.kind, route.group, route.name, errors));
    return this.#store(route, prepared, previous, 200);
  }

  #settle(route: Route, outcome: ServiceOutcome, code: number): Answer {
    if (outcome.kind === 'refused') return refusal(outcome.error);
    const { service, take, release, warnings } = outcome;
    // P2: a clash of names is found last.
    if (code === 201 && this.#objects.has(keyOf(route))) return refusal(alreadyExists(route, route.name));
    const owner = ownerOf(service);
    this.addresses.take(take, owner);
    this.ports.take(take, owner);
    this.addresses.giveBack(release, owner);
    this.ports.giveBack(release, owner);
    const stored = service as unknown as KubeObject;
    this.#objects.set(keyOf(route), withVersion(stored));
    return { code, body: this.#shown(route, stored), warnings };
  }

  #store(route: Route, object: KubeObject, previous: KubeObject | undefined, code: number): Answer {
    if (code === 201 && this.#objects.has(keyOf(route))) return refusal(alreadyExists(route, route.name));
    this.#objects.set(keyOf(route), withVersion(object));
    return { code, body: object, warnings: warningsFor(route, route.subresource, object, previous) };
  }

  #delete(route: Route): Answer {
    const object = this.#objects.get(keyOf(route));
    if (object === undefined) return refusal(notFound(route, route.name));
    this.#objects.delete(keyOf(route));
    if (route.resource === 'services') {
      const service = object as unknown as Service;
      const released = deletedService(service);
      this.addresses.giveBack(released, ownerOf(service));
      this.ports.giveBack(released, ownerOf(service));
    }
    return { code: 200, body: this.#shown(route, object), warnings: [] };
  }
}

const keyOf = (route: Route): string => `${route.resource}/${route.namespace}/${route.name}`;

const withVersion = (object: KubeObject): KubeObject => ({
  ...object,
  metadata: { ...object.metadata, resourceVersion: '1' },
});

function refusal(error: StatusError): Answer {
  return { code: error.code, body: error.status, warnings: [] };
}

function parseRoute(path: string): Route {
  const parts = path.split('/').slice(1);
  const group = parts[0] === 'apis' ? (parts[1] ?? '') : '';
  const version = (parts[0] === 'apis' ? parts[2] : parts[1]) ?? '';
  let rest = parts.slice(parts[0] === 'apis' ? 3 : 2);
  let namespace = '';
  if (rest[0] === 'namespaces' && rest.length > 2) {
    namespace = rest[1] ?? '';
    rest = rest.slice(2);
  }
  const [resource = '', name = '', subresource = ''] = rest;
  const { kind = '', namespaced = true, createOnPut = false } = kinds[resource] ?? {};
  const apiVersion = group === '' ? version : `${group}/${version}`;
  return { group, kind, namespaced, resource, apiVersion, namespace, name, subresource, createOnPut };
}

function decode(body: unknown, route: Route): KubeObject {
  const object = withoutNulls(structuredClone(body)) as KubeObject;
  const metadata = { ...object.metadata };
  if (route.namespaced) metadata.namespace = route.namespace;
  else delete metadata.namespace;
  if (!metadata.resourceVersion) delete metadata.resourceVersion;
  return { ...object, apiVersion: route.apiVersion, kind: route.kind, metadata };
}

function withoutNulls(value: unknown): unknown {
  if (typeof value === 'string')
    return value.replace(/^@repeat:(.):(\d+)$/, (_, letter: string, count) => letter.repeat(Number(count)));
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, item]) => (item === null ? [] : [[key, withoutNulls(item)]])),
  );
}

function mergePatch(target: unknown, patch: unknown): unknown {
  if (typeof patch !== 'object' || patch === null || Array.isArray(patch)) return patch;
  const result: Record<string, unknown> = typeof target === 'object' && target !== null ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key];
    else result[key] = mergePatch(result[key], value);
  }
  return result;
}
