import { describe, expect, it } from '@jest/globals';
import type { FieldError } from '../../../api/field-error.ts';
import type { Pod } from '../../../api/types.ts';
import { defaultPod } from '../../../defaulting/pod.ts';
import { validatePodStatusUpdate, podStatusWarnings } from './status.ts';
import { validatePodUpdate } from './update.ts';

type Spec = Partial<NonNullable<Pod['spec']>>;
type Status = NonNullable<Pod['status']>;

const pod = (spec: Spec = {}, status: Status = {}): Pod =>
  defaultPod({
    metadata: { name: 'p', namespace: 'n', uid: 'u', resourceVersion: '1', creationTimestamp: '2026-01-01T00:00:00Z' },
    spec: { containers: [{ name: 'c', image: 'i' }], ...spec },
    status,
  });
const lines = (errors: readonly FieldError[]): string[] =>
  errors.map(({ field, message }) => `${field}: ${message.split('\n')[0] ?? ''}`);
const changed = (before: Spec, after: Spec): string[] => lines(validatePodUpdate(pod(after), pod(before)));
const reported = (before: Status, after: Status, spec: Spec = {}): string[] =>
  lines(validatePodStatusUpdate(pod(spec, after), pod(spec, before)));

describe('what may change in a Pod', () => {
  it('its images, a shorter deadline, more tolerations', () => {
    const before: Spec = { activeDeadlineSeconds: 9 };
    expect(
      changed(before, {
        activeDeadlineSeconds: 5,
        containers: [{ name: 'c', image: 'other', imagePullPolicy: 'Always' }],
        tolerations: [{ operator: 'Exists' }],
      }),
    ).toEqual([]);
  });

  it('nothing else', () => {
    expect(changed({}, { hostname: 'h' })[0]).toMatch(/^spec: Forbidden: pod updates may not change fields other than/);
    expect(changed({}, { containers: [] })).toContain(
      'spec.containers: Forbidden: pod updates may not add or remove containers',
    );
    expect(changed({ activeDeadlineSeconds: 5 }, { activeDeadlineSeconds: 9 })).toEqual([
      'spec.activeDeadlineSeconds: Invalid value: 9: must be less than or equal to previous value',
    ]);
    expect(changed({ tolerations: [{ key: 'a', operator: 'Exists' }] }, {})).toEqual([
      'spec.tolerations: Forbidden: existing toleration can not be modified except its tolerationSeconds',
    ]);
  });
});

describe('a gated Pod', () => {
  const gates = [{ name: 'x.io/g' }];
  const terms = (...values: string[][]): NonNullable<Spec['affinity']> => ({
    nodeAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: {
        nodeSelectorTerms: values.map((list) => ({
          matchExpressions: list.map((value) => ({ key: 'k', operator: 'In', values: [value] })),
        })),
      },
    },
  });

  it('may lose gates and be told more about where to run', () => {
    const before: Spec = { schedulingGates: gates, nodeSelector: { a: '1' }, affinity: terms(['x']) };
    const narrower: Spec = { nodeSelector: { a: '1', b: '2' }, affinity: terms(['x', 'y']) };
    expect(changed(before, narrower)).toEqual([]);
    expect(changed({ schedulingGates: gates }, { affinity: terms(['x']) })).toEqual([]);
  });

  it('may not be told less, or get new gates', () => {
    const before: Spec = { schedulingGates: gates, nodeSelector: { a: '1' }, affinity: terms(['x']) };
    const field = 'spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms';
    const shown = '{"MatchExpressions":[{"Key":"k","Operator":"In","Values":["y"]}],"MatchFields":null}';
    expect(
      changed(before, { schedulingGates: [...gates, { name: 'x.io/h' }], nodeSelector: {}, affinity: terms(['y']) }),
    ).toEqual([
      `spec.schedulingGates[1].name: Forbidden: only deletion is allowed, but found new scheduling gate 'x.io/h'`,
      'spec.nodeSelector: Invalid value: {}: only additions to spec.nodeSelector are allowed (no mutations or deletions)',
      `${field}[0]: Invalid value: ${shown}: only additions are allowed (no mutations or deletions)`,
    ]);
    expect(changed(before, { nodeSelector: { a: '1' } })).toEqual([
      `${field}: Invalid value: null: no additions/deletions to non-empty NodeSelectorTerms list are allowed`,
    ]);
  });

  it('is held to its place once the last gate is gone', () => {
    expect(changed({}, { nodeSelector: { a: '1' } })[0]).toMatch(/^spec: Forbidden/);
  });
});

describe('the status of a Pod', () => {
  it('O62 has one address a family', () => {
    expect(reported({}, { podIPs: [{ ip: '10.0.0.1' }, { ip: 'fd00::1' }] })).toEqual([]);
    expect(reported({}, { podIPs: [{ ip: '10.0.0.1' }, { ip: '10.0.0.2' }] })).toEqual([
      'status.podIPs: Invalid value: [{"IP":"10.0.0.1"},{"IP":"10.0.0.2"}]: may specify no more than one IP for each IP family',
    ]);
    expect(reported({}, { podIPs: [{ ip: '10.0.0.1' }, { ip: 'x' }] })).toContain(
      'status.podIPs: Internal error: failed to check for dual stack with error:invalid IP[1]: x',
    );
  });

  it('O63 repeats the first address of the host', () => {
    expect(reported({}, { hostIP: '10.0.0.9', hostIPs: [{ ip: '10.0.0.8' }] })).toEqual([
      'status.hostIPs[0].ip: Invalid value: "10.0.0.8": must be equal to `hostIP`',
    ]);
  });

  it('V91 advises against odd spellings of what was there before', () => {
    const old = { podIPs: [{ ip: '010.0.0.1' }] };
    expect(reported(old, old)).toEqual([]);
    expect(podStatusWarnings(pod({}, old))).toHaveLength(1);
  });

  it('lets what has ended start again only as the policy says', () => {
    const ended = (exitCode: number): Status => ({
      containerStatuses: [
        { name: 'c', image: '', imageID: '', ready: false, restartCount: 0, state: { terminated: { exitCode } } },
      ],
    });
    const running: Status = {
      containerStatuses: [{ name: 'c', image: '', imageID: '', ready: true, restartCount: 1, state: { running: {} } }],
    };
    const refusal = ['status.containerStatuses[0].state: Forbidden: may not be transitioned to non-terminated state'];
    expect(reported(ended(0), running, { restartPolicy: 'Always' })).toEqual([]);
    expect(reported(ended(1), running, { restartPolicy: 'OnFailure' })).toEqual([]);
    expect(reported(ended(0), running, { restartPolicy: 'OnFailure' })).toEqual(refusal);
    expect(reported(ended(1), running, { restartPolicy: 'Never' })).toEqual(refusal);
  });

  it('names a node only while the Pod has none', () => {
    expect(reported({}, { nominatedNodeName: 'n' })).toEqual([]);
    expect(reported({}, { nominatedNodeName: 'n' }, { nodeName: 'm' })).toEqual([
      'status.nominatedNodeName: Forbidden: may not be set on pods that are already bound to a node',
    ]);
  });
});
