/** The page about the proxy shows what the renderer writes (the example that every text on Services prints). */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { renderIptables } from './iptables/render/index.ts';
import { saveForm } from './iptables/render/testdata/save-form.ts';
import { buildModel } from './model/index.ts';
import { endpoint, n1, service, slice } from './model/testdata/objects.ts';

const page = readFileSync(join(import.meta.dirname, '../../docs/proxy.md'), 'utf8');

describe('docs/proxy.md', () => {
  it('prints the classic example as iptables-save does after our rules', () => {
    const hostnames = service({
      namespace: 'default',
      name: 'hostnames',
      spec: { clusterIP: '10.0.1.175', ports: [{ protocol: 'TCP', port: 80 }] },
    });
    const endpoints = ['10.244.1.5', '10.244.2.3', '10.244.3.6'].map((ip) => endpoint(ip));
    const slices = [
      slice({
        namespace: 'default',
        service: 'hostnames',
        ports: [{ name: '', protocol: 'TCP', port: 9376 }],
        endpoints,
      }),
    ];
    const model = buildModel([hostnames], slices, { family: 'IPv4', node: n1 });
    const rules = saveForm(renderIptables(model)).filter((line) => line.includes('"default/hostnames'));
    expect(rules).toHaveLength(10);
    const shown = page.split('\n').filter((line) => line.startsWith('-A') && !line.includes('hostnames: '));
    expect(shown.toSorted()).toEqual(rules.toSorted());
  });
});
