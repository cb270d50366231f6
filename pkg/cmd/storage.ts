import { Command } from 'commander';
import { addEtcdFlags, type EtcdFlags } from './etcd-options.ts';
import { parseStoreAddress, type StoreAddress } from './storage/store-address.ts';

interface Flags extends EtcdFlags {
  readonly from: StoreAddress;
  readonly to: StoreAddress;
  readonly at: StoreAddress;
}

const form = 'sqlite:DATA-DIRECTORY or etcd:URL,URL…';

export function storageCommand(): Command {
  const storage = new Command('storage').description('move, save and check what the API server keeps');
  const migrate = new Command('migrate')
    .description('copy everything into another store; stop the API servers first. Interrupted, it goes on where it was')
    .requiredOption('--from <store>', form, parseStoreAddress)
    .requiredOption('--to <store>', 'an empty one', parseStoreAddress)
    .action(async (flags: Flags) => (await import('./storage/run.ts')).runMigrate(flags.from, flags.to, flags));
  const backup = new Command('backup')
    .description('save everything, as of one moment, in a file')
    .argument('<file>')
    .requiredOption('--from <store>', form, parseStoreAddress)
    .action(async (file: string, flags: Flags) =>
      (await import('./storage/run.ts')).runBackup(flags.from, file, flags),
    );
  const restore = new Command('restore')
    .description('fill an empty store from a file; versions go on far behind those of the backup')
    .argument('<file>')
    .requiredOption('--to <store>', form, parseStoreAddress)
    .action(async (file: string, flags: Flags) => (await import('./storage/run.ts')).runRestore(file, flags.to, flags));
  const check = new Command('check')
    .description('read everything, count it, and say what is wrong; exit code 1 if anything is')
    .requiredOption('--at <store>', form, parseStoreAddress)
    .action(async (flags: Flags) => {
      process.exitCode = await (await import('./storage/run.ts')).runCheck(flags.at, flags);
    });
  for (const command of [migrate, backup, restore, check]) storage.addCommand(addEtcdFlags(command).exitOverride());
  return storage;
}
