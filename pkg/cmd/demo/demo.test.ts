import { describe, expect, it } from '@jest/globals';
import { runDemo } from './run-demo.ts';
import { printTable } from './table.ts';

describe('fairlead demo', () => {
  it('shows three Pods behind one name, then two', async () => {
    const lines: string[] = [];
    await runDemo({ proxyMode: 'userspace', say: (text) => lines.push(text) });
    const story = lines.join('\n');
    expect(story).toMatch(/hostnames +ClusterIP +10\.96\./);
    expect(story).toContain('2 of 3 selected pods serve.');
    expect(story).toMatch(/^10\.244\.0\.2\n10\.244\.1\.2\n10\.244\.2\.2$/m);
    expect(lines.at(-1)).toContain('are gone');
  });
});

describe('printTable', () => {
  it('leaves out what is of lesser interest unless it is asked for', () => {
    const table = {
      columnDefinitions: [
        { name: 'Name', priority: 0 },
        { name: 'Node', priority: 1 },
        { name: 'Age', priority: 0 },
      ],
      rows: [{ cells: ['a-long-name', 'n1', '2s'] }, { cells: ['b', null, '3s'] }],
    };
    expect(printTable(table, false)).toBe('NAME          AGE\na-long-name   2s\nb             3s');
    expect(printTable(table, true)).toContain('b             <none>   3s');
  });
});
