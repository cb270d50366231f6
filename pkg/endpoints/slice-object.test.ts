import { describe, expect, it } from '@jest/globals';
import { slice, type SliceStory } from '../testing/build/objects.ts';
import { mirrorManager } from './names.ts';
import { belongsTo, generateName } from './slice-object.ts';

describe('generateName (S13)', () => {
  it('puts a dash behind the name', () => {
    expect(generateName('web')).toBe('web-');
    expect(generateName('a')).toBe('a-');
    expect(generateName('a.b')).toBe('a.b-');
  });

  it('leaves the dash out where it would make no name', () => {
    const longest = 'a'.repeat(253);
    expect(generateName(longest)).toBe(longest);
    expect(generateName('Upper')).toBe('Upper');
  });
});

describe('belongsTo', () => {
  const belongs = (story: Partial<SliceStory>, namespace = 'ns', name = 'svc'): boolean =>
    belongsTo(slice({ name: 'x', manager: mirrorManager, ...story }), mirrorManager, namespace, name);

  it('SC-M-025 takes no slice of another namespace, Service or manager', () => {
    expect(belongs({})).toBe(true);
    expect(belongs({}, 'elsewhere')).toBe(false);
    expect(belongs({}, 'ns', 'other')).toBe(false);
    expect(belongs({ manager: 'other.example.com' })).toBe(false);
  });

  it('SC-M-025 takes no slice that names no manager or no Service', () => {
    const { metadata, ...rest } = slice({ name: 'x', manager: mirrorManager });
    for (const missing of ['endpointslice.kubernetes.io/managed-by', 'kubernetes.io/service-name']) {
      const labels = Object.fromEntries(Object.entries(metadata.labels ?? {}).filter(([key]) => key !== missing));
      expect(belongsTo({ ...rest, metadata: { ...metadata, labels } }, mirrorManager, 'ns', 'svc')).toBe(false);
    }
  });
});
