import { describe, expect, it } from '@jest/globals';
import { brokenArrows, readRules } from './check-layers.ts';

const broken = (file: string, source: string): string[] => brokenArrows(readRules(), new Map([[file, source]]));

describe('check-layers', () => {
  it('lets an arrow point down', () => {
    expect(broken('pkg/validation/service.ts', `import { a } from '../api/x.ts';`)).toEqual([]);
  });
  it('L4 refuses an arrow that points up', () => {
    expect(broken('pkg/api/x.ts', `import { a } from '../storage/store.ts';`)).toHaveLength(1);
  });
  it('L3 refuses node: modules in the pure layers, but not their types', () => {
    expect(broken('pkg/ip/x.ts', `import { isIP } from 'node:net';`)).toHaveLength(1);
    expect(broken('pkg/ip/x.ts', `import type { Socket } from 'node:net';`)).toEqual([]);
  });
  it('L1 refuses controllers that import each other or the API server', () => {
    expect(broken('controllers/endpoints/x.ts', `export * from '../endpointslice/plan.ts';`)).toHaveLength(1);
    expect(broken('controllers/endpoints/x.ts', `import { a } from '../../pkg/apiserver/x.ts';`)).toHaveLength(1);
    expect(broken('controllers/endpoints/x.ts', `import { a } from '../../pkg/informer/x.ts';`)).toEqual([]);
  });
  it('L5 keeps client-node out of everything but pkg/client, dynamic imports included', () => {
    expect(broken('pkg/cmd/x.ts', `await import('@kubernetes/client-node');`)).toHaveLength(1);
    expect(broken('pkg/client/x.ts', `import { KubeConfig } from '@kubernetes/client-node';`)).toEqual([]);
    expect(broken('pkg/api/x.ts', `import type { V1Pod } from '@kubernetes/client-node';`)).toEqual([]);
  });
  it('wants a row for every folder', () => {
    expect(broken('pkg/util/x.ts', '')).toEqual(['pkg/util/x.ts: its folder has no row in hack/layers.json']);
  });
});
