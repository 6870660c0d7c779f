import type { Probe } from '../../types/probe.ts';
import type { BackendName } from '../../types/stage.ts';
import { lookAtAdapter } from './webgpu.ts';

// A program: says on stdout, as one line of JSON, what a backend finds to compute on. In a process of its own, since a
// driver may take the process with it, and since TensorFlow reads its environment once.

const probes: Readonly<Partial<Record<BackendName, (folder: string) => Promise<Probe>>>> = {
  webgpu: async () => ({ works: true, ...(await lookAtAdapter()) }),
  tensorflow: async (folder) => {
    const tf = await import('@tensorflow/tfjs-core');
    const { prepareTensorflow, tensorflowDevice } = await import('./tensorflow.ts');
    const { version } = prepareTensorflow(folder);
    await tf.setBackend('tensorflow');
    return { works: true, version, device: tensorflowDevice() };
  },
};

const [name = '', folder = ''] = process.argv.slice(2);
const probe = async (): Promise<Probe> => {
  try {
    return await probes[name as BackendName]!(folder);
  } catch (error) {
    return { works: false, why: (error as Error).message.split('\n')[0]! };
  }
};
// Dawn keeps a process alive.
process.stdout.write(`${JSON.stringify(await probe())}\n`, () => process.exit(0));
