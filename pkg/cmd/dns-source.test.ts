import { describe, expect, it } from '@jest/globals';
import type { Client } from '../client/index.ts';
import { InformerFactory } from '../informer/index.ts';
import { dnsSource } from './dns-source.ts';

const informers = (): InformerFactory => new InformerFactory({ client: {} as Client });

describe('what cluster DNS listens to', () => {
  it('D3: needs no right to read Pods unless they have names of their own', () => {
    const without = informers();
    expect(dnsSource(without, { pods: false, alone: true }).missing()).toEqual([
      'namespaces',
      'services',
      'endpointslices',
    ]);
    expect(without.informers()).toHaveLength(3);
    expect(dnsSource(informers(), { pods: true, alone: true }).missing()).toContain('pods');
  });

  it('D4 S38: alone it asks for live Pods only; sharing, it takes the informers that are there', () => {
    const scopeOfPods = (alone: boolean): object | undefined => {
      const factory = informers();
      dnsSource(factory, { pods: true, alone });
      return factory.informers().find(({ type }) => type.resource === 'pods')?.scope;
    };
    expect(scopeOfPods(true)).toEqual({
      fieldSelector: 'status.phase!=Succeeded,status.phase!=Failed,status.phase!=Unknown',
    });
    expect(scopeOfPods(false)).toEqual({});
  });
});
