/** The Service family and what surrounds it. */
import type {
  ConfigMap,
  Endpoints,
  EndpointSlice,
  Event,
  IPAddress,
  Lease,
  Namespace,
  Node,
  Secret,
  Service,
  ServiceAccount,
  ServiceCIDR,
} from '../api/types.ts';
import { validateLease, validateLeaseUpdate } from './coordination/lease.ts';
import { validateConfigMap, validateConfigMapUpdate } from './core/configmap.ts';
import { endpointsWarnings, validateEndpoints, validateEndpointsUpdate } from './core/endpoints.ts';
import { validateEvent, validateEventUpdate } from './core/event.ts';
import {
  validateNamespace,
  validateNamespaceFinalize,
  validateNamespaceStatusUpdate,
  validateNamespaceUpdate,
} from './core/namespace.ts';
import { nodeWarnings, validateNode, validateNodeStatusUpdate, validateNodeUpdate } from './core/node.ts';
import { validateSecret, validateSecretUpdate } from './core/secret.ts';
import { validateService } from './core/service/service.ts';
import { validateServiceStatusUpdate } from './core/service/status.ts';
import { validateServiceUpdate } from './core/service/update.ts';
import { serviceStatusWarnings, serviceWarnings } from './core/service/warnings.ts';
import { validateServiceAccount, validateServiceAccountUpdate } from './core/serviceaccount.ts';
import {
  endpointSliceWarnings,
  validateEndpointSlice,
  validateEndpointSliceUpdate,
} from './discovery/endpointslice.ts';
import { validateIpAddress, validateIpAddressUpdate } from './networking/ipaddress.ts';
import {
  validateServiceCidr,
  validateServiceCidrStatusUpdate,
  validateServiceCidrUpdate,
} from './networking/servicecidr.ts';
import { type KindRules, rules } from './rules.ts';

/** `group/Kind` → rules; the core group is the empty string. */
export const coreRules: readonly [string, KindRules][] = [
  [
    '/Service',
    rules<Service>({
      namespaced: true,
      create: validateService,
      update: validateServiceUpdate,
      subresources: { status: validateServiceStatusUpdate },
      warnings: serviceWarnings,
      statusWarnings: serviceStatusWarnings,
    }),
  ],
  [
    '/Endpoints',
    rules<Endpoints>({
      namespaced: true,
      create: validateEndpoints,
      update: validateEndpointsUpdate,
      warnings: endpointsWarnings,
    }),
  ],
  [
    'discovery.k8s.io/EndpointSlice',
    rules<EndpointSlice>({
      namespaced: true,
      create: validateEndpointSlice,
      update: validateEndpointSliceUpdate,
      warnings: (slice, previous) => endpointSliceWarnings(slice, previous === undefined),
    }),
  ],
  [
    'networking.k8s.io/ServiceCIDR',
    rules<ServiceCIDR>({
      namespaced: false,
      create: validateServiceCidr,
      update: validateServiceCidrUpdate,
      subresources: { status: validateServiceCidrStatusUpdate },
    }),
  ],
  [
    'networking.k8s.io/IPAddress',
    rules<IPAddress>({ namespaced: false, create: validateIpAddress, update: validateIpAddressUpdate }),
  ],
  ['coordination.k8s.io/Lease', rules<Lease>({ namespaced: true, create: validateLease, update: validateLeaseUpdate })],
  [
    '/Namespace',
    rules<Namespace>({
      namespaced: false,
      create: validateNamespace,
      update: validateNamespaceUpdate,
      subresources: { status: validateNamespaceStatusUpdate, finalize: validateNamespaceFinalize },
    }),
  ],
  [
    '/Node',
    rules<Node>({
      namespaced: false,
      create: validateNode,
      update: validateNodeUpdate,
      subresources: { status: validateNodeStatusUpdate },
      warnings: nodeWarnings,
    }),
  ],
  [
    '/Event',
    rules<Event>({
      namespaced: true,
      create: (event) => validateEvent(event),
      update: (next, previous) => validateEventUpdate(next, previous),
    }),
  ],
  [
    'events.k8s.io/Event',
    rules<Event>({
      namespaced: true,
      create: (event) => validateEvent(event, true),
      update: (next, previous) => validateEventUpdate(next, previous, true),
    }),
  ],
  ['/ConfigMap', rules<ConfigMap>({ namespaced: true, create: validateConfigMap, update: validateConfigMapUpdate })],
  ['/Secret', rules<Secret>({ namespaced: true, create: validateSecret, update: validateSecretUpdate })],
  [
    '/ServiceAccount',
    rules<ServiceAccount>({
      namespaced: true,
      create: validateServiceAccount,
      update: validateServiceAccountUpdate,
    }),
  ],
];
