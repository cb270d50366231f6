import { describe, expect, it } from '@jest/globals';
import { formatFieldsV1 } from '../fields/fields-v1.ts';
import { customResetFields, resetFieldsOf } from './reset-fields.ts';

describe('M38 what an endpoint does not write', () => {
  it.each([
    ['v1', 'Service', '', { 'f:status': {} }],
    ['v1', 'Service', 'status', { 'f:spec': {} }],
    ['v1', 'Pod', 'status', { 'f:metadata': { 'f:deletionTimestamp': {}, 'f:ownerReferences': {} }, 'f:spec': {} }],
    ['v1', 'Namespace', 'finalize', { 'f:status': {} }],
    ['apps/v1', 'Deployment', 'status', { 'f:metadata': { 'f:labels': {} }, 'f:spec': {} }],
    ['networking.k8s.io/v1', 'ServiceCIDR', 'status', { 'f:metadata': {}, 'f:spec': {} }],
    ['v1', 'ConfigMap', '', {}],
    ['discovery.k8s.io/v1', 'EndpointSlice', '', {}],
    ['other.io/v1', 'Service', 'status', {}],
  ])('%s %s %s', (apiVersion, kind, subresource, fields) => {
    expect(formatFieldsV1(resetFieldsOf(apiVersion, kind, subresource))).toEqual(fields);
  });

  it('follows the definition for custom resources', () => {
    expect(formatFieldsV1(customResetFields(false, ''))).toEqual({});
    expect(formatFieldsV1(customResetFields(true, ''))).toEqual({ 'f:status': {} });
    expect(formatFieldsV1(customResetFields(true, 'status'))).toEqual({ 'f:metadata': {}, 'f:spec': {} });
  });
});
