import { describe, expect, it } from '@jest/globals';
import { VirtualClock } from '../../clock/index.ts';
import { jumps } from '../iptables/render/index.ts';
import { ProxyTracker } from '../model/index.ts';
import { endpoint, n1, service, slice } from '../model/testdata/objects.ts';
import { IptablesBackEnd } from './iptables.ts';
import { ToolError, type Runner, type RunResult } from './runner.ts';

const ok = (stdout = ''): RunResult => ({ code: 0, stdout, stderr: '' });

/** Answers by the first word that knows the call, and notes every call with its input. */
function scripted(answers: Readonly<Record<string, (args: string, input: string) => RunResult>>): {
  run: Runner;
  calls: { line: string; input: string }[];
} {
  const calls: { line: string; input: string }[] = [];
  const run: Runner = async (command, args, input = '') => {
    const line = [command, ...args].join(' ');
    calls.push({ line, input });
    return answers[command]?.(args.join(' '), input) ?? ok();
  };
  return { run, calls };
}

/** What iptables-save prints once everything of ours is ensured. */
const complete = (['mangle', 'filter', 'nat'] as const)
  .flatMap((table) => {
    const ours = jumps.filter((jump) => jump.table === table);
    return [
      `*${table}`,
      ...[...new Set(ours.map(({ to }) => to)), 'KUBE-PROXY-CANARY'].map((chain) => `:${chain} - [0:0]`),
      ...ours.map(({ from, rule }) => `-A ${from} ${rule}`),
      'COMMIT',
    ];
  })
  .join('\n');

function tracked(): ProxyTracker {
  const tracker = new ProxyTracker({ family: 'IPv4', node: n1 });
  tracker.applyService(service());
  tracker.applySlice(slice({ endpoints: [endpoint('10.244.1.11')] }));
  return tracker;
}

const backEnd = (run: Runner): IptablesBackEnd =>
  new IptablesBackEnd({ family: 'IPv4', run, clock: new VirtualClock() });

describe('IptablesBackEnd', () => {
  it('I10 I61 I70 begins with chains and jumps in one restore, the sysctl, then the rules', async () => {
    const { run, calls } = scripted({});
    const tracker = tracked();
    tracker.checkout();
    await backEnd(run).sync(tracker.model());
    expect(calls.map(({ line }) => line)).toEqual([
      'iptables-save',
      'iptables-restore -w 5 -W 100000 --noflush --counters',
      'sysctl -qw net.ipv4.conf.all.route_localnet=1',
      'iptables-save -t nat',
      'iptables-restore -w 5 -W 100000 --noflush --counters',
    ]);
    const inserted = calls[1]?.input.split('\n').filter((line) => line.startsWith('-I')) ?? [];
    expect(inserted).toHaveLength(jumps.length);
    expect(calls[1]?.input).toContain('*mangle\n:KUBE-PROXY-CANARY - [0:0]\nCOMMIT');
    expect(calls[4]?.input).toContain('-j KUBE-SVC-67NZLRHBNDSAWJRO');
  });

  it('I10 touches no chain or jump that is there; one that is printed otherwise is asked for', async () => {
    const odd = complete.replace(
      '-A INPUT -m comment --comment "kubernetes health check service ports" -j KUBE-NODEPORTS',
      '-A INPUT -j KUBE-NODEPORTS -m comment --comment "kubernetes health check service ports"',
    );
    const { run, calls } = scripted({ 'iptables-save': () => ok(odd) });
    await backEnd(run).sync(tracked().model());
    expect(calls.map(({ line }) => line).slice(0, 3)).toEqual([
      'iptables-save',
      'iptables -w 5 -W 100000 -t filter -C INPUT -m comment --comment kubernetes health check service ports -j KUBE-NODEPORTS',
      'sysctl -qw net.ipv4.conf.all.route_localnet=1',
    ]);
  });

  it('I60 I66 then writes what changed, and deletes chains that the kernel has too many', async () => {
    const { run, calls } = scripted({
      'iptables-save': (args) => ok(args === '' ? complete : '*nat\n:KUBE-SVC-GONE - [0:0]\n:OTHER - [0:0]\nCOMMIT\n'),
    });
    const made = backEnd(run);
    const tracker = tracked();
    tracker.applyService(service({ name: 'other', spec: { clusterIP: '10.96.0.11' } }));
    tracker.checkout();
    await made.sync(tracker.model());
    tracker.applySlice(slice({ service: 'other', endpoints: [endpoint('10.244.2.12')] }));
    const change = tracker.checkout();
    calls.length = 0;
    const report = await made.sync(tracker.model(), change);
    expect(calls.map(({ line }) => line)).toEqual([
      'iptables-save -t nat',
      'iptables-restore -w 5 -W 100000 --noflush --counters',
    ]);
    expect(calls[1]?.input).toContain('-X KUBE-SVC-GONE\n');
    expect(calls[1]?.input).not.toContain('-X OTHER');
    expect(calls[1]?.input).not.toMatch(/^-A KUBE-SVC-67NZLRHBNDSAWJRO/m);
    expect(report.rules?.nat).toMatchObject({ total: 13, written: 10 });
  });

  it('I60 deletes nothing when iptables-save fails', async () => {
    const { run, calls } = scripted({
      'iptables-save': (args) => (args === '' ? ok(complete) : { code: 1, stdout: '', stderr: 'no' }),
    });
    await backEnd(run).sync(tracked().model());
    expect(calls.at(-1)?.input).not.toContain('-X ');
  });

  it.each([
    ['legacy', 'iptables-restore: line 3 failed'],
    ['nf_tables', 'iptables-restore v1.8.9 (nf_tables): \nline 3: RULE_APPEND failed\nError occurred at line: 3'],
  ])('S91 I64 a refusal names the lines around it (%s), and the next sync is full', async (_, stderr) => {
    let refuse = true;
    const { run, calls } = scripted({
      'iptables-save': () => ok(complete),
      'iptables-restore': () => (refuse ? { code: 4, stdout: '', stderr } : ok()),
    });
    const made = backEnd(run);
    const tracker = tracked();
    const change = tracker.checkout();
    await expect(made.sync(tracker.model(), change)).rejects.toThrow(/:KUBE-EXTERNAL-SERVICES - \[0:0\]/);
    await expect(made.sync(tracker.model())).rejects.toBeInstanceOf(ToolError);
    refuse = false;
    calls.length = 0;
    await made.sync(tracker.model(), { services: new Set(), updated: [], removed: [] });
    expect(calls[0]?.line).toBe('iptables-save');
    expect(calls.at(-1)?.input).toMatch(/^-A KUBE-SVC-67NZLRHBNDSAWJRO/m);
  });

  it.each([
    ['there', 0, true],
    ['gone', 1, false],
    ['unknown, the lock is held', 4, true],
  ])('S89 I68 the canary is %s', async (_, code, intact) => {
    const { run } = scripted({ iptables: () => ({ code, stdout: '', stderr: '' }) });
    expect(await backEnd(run).isIntact()).toBe(intact);
  });
});
