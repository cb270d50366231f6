/** The objects that both sides are given, byte for byte the same. */

export interface Collection {
  readonly path: string;
  readonly make: (name: string) => object;
}

export const configMaps: Collection = {
  path: '/api/v1/namespaces/default/configmaps',
  make: (name) => ({
    kind: 'ConfigMap',
    apiVersion: 'v1',
    metadata: { name, labels: { app: 'bench' } },
    data: { text: 'x'.repeat(256) },
  }),
};

/** Headless: 10,000 are there in a moment on both sides, as no address has to be found. */
export const headlessServices: Collection = {
  path: '/api/v1/namespaces/default/services',
  make: (name) => ({
    kind: 'Service',
    apiVersion: 'v1',
    metadata: { name, labels: { app: name } },
    spec: { clusterIP: 'None', selector: { app: name }, ports: [{ name: 'http', port: 80, targetPort: 8080 }] },
  }),
};

export const services: Collection = {
  path: '/api/v1/namespaces/default/services',
  make: (name) => ({
    kind: 'Service',
    apiVersion: 'v1',
    metadata: { name, labels: { app: name } },
    spec: { selector: { app: name }, ports: [{ name: 'http', port: 80, targetPort: 8080 }] },
  }),
};

export const pods: Collection = {
  path: '/api/v1/namespaces/default/pods',
  make: (name) => ({
    kind: 'Pod',
    apiVersion: 'v1',
    metadata: { name, labels: { app: 'bench' } },
    spec: { automountServiceAccountToken: false, containers: [{ name: 'web', image: 'registry.example/web:1' }] },
  }),
};

export const serviceAccounts: Collection = {
  path: '/api/v1/namespaces/default/serviceaccounts',
  make: (name) => ({ kind: 'ServiceAccount', apiVersion: 'v1', metadata: { name } }),
};

export const collections = { configMaps, headlessServices, services, pods, serviceAccounts } as const;

export type CollectionName = keyof typeof collections;
