/** `group/Kind` → hooks; the core group is the empty string. Kinds without a row are stored as they come. */
import type {
  Endpoints,
  EndpointSlice,
  KubeObject,
  Namespace,
  Node,
  Secret,
  Service,
  ServiceAccount,
  ServiceCIDR,
} from '../api/types.ts';
import { defaultEndpoints } from './endpoints.ts';
import { defaultEndpointSlice, prepareEndpointSliceForCreate, prepareEndpointSliceForUpdate } from './endpointslice.ts';
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

export const strategies: ReadonlyMap<string, Strategy> = new Map([
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
]);

/** Just the defaulting step, by the same keys. */
export const defaulters: ReadonlyMap<string, (object: KubeObject) => KubeObject> = new Map(
  [...strategies].flatMap(([key, kind]) => (kind.default === undefined ? [] : [[key, kind.default] as const])),
);
