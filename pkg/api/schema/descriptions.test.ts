import { describe, expect, it } from '@jest/globals';
import { allDescriptions } from './descriptions.ts';
import { schemaOf, structNamed } from './index.ts';
import { structIn } from './table-struct.ts';
import type { StructType } from './types.ts';

/** Own fields and those of embeds have their words where they are declared; v1beta1 shares those of v1. */
const written = allDescriptions().filter(([alias]) => alias !== 'discovery.v1beta1');
const onlyInBeta = new Set(['Endpoint.topology']);

describe('descriptions', () => {
  it('are about structs and fields that exist', () => {
    const lost = written.flatMap(([alias, structs]) =>
      Object.entries(structs).flatMap(([name, fields]) => {
        const struct = structIn(alias, name);
        if (struct === undefined) return [`${alias}.${name}`];
        return Object.keys(fields)
          .filter((field) => field !== '' && !struct.byJson.has(field) && !onlyInBeta.has(`${name}.${field}`))
          .map((field) => `${alias}.${name}.${field}`);
      }),
    );
    expect(lost).toEqual([]);
  });

  it('are sentences', () => {
    const odd = written.flatMap(([, structs]) =>
      Object.values(structs)
        .flatMap((fields) => Object.values(fields))
        .filter((sentence) => !/^[A-Z`].*\.$/.test(sentence)),
    );
    expect(odd).toEqual([]);
  });

  it.each([
    ['Service', schemaOf('', 'v1', 'Service')],
    ['ServiceSpec', structNamed('io.k8s.api.core.v1.ServiceSpec')],
    ['ServicePort', structNamed('io.k8s.api.core.v1.ServicePort')],
    ['Endpoints', schemaOf('', 'v1', 'Endpoints')],
    ['EndpointSubset', structNamed('io.k8s.api.core.v1.EndpointSubset')],
    ['EndpointSlice', schemaOf('discovery.k8s.io', 'v1', 'EndpointSlice')],
    ['Endpoint', structNamed('io.k8s.api.discovery.v1.Endpoint')],
    ['Endpoint of v1beta1', structNamed('io.k8s.api.discovery.v1beta1.Endpoint')],
    ['ServiceCIDR', schemaOf('networking.k8s.io', 'v1', 'ServiceCIDR')],
    ['IPAddress', schemaOf('networking.k8s.io', 'v1', 'IPAddress')],
    ['Namespace', schemaOf('', 'v1', 'Namespace')],
    ['Node', schemaOf('', 'v1', 'Node')],
    ['Pod', schemaOf('', 'v1', 'Pod')],
    ['Container', structNamed('io.k8s.api.core.v1.Container')],
    ['ObjectMeta', structNamed('io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta')],
    ['DeploymentSpec', structNamed('io.k8s.api.apps.v1.DeploymentSpec')],
  ])('say something about every field of %s', (_, struct) => {
    const named = struct as StructType;
    const silent = named.fields.filter(({ description }) => description === '').map(({ json }) => json);
    expect({
      struct: named.description === '' ? 'silent' : 'described',
      silent,
    }).toEqual({
      struct: 'described',
      silent: [],
    });
  });

  it('are empty where nothing is written', () => {
    expect(structNamed('io.k8s.api.storage.v1.StorageClass')?.description).toBe('');
  });
});
