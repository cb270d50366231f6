/** Hooks of the Service family and what surrounds it. */
import type {
  Endpoints,
  EndpointSlice,
  Lease,
  Namespace,
  Node,
  Secret,
  Service,
  ServiceAccount,
  ServiceCIDR,
} from '../api/types.ts';
import { defaultEndpoints } from './endpoints.ts';
import { defaultEndpointSlice, prepareEndpointSliceForCreate, prepareEndpointSliceForUpdate } from './endpointslice.ts';
import { withoutCoordination } from './lease.ts';
import {
  defaultNamespace,
  prepareNamespaceFinalize,
  prepareNamespaceForCreate,
  prepareNamespaceForUpdate,
  prepareNamespaceStatusUpdate,
} from './namespace.ts';
import { defaultNode, prepareNodeForCreate, prepareNodeForUpdate, prepareNodeStatusUpdate } from './node.ts';
import { defaultSecret, prepareSecretForUpdate } from './secret.ts';
import { defaultService } from './service.ts';
import { prepareServiceForCreate, prepareServiceForUpdate, prepareServiceStatusUpdate } from './service-strategy.ts';
import { cleanSecretReferences } from './serviceaccount.ts';
import {
  prepareServiceCidrForCreate,
  prepareServiceCidrForUpdate,
  prepareServiceCidrStatusUpdate,
} from './servicecidr.ts';
import { type Strategy, strategy } from './strategy.ts';

/** `group/Kind` → hooks; the core group is the empty string. */
export const coreStrategies: readonly (readonly [string, Strategy])[] = [
  [
    '/Service',
    strategy<Service>({
      default: defaultService,
      prepareCreate: prepareServiceForCreate,
      prepareUpdate: prepareServiceForUpdate,
      subresources: { status: prepareServiceStatusUpdate },
    }),
  ],
  ['/Endpoints', strategy<Endpoints>({ default: defaultEndpoints })],
  [
    'coordination.k8s.io/Lease',
    strategy<Lease>({ prepareCreate: withoutCoordination, prepareUpdate: withoutCoordination }),
  ],
  [
    'discovery.k8s.io/EndpointSlice',
    strategy<EndpointSlice>({
      default: defaultEndpointSlice,
      prepareCreate: prepareEndpointSliceForCreate,
      prepareUpdate: prepareEndpointSliceForUpdate,
    }),
  ],
  [
    'networking.k8s.io/ServiceCIDR',
    strategy<ServiceCIDR>({
      prepareCreate: prepareServiceCidrForCreate,
      prepareUpdate: prepareServiceCidrForUpdate,
      subresources: { status: prepareServiceCidrStatusUpdate },
    }),
  ],
  [
    '/Namespace',
    strategy<Namespace>({
      default: defaultNamespace,
      prepareCreate: prepareNamespaceForCreate,
      prepareUpdate: prepareNamespaceForUpdate,
      subresources: { status: prepareNamespaceStatusUpdate, finalize: prepareNamespaceFinalize },
    }),
  ],
  [
    '/Node',
    strategy<Node>({
      default: defaultNode,
      prepareCreate: prepareNodeForCreate,
      prepareUpdate: prepareNodeForUpdate,
      subresources: { status: prepareNodeStatusUpdate },
    }),
  ],
  ['/Secret', strategy<Secret>({ default: defaultSecret, prepareUpdate: prepareSecretForUpdate })],
  [
    '/ServiceAccount',
    strategy<ServiceAccount>({ prepareCreate: cleanSecretReferences, prepareUpdate: cleanSecretReferences }),
  ],
];
