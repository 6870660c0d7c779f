import type { Command } from 'commander';
import type { BackendInstallOptions } from '../commands/backend-install.ts';
import type { BackendRemoveOptions } from '../commands/backend-remove.ts';

/** The commands about what can compute on this machine. */
export const addBackends = (program: Command): void => {
  const backend = program.command('backend').description('list what is installed to compute with; bring TensorFlow');
  backend
    .command('list', { isDefault: true })
    .description('list what is installed, for all projects of this user')
    .option(...asJson)
    .action(async (options: { json?: boolean }) => {
      const { backendList } = await import('../commands/backend-list.ts');
      process.exitCode = backendList(options);
    });
  backend
    .command('install')
    .description("bring TensorFlow into the user's cache folder, and see that it trains")
    .option('--gpu', 'the build for NVIDIA GPUs, with the libraries of CUDA 12')
    .option('--from <path>', 'a wheel, a folder with wheels, or the folder of an installed TensorFlow')
    .option(...asJson)
    .action(async (options: BackendInstallOptions) => {
      const { backendInstall } = await import('../commands/backend-install.ts');
      process.exitCode = await backendInstall(options);
    });
  backend
    .command('remove')
    .description('remove what was installed')
    .argument('[name]', 'its name in the list; the only one unless told otherwise')
    .option('--all', 'all of them')
    .option(...asJson)
    .action(async (name: string | undefined, options: BackendRemoveOptions) => {
      const { backendRemove } = await import('../commands/backend-remove.ts');
      process.exitCode = await backendRemove(name, options);
    });
  for (const command of backend.commands) command.exitOverride();
};

const asJson = ['--json', 'print JSON on stdout, for programs'] as const;
