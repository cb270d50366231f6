import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import type { KubeObject } from '../api/types.ts';
import { start } from './start.ts';

const widgets = { group: 'example.com', version: 'v1', resource: 'widgets', kind: 'Widget', namespaced: true };
const yaml = `
apiVersion: v1
kind: Namespace
metadata: { name: beside }
---
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: widgets.example.com }
spec:
  group: example.com
  scope: Namespaced
  names: { plural: widgets, kind: Widget }
  versions:
    - name: v1
      served: true
      storage: true
      schema:
        openAPIV3Schema:
          type: object
          properties:
            spec: { type: object, properties: { size: { type: integer, default: 3 } } }
`;
const widget: KubeObject = { apiVersion: 'example.com/v1', kind: 'Widget', metadata: { name: 'a' }, spec: {} };

describe('start({ crds })', () => {
  it('serves the definitions of a file, and creates objects of their kinds', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'fairlead-crds-'));
    const file = join(folder, 'crds.yaml');
    writeFileSync(file, yaml);
    await using cluster = await start({ controllers: false, crds: [file], objects: [widget] });
    const { spec } = await cluster.client.get<KubeObject & { spec: unknown }>(widgets, {
      namespace: 'default',
      name: 'a',
    });
    expect(spec).toEqual({ size: 3 });
    rmSync(folder, { recursive: true });
  });
});
