/**
 * The node proxy on this machine's kernel, with real packets between network namespaces: the whole scenario catalogue in
 * each mode, and what becomes of connections while things go wrong.
 */
import { mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { whyNot } from '../../pkg/proxy/apply/testdata/namespaces.ts';
import { findProgram, root, runProgram } from '../server.ts';
import type { Check, Skip, Suite } from '../suite.ts';
import { checkFaults } from './faults.ts';
import { checkLoopback } from './loopback.ts';
import { checkLock } from './lock.ts';

export const suite: Suite = {
  about: 'the node proxy in every mode that this kernel has, with real packets, and through faults',
  missing: () => whyNot('iptables', 'nft', 'conntrack'),
  run: async (check, skip) => {
    const folder = 'pkg/proxy/apply/';
    await catalogue(check, 'iptables as installed, nftables in every layout, user space, recorded rulesets', [
      `${folder}kernel`,
    ]);
    await legacy(check, skip);
    for (const mode of ['iptables', 'nftables'] as const) await checkFaults(mode, check);
    await checkLoopback(check);
    if (runProgram('ipvsadm', ['-ln']).code !== 0)
      skip('ipvs: this kernel has no ip_vs; its program is compared with the rules it must follow in npm test');
  },
};

/** The same through the other half of iptables, found under its usual names first. */
async function legacy(check: Check, skip: Skip): Promise<void> {
  const program = findProgram('xtables-legacy-multi');
  if (program === undefined) {
    skip('iptables-legacy is not installed (Debian has it in the package iptables)');
    return;
  }
  const folder = mkdtempSync(join(tmpdir(), 'fairlead-legacy-'));
  try {
    for (const name of ['iptables', 'ip6tables'])
      for (const suffix of ['', '-save', '-restore']) symlinkSync(program, join(folder, name + suffix));
    const path = `${folder}:${process.env['PATH'] ?? ''}`;
    const files = [join('pkg', 'proxy', 'apply', 'kernel.test.ts'), '-t', 'on this kernel iptables'];
    await catalogue(check, `iptables legacy (${readdirSync(folder).length} programs)`, files, { PATH: path });
    await checkLock(folder, check);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function catalogue(
  check: Check,
  what: string,
  words: readonly string[],
  env: Record<string, string> = {},
): Promise<void> {
  await check(`the scenario catalogue: ${what}`, () => {
    const args = [join(root, 'hack/test.ts'), ...words];
    const { code, stdout, stderr } = runProgram(process.execPath, args, {
      env: { FAIRLEAD_KERNEL_SCENARIOS: 'all', ...env },
      seconds: 600,
    });
    const last = stdout.trim().split('\n').at(-1) ?? '';
    if (code !== 0 || last.startsWith('0 passed')) throw new Error(`${last}\n${(stdout + stderr).slice(-4000)}`);
    console.log(`      ${last}`);
  });
}
