/** O10: what we say we are. The minor is the one whose behaviour is implemented; the suffix is build metadata. */
export const kubernetesVersion = { major: '1', minor: '36', patch: '3' } as const;

export function versionInfo(): object {
  const { major, minor, patch } = kubernetesVersion;
  const platform = `${process.platform}/${process.arch === 'x64' ? 'amd64' : process.arch}`;
  return {
    major,
    minor,
    emulationMajor: major,
    emulationMinor: minor,
    minCompatibilityMajor: major,
    minCompatibilityMinor: String(Number(minor) - 1),
    gitVersion: `v${major}.${minor}.${patch}+fairlead`,
    gitCommit: 'unknown',
    gitTreeState: 'clean',
    buildDate: '1970-01-01T00:00:00Z',
    goVersion: `node ${process.version}`,
    compiler: 'node',
    platform,
  };
}
