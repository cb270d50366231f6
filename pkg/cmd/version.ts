import { Command } from 'commander';

export function versionCommand(): Command {
  return new Command('version')
    .description('print the version of Fairlead and of the Kubernetes API it serves')
    .option('-o, --output <format>', 'json or yaml')
    .action(async ({ output }: { output?: string }) => {
      const { fairleadVersion } = await import('./fairlead-version.ts');
      const { kubernetesVersion } = await import('../apiserver/version.ts');
      const { major, minor, patch } = kubernetesVersion;
      const versions = {
        fairlead: fairleadVersion(),
        kubernetes: `v${major}.${minor}.${patch}`,
        node: process.version,
      };
      if (output === 'json') console.log(JSON.stringify(versions));
      else if (output === 'yaml')
        for (const [name, version] of Object.entries(versions)) console.log(`${name}: ${version}`);
      else console.log(`fairlead ${versions.fairlead} (Kubernetes API ${versions.kubernetes}, Node ${versions.node})`);
    });
}
