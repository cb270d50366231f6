import { describe, expect, it } from '@jest/globals';
import { crashStore } from './crash-store.ts';

describe('the SQLite store under SIGKILL', () => {
  it('F40 loses no acknowledged write and uses no revision twice', async () => {
    const report = await crashStore(20);
    expect(report).toMatchObject({ kills: 20, failures: [] });
    // Were nothing written between the kills, nothing could be lost.
    expect(report.acknowledged).toBeGreaterThan(100);
  }, 60_000);
});
