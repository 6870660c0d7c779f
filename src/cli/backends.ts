import type { Command } from 'commander';
import type { BackendInstallOptions } from '../commands/backend-install.ts';
import type { BackendRemoveOptions } from '../commands/backend-remove.ts';
import type { DoctorOptions } from '../commands/doctor.ts';
import type { PipelineOptions } from '../commands/pipeline-options.ts';
import { withPipeline } from './options.ts';

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
  program
    .command('doctor')
    .description(
      'say what this machine has to compute with: each backend is tried and measured, and what would mend it',
    )
    .option('--no-measure', 'train a few steps on each, and measure no speed')
    .option(...asJson)
    .action(async (options: DoctorOptions) => {
      const { doctor } = await import('../commands/doctor.ts');
      process.exitCode = await doctor(options);
    });
  addAdvise(program);
};

const addAdvise = (program: Command): void => {
  withPipeline(program.command('advise'))
    .description('time a few steps of a training, and say what it would take and cost, here and on other machines')
    .argument('[pipeline]')
    .argument('[stage]', 'the stage that trains; the only one unless told otherwise')
    .action(async (pipeline: string | undefined, stage: string | undefined, options: PipelineOptions) => {
      const { advise } = await import('../commands/advise.ts');
      process.exitCode = await advise(pipeline, stage, options);
    });
};

const asJson = ['--json', 'print JSON on stdout, for programs'] as const;
