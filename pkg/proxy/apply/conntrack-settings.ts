/** How much the kernel tracks and for how long (C10, C11). */
import type { Runner } from './runner.ts';

/** Zero leaves the system's value alone, everywhere. */
export interface ConntrackSettings {
  readonly maxPerCore: number;
  readonly min: number;
  readonly tcpEstablishedSeconds: number;
  readonly tcpCloseWaitSeconds: number;
  readonly tcpBeLiberal: boolean;
  readonly udpSeconds: number;
  readonly udpStreamSeconds: number;
}

/** Sets what is asked for; a setting that the system refuses is told and the others are still made. */
export async function applyConntrackSettings(
  run: Runner,
  settings: ConntrackSettings,
  cores: number,
  onRefusal: (setting: string, why: string) => void,
): Promise<void> {
  for (const setting of conntrackSysctls(settings, cores)) {
    const { code, stdout, stderr } = await run('sysctl', ['-qw', setting]);
    if (code !== 0) onRefusal(setting, (stderr || stdout).trim());
  }
}

function conntrackSysctls(settings: ConntrackSettings, cores: number): string[] {
  const { maxPerCore, min, tcpBeLiberal } = settings;
  const max = maxPerCore === 0 ? 0 : Math.max(maxPerCore * cores, min);
  const values = [
    ['nf_conntrack_max', max],
    ['nf_conntrack_tcp_timeout_established', settings.tcpEstablishedSeconds],
    ['nf_conntrack_tcp_timeout_close_wait', settings.tcpCloseWaitSeconds],
    ['nf_conntrack_udp_timeout', settings.udpSeconds],
    ['nf_conntrack_udp_timeout_stream', settings.udpStreamSeconds],
    ['nf_conntrack_tcp_be_liberal', tcpBeLiberal ? 1 : 0],
  ] as const;
  return values.flatMap(([name, value]) => (value > 0 ? [`net.netfilter.${name}=${value}`] : []));
}

/** I55, C12: asked after the settings were made. */
export async function isConntrackLiberal(run: Runner): Promise<boolean> {
  const { code, stdout } = await run('sysctl', ['-n', 'net.netfilter.nf_conntrack_tcp_be_liberal']);
  return code === 0 && stdout.trim() !== '' && stdout.trim() !== '0';
}
