import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { ConfigError } from './config-error.ts';
import { readConfig } from './config-file.ts';
import { readControllerManagerConfiguration } from './controller-manager-configuration.ts';
import { selectControllers } from './controller-selection.ts';
import { formatDuration, parseDuration } from './duration.ts';
import { parseFeatureGates } from './feature-gates.ts';

describe('parseDuration', () => {
  it.each([
    ['0', 0],
    ['0s', 0],
    ['1h30m', 5_400_000],
    ['1.5s', 1500],
    ['.5s', 500],
    ['1.s', 1000],
    ['250ms', 250],
    ['-2m', -120_000],
    ['+5s', 5000],
    ['3us', 0.003],
    ['3µs', 0.003],
    ['3μs', 0.003],
    ['2ns', 0.000002],
    ['1h1m1s1ms', 3_661_001],
  ])('reads %s as Go does', (text, ms) => {
    expect(parseDuration(text)).toBeCloseTo(ms, 9);
  });

  it.each([
    ['', 'time: invalid duration ""'],
    ['-', 'time: invalid duration "-"'],
    ['s', 'time: invalid duration "s"'],
    ['.s', 'time: invalid duration ".s"'],
    ['5', 'time: missing unit in duration "5"'],
    ['1m5', 'time: missing unit in duration "1m5"'],
    ['5d', 'time: unknown unit "d" in duration "5d"'],
    ['1 s', 'time: unknown unit " s" in duration "1 s"'],
    ['five', 'time: invalid duration "five"'],
  ])('refuses %j with the words of Go', (text, message) => {
    expect(() => parseDuration(text)).toThrow(new ConfigError(message));
  });

  it.each([
    [0, '0s'],
    [5_400_000, '1h30m0s'],
    [90_000, '1m30s'],
    [1500, '1.5s'],
    [250, '250ms'],
    [0.003, '3µs'],
    [0.000002, '2ns'],
    [-120_000, '-2m0s'],
  ])('prints %d ms as %s', (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });

  it('reads back what it prints', () => {
    fc.assert(
      fc.property(fc.integer({ min: -1e10, max: 1e10 }), (ms) => {
        expect(parseDuration(formatDuration(ms))).toBeCloseTo(ms, 5);
      }),
    );
  });
});

describe('parseFeatureGates', () => {
  const known = {
    New: { default: false, stage: 'ALPHA' },
    Young: { default: true, stage: 'BETA' },
    Off: { default: false, stage: 'BETA' },
    Done: { default: true, stage: 'GA', locked: true },
  } as const;

  it('sets what is named, then stages, then defaults', () => {
    expect(parseFeatureGates(known, '')).toEqual({ New: false, Young: true, Off: false, Done: true });
    expect(parseFeatureGates(known, 'AllAlpha=true, AllBeta=true,Off=false')).toEqual({
      New: true,
      Young: true,
      Off: false,
      Done: true,
    });
    expect(parseFeatureGates(known, 'Young=0,Done=T')).toMatchObject({ Young: false, Done: true });
  });

  it.each([
    ['Newt=true', 'unrecognized feature gate: Newt; did you mean New?'],
    ['constructor=true', 'unrecognized feature gate: constructor'],
    ['New', 'missing bool value for New: expected New=true or New=false'],
    ['New=yes', 'invalid value of New=yes: expected true or false'],
    ['Done=false', 'cannot set feature gate Done to false, feature is locked to true'],
  ])('refuses %s', (text, message) => {
    expect(() => parseFeatureGates(known, text)).toThrow(new ConfigError(message));
  });
});

describe('selectControllers', () => {
  const known = {
    'endpoints-controller': { default: true, alias: 'endpoint' },
    'endpointslice-controller': { default: true, alias: 'endpointslice' },
    'extra-controller': { default: false },
  };

  it.each([
    [['*'], ['endpoints-controller', 'endpointslice-controller']],
    [['*', '-endpoint'], ['endpointslice-controller']],
    [
      ['extra-controller', '*'],
      ['endpoints-controller', 'endpointslice-controller', 'extra-controller'],
    ],
    [['endpointslice', '-endpointslice-controller'], ['endpointslice-controller']],
    [[], []],
  ])('%j', (patterns, selected) => {
    expect([...selectControllers(patterns, known)]).toEqual(selected);
  });

  it('names what it does not know', () => {
    expect(() => selectControllers(['-endpointslice-controler'], known)).toThrow(
      '"endpointslice-controler" is not in the list of known controllers; did you mean endpointslice-controller?',
    );
  });
});

describe('readConfig', () => {
  const fields = {
    name: 'string',
    on: 'boolean',
    count: 'integer',
    qps: 'number',
    wait: 'duration',
    list: 'strings',
    sub: { port: 'integer' },
  } as const;
  const read = (text: string) => readConfig({ file: 'c.yaml', text }, fields);

  it('reads every type, JSON as well, with names as Go writes them', () => {
    expect(read('Name: a\non: true\ncount: 5\nqps: 0.5\nwait: 1m30s\nlist: [a, b]\nSub: { Port: 80 }\n')).toEqual({
      name: 'a',
      on: true,
      count: 5,
      qps: 0.5,
      wait: 90_000,
      list: ['a', 'b'],
      sub: { port: 80 },
    });
    expect(read('{"wait": 0, "name": null}')).toEqual({ wait: 0 });
    expect(read('')).toEqual({});
  });

  it('E9 says where, what was expected and what came, all at once', () => {
    const text = 'name: 5\non: yes\ncount: 1.5\nqps: fast\nwait: 5\nlist: a\nsub:\n  prot: 80\nnmae: x\n__proto__: y\n';
    expect(() => read(text)).toThrow(
      new ConfigError(
        [
          'c.yaml:1:7: expected a string for name, got 5',
          'c.yaml:2:5: expected true or false for on, got "yes"',
          'c.yaml:3:8: expected a whole number for count, got 1.5',
          'c.yaml:4:6: expected a number for qps, got "fast"',
          'c.yaml:5:7: expected a duration like 1m30s for wait, got 5',
          'c.yaml:6:7: expected a list of strings for list, got "a"',
          'c.yaml:8:3: unknown field "sub.prot"; did you mean port?',
          'c.yaml:9:1: unknown field "nmae"; did you mean name?',
          'c.yaml:10:1: unknown field "__proto__"',
        ].join('\n'),
      ),
    );
    expect(() => read('wait: 5d')).toThrow('c.yaml:1:7: wait: time: unknown unit "d" in duration "5d"; expected');
    expect(() => read('sub: 5')).toThrow('c.yaml:1:6: expected an object for sub, got 5');
    expect(() => read('- a')).toThrow('c.yaml:1:1: expected an object, got a list');
  });

  it('passes on what YAML itself finds wrong', () => {
    expect(() => read('name: a\nname: b\n')).toThrow(/^c\.yaml:2:1: Map keys must be unique/);
    expect(() => read('name: [')).toThrow(/^c\.yaml:1:/);
  });
});

describe('readControllerManagerConfiguration', () => {
  const head = 'apiVersion: kubecontrollermanager.config.k8s.io/v1alpha1\nkind: KubeControllerManagerConfiguration\n';
  const read = (text: string) => readControllerManagerConfiguration({ file: 'kcm.yaml', text });

  it('reads what concerns Services', () => {
    const text = `${head}Generic:
  Controllers: ["*", -endpoints-controller]
  ClientConnection: { qps: 20, burst: 30, kubeconfig: /k }
  LeaderElection: { leaderElect: true, leaseDuration: 15s, renewDeadline: 10s, retryPeriod: 2s, resourceLock: leases }
EndpointSliceController: { ConcurrentServiceEndpointSyncs: 5, MaxEndpointsPerSlice: 100 }
`;
    const config = read(text);
    expect(config.generic?.leaderElection?.leaseDuration).toBe(15_000);
    expect(config.endpointSliceController).toEqual({ concurrentServiceEndpointSyncs: 5, maxEndpointsPerSlice: 100 });
  });

  it.each([
    ['kind: Pod', 'kcm.yaml: expected apiVersion: kubecontrollermanager.config.k8s.io/v1alpha1, kind:'],
    [`${head}attachDetachController: {}`, 'kcm.yaml:3:1: unknown field "attachDetachController"'],
    [`${head}generic: { leaderElection: { resourceLock: endpoints } }`, 'resourceLock: expected leases, got endpoints'],
  ])('refuses %j', (text, message) => {
    expect(() => read(text)).toThrow(message);
  });
});
