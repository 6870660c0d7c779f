import { availableParallelism } from 'node:os';
import type { GraphicsAdapter } from '../../types/backend-trial.ts';
import { backendEnvironment, type Environment } from '../backend-environment.ts';
import { userCacheFolder } from '../cache-folder.ts';
import { findGraphics } from '../graphics.ts';
import type { Rung } from '../rungs.ts';
import { findTensorflow } from '../tensorflow/find.ts';
import { thisSystem, unfitness } from '../tensorflow/system.ts';
import { askForAdapters } from '../trial.ts';
import { allRungs, type BackendDiagnosis, diagnose } from './backends.ts';
import { cudaLibraries as cudaNames, findLibraries, type SharedLibrary, vulkanLoader } from './libraries.ts';
import { findNvidia, type Nvidia } from './nvidia.ts';
import { findTools, type Tools } from './tools.ts';

/** What this machine has to compute with, found out in this very call. */
export interface Examination {
  readonly node: string;
  readonly system: string;
  /** Processors that a program may use here. */
  readonly processors: number;
  /** Why no TensorFlow can be installed here, whatever is brought; absent where one can. */
  readonly unfit?: string;
  readonly tools: Tools;
  readonly nvidia: Nvidia;
  readonly cudaLibraries: readonly SharedLibrary[];
  /** Vulkan's loader; absent where graphics devices are not reached through it. */
  readonly vulkan?: SharedLibrary;
  /** What WebGPU could compute on, or why it cannot say. */
  readonly adapters: readonly GraphicsAdapter[] | string;
  readonly backends: readonly BackendDiagnosis[];
  /** What `auto` takes for a model that all can train; absent where none works. */
  readonly auto?: Rung;
}

export interface ExaminationRequest {
  readonly environment: Environment;
  readonly signal: AbortSignal;
  /** Measure speeds too: seconds for each backend that works. */
  readonly measure: boolean;
  /** Threads for the processor's TensorFlow. */
  readonly threads: number;
  readonly watcher: {
    began(what: Rung | 'machine'): void;
    ended(diagnosis: BackendDiagnosis): void;
  };
}

/** Looks at the machine, and tries each backend in a process of its own, one after the other. */
export const examine = async (request: ExaminationRequest): Promise<Examination> => {
  const { environment, signal, measure, threads, watcher } = request;
  watcher.began('machine');
  const cache = userCacheFolder({ environment });
  const tools = { environment, signal };
  const system = thisSystem();
  const folders = findTensorflow(cache, 'gpu')?.libraryFolders ?? [];
  const forDawn = backendEnvironment(
    { name: 'webgpu', device: 'gpu', threads: 1, deterministic: false },
    { environment },
  );
  const [found, nvidia, libraries, adapters] = await Promise.all([
    findTools(tools),
    findNvidia(tools),
    findLibraries([...cudaNames, vulkanLoader], folders, tools),
    askForAdapters({ environment: forDawn, signal }),
  ]);
  const cudaLibraries = libraries.filter(({ name }) => name !== vulkanLoader);
  const vulkan = system.platform === 'linux' ? libraries.find(({ name }) => name === vulkanLoader) : undefined;
  const { devices } = findGraphics('/');
  const here = { nvidia, adapters, cudaLibraries, ...(vulkan && { vulkan }) };
  const around = { cache, environment, signal, threads, measure, devices, ...here };
  const backends: BackendDiagnosis[] = [];
  for (const rung of allRungs) {
    watcher.began(rung);
    const diagnosis = await diagnose(rung, around);
    watcher.ended(diagnosis);
    backends.push(diagnosis);
  }
  const auto = backends.find(({ works, software, name }) => works && !software && name !== 'cpu');
  const unfit = unfitness(system);
  return {
    node: process.versions.node,
    system: `${system.platform} ${system.arch}${system.glibc === null ? '' : `, glibc ${system.glibc}`}`,
    processors: availableParallelism(),
    ...(unfit !== undefined && { unfit }),
    tools: found,
    ...here,
    backends,
    ...(auto && { auto: { name: auto.name, device: auto.device } }),
  };
};
