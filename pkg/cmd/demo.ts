import { Argument, Command, Option } from 'commander';

export interface DemoFlags {
  readonly proxyMode: 'userspace';
}

export function demoCommand(): Command {
  return new Command('demo')
    .description('watch a Service work, from an empty machine: three Pods, one address, three answers')
    .addArgument(new Argument('[story]', 'which').choices(['hostnames']).default('hostnames'))
    .addOption(
      new Option('--proxy-mode <mode>', 'how the Service is reached').choices(['userspace']).default('userspace'),
    )
    .action(async (_story: string, flags: DemoFlags) => {
      const { runDemo } = await import('./demo/run-demo.ts');
      await runDemo({ ...flags, say: (text) => console.log(text) });
    });
}
