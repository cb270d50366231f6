import { describe, expect, it } from '@jest/globals';
import { Rivalry } from './rivalry.ts';

/** Our write of an object, and that many changes of it by somebody else, a second apart. */
function fight(rivalry: Rivalry, service: string, changes: number, from = 0): void {
  rivalry.wrote(service, 'ours');
  for (let at = 0; at < changes; at++)
    rivalry.saw(service, { uid: service, version: `theirs-${from}-${at}` }, from + at * 1000);
}

describe('Rivalry (CX5)', () => {
  it('leaves a Service alone after five foreign changes in a minute, and only that one', () => {
    const rivalry = new Rivalry();
    fight(rivalry, 'ns/a', 4);
    fight(rivalry, 'ns/b', 5);
    expect(rivalry.mustWait('ns/a', 5000)).toEqual({ ms: 0, began: false });
    expect(rivalry.mustWait('ns/b', 5000)).toEqual({ ms: 30_000, began: true });
    expect(rivalry.mustWait('ns/b', 6000)).toEqual({ ms: 29_000, began: false });
    expect(rivalry.waiting(6000)).toBe(1);
  });

  it('forgets changes after a minute', () => {
    const rivalry = new Rivalry();
    fight(rivalry, 'ns/a', 5);
    expect(rivalry.mustWait('ns/a', 61_000).ms).toBe(0);
  });

  it('takes its own writes for its own, also when their events come before their answers', () => {
    const rivalry = new Rivalry();
    rivalry.wrote('uid', '1');
    for (let version = 2; version < 9; version++) rivalry.saw('ns/a', { uid: 'uid', version: String(version) }, 0);
    for (let version = 2; version < 9; version++) rivalry.wrote('uid', String(version));
    rivalry.saw('ns/a', { uid: 'uid', version: undefined }, 0);
    rivalry.wrote('uid', undefined);
    expect(rivalry.mustWait('ns/a', 0).ms).toBe(0);
  });

  it('does not mind changes of what it never wrote', () => {
    const rivalry = new Rivalry();
    for (let version = 0; version < 9; version++) rivalry.saw('ns/a', { uid: 'uid', version: String(version) }, 0);
    expect(rivalry.mustWait('ns/a', 0).ms).toBe(0);
  });

  it('does not take it for rivalry that slices go with their Service', () => {
    const rivalry = new Rivalry();
    for (let at = 0; at < 9; at++) rivalry.wrote(`slice-${at}`, '1');
    for (let at = 0; at < 9; at++) rivalry.saw('ns/a', { uid: `slice-${at}`, version: undefined, owner: 'first' }, 0);
    expect(rivalry.mustWait('ns/a', 0).ms).toBe(30_000);
    const told = new Rivalry();
    for (let at = 0; at < 9; at++) told.wrote(`slice-${at}`, '1');
    for (let at = 0; at < 9; at++) told.saw('ns/a', { uid: `slice-${at}`, version: undefined, owner: 'first' }, 0);
    told.ended('ns/a', 'first');
    expect(told.mustWait('ns/a', 0).ms).toBe(0);
  });

  it('counts a conflict once, whether the cache shows it or not', () => {
    const rivalry = new Rivalry();
    for (const uid of ['a', 'b', 'c', 'd', 'e']) rivalry.conflicted('ns/a', uid, 0);
    expect(rivalry.mustWait('ns/a', 0).began).toBe(true);
    rivalry.wrote('mine', '1');
    for (let at = 0; at < 5; at++) rivalry.conflicted('ns/b', 'mine', at);
    expect(rivalry.mustWait('ns/b', 0).ms).toBe(0);
  });

  it('stops at fifty across Services although none has five', () => {
    const rivalry = new Rivalry();
    for (let at = 0; at < 13; at++) fight(rivalry, `ns/${at}`, 4);
    expect(rivalry.mustWait('ns/3', 5000).began).toBe(true);
    expect(rivalry.mustWait('ns/untouched', 5000).ms).toBe(0);
  });

  it('lets somebody change many Services once', () => {
    const rivalry = new Rivalry();
    for (let at = 0; at < 100; at++) fight(rivalry, `ns/${at}`, 1);
    expect(rivalry.mustWait('ns/3', 5000).ms).toBe(0);
  });

  it('waits twice as long each time, up to ten minutes, and begins anew after peace', () => {
    const rivalry = new Rivalry();
    const waits: number[] = [];
    let now = 0;
    for (let round = 0; round < 6; round++) {
      fight(rivalry, 'ns/a', 5, now);
      const { ms } = rivalry.mustWait('ns/a', now + 5000);
      waits.push(ms);
      now += 5000 + ms;
    }
    expect(waits).toEqual([30_000, 60_000, 120_000, 240_000, 480_000, 600_000]);
    now += 700_000;
    fight(rivalry, 'ns/a', 5, now);
    expect(rivalry.mustWait('ns/a', now + 5000).ms).toBe(30_000);
  });
});
