import { describe, expect, it } from '@jest/globals';
import { toAutoscalerV1, toAutoscalerV2 } from './autoscaler-v1.ts';

const target = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' };
const cpu = (half: 'target' | 'current', values: object) => ({
  type: 'Resource',
  resource: { name: 'cpu', [half]: values },
});
const stored = {
  apiVersion: 'autoscaling/v2',
  kind: 'HorizontalPodAutoscaler',
  metadata: { name: 'web', annotations: { own: 'a' } },
  spec: {
    scaleTargetRef: target,
    minReplicas: 1,
    maxReplicas: 9,
    metrics: [
      { type: 'Pods', pods: { metric: { name: 'hits' }, target: { type: 'AverageValue', averageValue: '10' } } },
      {
        type: 'Object',
        object: {
          describedObject: { apiVersion: 'v1', kind: 'Service', name: 's' },
          target: { type: 'Value', value: '5k' },
          metric: { name: 'depth' },
        },
      },
      { type: 'External', external: { metric: { name: 'q' }, target: { type: 'Value', value: '3' } } },
      {
        type: 'ContainerResource',
        containerResource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 50 }, container: 'c' },
      },
      cpu('target', { type: 'Utilization', averageUtilization: 70 }),
    ],
    behavior: {
      scaleDown: {
        stabilizationWindowSeconds: 60,
        selectPolicy: 'Max',
        policies: [{ type: 'Percent', value: 100, periodSeconds: 15 }],
      },
    },
  },
  status: {
    currentReplicas: 2,
    desiredReplicas: 3,
    currentMetrics: [cpu('current', { averageValue: '35m', averageUtilization: 35 })],
    conditions: [{ type: 'AbleToScale', status: 'True' }],
  },
};

describe('autoscaling/v1', () => {
  it('shows the goal for the CPU and carries the rest, so that reading and writing back loses nothing', () => {
    const old = toAutoscalerV1(stored);
    expect(old['spec']).toEqual({
      scaleTargetRef: target,
      minReplicas: 1,
      maxReplicas: 9,
      targetCPUUtilizationPercentage: 70,
    });
    expect(old['status']).toEqual({ currentReplicas: 2, desiredReplicas: 3, currentCPUUtilizationPercentage: 35 });
    expect(toAutoscalerV2(old)).toEqual(stored);
  });

  it('has a goal of 80 % where no other is given, whatever stands in the annotations', () => {
    const spec = { scaleTargetRef: target, maxReplicas: 3 };
    const annotations = {
      'autoscaling.alpha.kubernetes.io/metrics': '{',
      'autoscaling.alpha.kubernetes.io/behavior': '[]',
    };
    const written = toAutoscalerV2({
      ...stored,
      apiVersion: 'autoscaling/v1',
      metadata: { name: 'web', annotations },
      spec,
    });
    const metrics = [cpu('target', { type: 'Utilization', averageUtilization: 80 })];
    expect(written['spec']).toEqual({ ...spec, metrics });
    expect(written.metadata).toEqual({ name: 'web' });
  });
});
