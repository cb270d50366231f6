import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parseCidr, type DetectLocal } from '../../model/index.ts';
import { recordedModel } from '../../testdata/recorded-cluster.ts';
import { renderIptables } from './render.ts';
import { saveForm } from './testdata/save-form.ts';

const pods = parseCidr('10.244.0.0/16');
const detectLocal: DetectLocal = pods === undefined ? { by: 'none' } : { by: 'cidr', cidr: pods };

function recorded(): string[] {
  const text = readFileSync(join(import.meta.dirname, 'testdata/kube-proxy-1.36.3.save.txt'), 'utf8');
  return text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
}

describe('renderIptables', () => {
  it('leaves in the kernel exactly what kube-proxy 1.36.3 left for the same cluster', () => {
    const counters = { invalidDropped: true, localhostAccepted: true };
    const input = renderIptables(recordedModel('IPv4'), { detectLocal, nodeIP: '10.77.0.2', counters });
    expect(saveForm(input)).toEqual(recorded());
  });
});
