import { userCacheFolder } from '../machine/cache-folder.ts';
import { bytesOf } from '../machine/tensorflow/check.ts';
import { type InstallResult, installTensorflow } from '../machine/tensorflow/install.ts';
import { InstallProblem } from '../machine/tensorflow/problem.ts';
import { thisSystem } from '../machine/tensorflow/system.ts';
import { tensorflowVersion } from '../machine/tensorflow/versions.ts';
import { Interrupted } from '../store/lock.ts';
import { sayPlan, sayResult } from '../ui/backend-view.ts';
import { installMeter } from './install-meter.ts';
import { interruptible } from './interrupt.ts';
import { UserMistake } from './user-mistake.ts';

export interface BackendInstallOptions {
  readonly gpu?: boolean;
  readonly from?: string;
  readonly json?: boolean;
}

/** `stemma backend install`: exit code 1 where this machine cannot have it, 2 where what was asked for makes no sense. */
export const backendInstall = async (options: BackendInstallOptions): Promise<number> => {
  const { gpu, from, json } = options;
  const what = `TensorFlow ${tensorflowVersion} for the ${gpu ? 'GPU' : 'processor'}`;
  const meter = installMeter(process.stderr);
  const interrupt = interruptible();
  try {
    const result = await installTensorflow({
      cache: userCacheFolder({ environment: process.env }),
      device: gpu ? 'gpu' : 'cpu',
      ...(from !== undefined && { from }),
      system: thisSystem(),
      environment: process.env,
      signal: interrupt.signal,
      watcher: {
        planned: (plan) => meter.say(sayPlan(plan, what)),
        waiting: (holder) => meter.say(`note: waiting for another installation (process ${holder})`),
        replacing: (damage) => meter.say(`note: what is installed is damaged (${damage}), and is made again`),
        began: meter.began,
        progress: meter.progress,
      },
    });
    meter.clear();
    tell(result, what, json ?? false);
    return 0;
  } catch (error) {
    meter.clear();
    return tellProblem(error);
  } finally {
    interrupt.release();
  }
};

const tell = (result: InstallResult, what: string, json: boolean): void => {
  const bytes = bytesOf(result.installed);
  const { name, folder, version, device } = result.installed;
  const fallback = result.kind === 'installed' ? result.fallback : undefined;
  if (json) {
    const already = result.kind === 'already';
    process.stdout.write(
      `${JSON.stringify({ name, folder, version, device, bytes, already, ...(fallback && { fallback }) }, null, 2)}\n`,
    );
    return;
  }
  process.stdout.write(`${sayResult(result, bytes, what)}\n`);
  if (fallback !== undefined) process.stdout.write(`note: it computed on the processor: ${fallback}\n`);
};

const tellProblem = (error: unknown): number => {
  if (error instanceof Interrupted) {
    process.stderr.write('interrupted: nothing was installed\n');
    return 130;
  }
  if (!(error instanceof InstallProblem)) throw error;
  const { message, hint, kind } = error;
  if (kind === 'mistake') throw new UserMistake(message, hint);
  process.stderr.write(`error: ${message}\n${hint === undefined ? '' : `hint: ${hint}\n`}`);
  return 1;
};
