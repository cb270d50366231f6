/** Parses the command line and hands over. Commands load what they need when they run: help stays quick (DX5). */
import { Command, CommanderError } from 'commander';
import { apiserverCommand } from './apiserver.ts';
import { completionCommand } from './completion.ts';
import { ConfigError } from './config-error.ts';
import { controllersCommand } from './controllers.ts';
import { curlCommand } from './curl.ts';
import { demoCommand } from './demo.ts';
import { dnsCommand } from './dns.ts';
import { envCommand } from './env.ts';
import { explainCommand } from './explain.ts';
import { getCommand } from './get.ts';
import { planCommand } from './plan.ts';
import { proxyCommand } from './proxy.ts';
import { storageCommand } from './storage.ts';
import { upCommand } from './up.ts';
import { versionCommand } from './version.ts';

export function fairlead(): Command {
  const program = new Command('fairlead')
    .description('The Kubernetes Service system: API server, endpoint controllers, cluster DNS and node proxies.')
    .showHelpAfterError('(--help shows what there is)')
    .configureHelp({ showGlobalOptions: false })
    .exitOverride();
  const commands = [
    upCommand(),
    apiserverCommand(),
    controllersCommand(),
    proxyCommand(),
    dnsCommand(),
    demoCommand(),
    getCommand(),
    curlCommand(),
    explainCommand(),
    envCommand(),
    planCommand(),
    storageCommand(),
    versionCommand(),
    completionCommand(() => program),
  ];
  for (const command of commands) program.addCommand(command.exitOverride());
  return program;
}

try {
  await fairlead().parseAsync(process.argv);
} catch (error) {
  process.exitCode = exitCodeOf(error);
}

/** Usage errors and refusals are one sentence and exit 1; anything else is a bug and shows its stack. */
function exitCodeOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 1;
  if (error instanceof ConfigError) {
    console.error(`fairlead: ${error.message}`);
    return 1;
  }
  console.error(error);
  return 1;
}
