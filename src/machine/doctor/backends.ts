import type { BackendSpeed, GraphicsAdapter } from '../../types/backend-trial.ts';
import type { BackendName, GrantedBackend } from '../../types/stage.ts';
import { backendEnvironment, type Environment } from '../backend-environment.ts';
import { bestKind } from '../devices.ts';
import { versionOf } from '../package-version.ts';
import { ladder, type Rung } from '../rungs.ts';
import { damageInside, damageOf } from '../tensorflow/check.ts';
import { findTensorflow, type Installed, installedName } from '../tensorflow/find.ts';
import { tensorflowVersion } from '../tensorflow/versions.ts';
import { type Trial, tryBackend } from '../trial.ts';
import type { SharedLibrary } from './libraries.ts';
import type { Nvidia } from './nvidia.ts';

/** What the doctor has found out about a backend, in this very call. */
export interface BackendDiagnosis extends Rung {
  readonly works: boolean;
  readonly version?: string;
  readonly threads?: number;
  /** What a person would call what it computes on. */
  readonly described?: string;
  /** It works, and is never chosen by itself, since the processor plays the GPU. */
  readonly software?: true;
  /** Why it does not work. */
  readonly why?: string;
  /** What would mend it: one phrase, a command in backticks. */
  readonly hint?: string;
  readonly speed?: BackendSpeed;
}

export interface Surroundings {
  readonly cache: string;
  readonly environment: Environment;
  readonly signal: AbortSignal;
  readonly nvidia: Nvidia;
  readonly adapters: readonly GraphicsAdapter[] | string;
  readonly cudaLibraries: readonly SharedLibrary[];
  /** Vulkan's loader, where graphics devices are reached through it. */
  readonly vulkan?: SharedLibrary;
  /** Graphics devices that the kernel shows. */
  readonly devices: readonly string[];
  /** Threads for what computes on the processor with several. */
  readonly threads: number;
  readonly measure: boolean;
}

/** What a pipeline can ask for: what `auto` tries, and plain JavaScript. */
export const allRungs: readonly Rung[] = [...ladder, { name: 'cpu', device: 'cpu' }];

/** Trains a few steps on a backend, and measures its speed. */
export const diagnose = (rung: Rung, around: Surroundings): Promise<BackendDiagnosis> => ways[rung.name](rung, around);

const tensorflow = async (rung: Rung, around: Surroundings): Promise<BackendDiagnosis> => {
  const onGpu = rung.device === 'gpu';
  const installed = findTensorflow(around.cache, onGpu ? 'gpu' : undefined);
  const { nvidia } = around;
  if (installed === undefined) {
    if (onGpu && !nvidia.found) return { ...rung, works: false, why: `no NVIDIA GPU here (${nvidia.why})` };
    return { ...rung, works: false, why: 'not installed', hint: installCommand(rung.device) };
  }
  const { version } = installed;
  const damage = damageOf(installed);
  if (damage !== undefined) {
    return { ...rung, version, works: false, why: `damaged: ${damage}`, hint: installCommand(installed.device) };
  }
  const threads = onGpu ? 1 : around.threads;
  const tried = await run({ ...choiceOf(rung, version, threads), folder: installed.folder }, around, { installed });
  if (tried.works)
    return { ...rung, ...worksWith(tried), ...(onGpu && nvidia.found && { described: nvidia.gpus[0]!.name }) };
  const inside = await damageInside(installed, around.signal);
  const hint = mendCommands(installed.device);
  if (inside !== undefined) return { ...rung, version, works: false, why: `damaged: ${inside}`, hint };
  return { ...rung, version, works: false, ...(onGpu ? whyNoGpu(tried, around) : whyNot(tried, hint)) };
};

const webgpu = async (rung: Rung, around: Surroundings): Promise<BackendDiagnosis> => {
  const version = versionOf('webgpu');
  const { adapters } = around;
  if (typeof adapters === 'string') return { ...rung, version, works: false, why: `Dawn does not start: ${adapters}` };
  let first: BackendDiagnosis | undefined;
  // Of several, a stage is given the first that works.
  for (const adapter of bestKind(adapters)) {
    const diagnosis = await tryAdapter(rung, adapter, around);
    if (diagnosis.works) return diagnosis;
    first ??= diagnosis;
  }
  return first ?? { ...rung, version, works: false, ...whyNoAdapter(around) };
};

const whyNoAdapter = ({ devices, vulkan, nvidia }: Surroundings) => {
  if (devices.length === 0) return { why: 'no graphics device here' };
  const why = 'Dawn finds no adapter';
  if (vulkan === undefined) return { why };
  const byApt = (name: string) => `as with \`apt-get install ${name}\` on Debian`;
  if (vulkan.path === undefined)
    return { why: `${why}: there is no ${vulkan.name} here`, hint: `install Vulkan's loader, ${byApt('libvulkan1')}` };
  const driver = nvidia.found ? 'nvidia-vulkan-icd' : 'mesa-vulkan-drivers';
  const hint = `install the Vulkan driver of ${devices.join(', ')}, ${byApt(driver)}`;
  // Seen on an H200: NVIDIA's driver was there, and did not start before these were.
  const loaders =
    '; if it is there, the libraries that it loads: `apt-get install libegl1 libgl1 libgles2 libopengl0 libxext6`';
  return { why, hint: nvidia.found ? hint + loaders : hint };
};

const tryAdapter = async (
  rung: Rung,
  { name, software }: GraphicsAdapter,
  around: Surroundings,
): Promise<BackendDiagnosis> => {
  const version = versionOf('webgpu');
  const choice = { ...choiceOf(rung, version, 1), device: software ? 'cpu' : 'gpu', adapter: name } as const;
  // With the processor for a GPU, what others do in seconds takes minutes.
  const tried = await run(choice, { ...around, measure: around.measure && !software }, {});
  const about = { ...rung, described: name, ...(software && { software }) };
  return tried.works ? { ...about, ...worksWith(tried) } : { ...about, version, works: false, ...whyNot(tried) };
};

const ofPackage = async (rung: Rung, around: Surroundings): Promise<BackendDiagnosis> => {
  const version = versionOf(rung.name);
  const tried = await run(choiceOf(rung, version, rung.name === 'wasm' ? around.threads : 1), around, {});
  return tried.works ? { ...rung, ...worksWith(tried) } : { ...rung, version, works: false, ...whyNot(tried) };
};

const ways: Readonly<Record<BackendName, (rung: Rung, around: Surroundings) => Promise<BackendDiagnosis>>> = {
  tensorflow,
  webgpu,
  wasm: ofPackage,
  cpu: ofPackage,
};

const choiceOf = ({ name, device }: Rung, version: string, threads: number): GrantedBackend => ({
  name,
  version,
  device,
  threads,
  deterministic: false,
});

const run = (
  backend: GrantedBackend,
  around: Surroundings,
  place: { readonly installed?: Installed },
): Promise<Trial> => {
  const { signal, measure } = around;
  // TensorFlow tells which of CUDA's libraries it misses as a warning.
  const base = { ...around.environment, TF_CPP_MIN_LOG_LEVEL: '1' };
  const environment = backendEnvironment(backend, { environment: base, ...place });
  return tryBackend({ backend, measure, environment, signal });
};

const worksWith = ({ backend, speed }: Trial & { works: true }) => ({
  works: true,
  version: backend.version,
  threads: backend.threads,
  ...(speed && { speed }),
});

type Failed = Trial & { works: false };

const whyNot = ({ reason }: Failed, hint?: string) => ({ why: reason, ...(hint !== undefined && { hint }) });

/** TensorFlow computes on the processor where it misses something, and does not fail. */
const whyNoGpu = (tried: Failed, { nvidia, cudaLibraries }: Surroundings) => {
  if (!nvidia.found) return { why: `no NVIDIA GPU here (${nvidia.why})` };
  const missing = cudaLibraries.filter(({ path }) => path === undefined).map(({ name }) => name);
  if (missing.length > 0)
    return { why: `libraries of CUDA are missing: ${missing.join(', ')}`, hint: mendCommands('gpu') };
  const warning = tried.said.split('\n').find((line) => /GPU|CUDA/i.test(line));
  return { why: warning === undefined ? tried.reason : `${tried.reason} (${warning.slice(0, 300)})` };
};

const commandOf = (device: 'cpu' | 'gpu'): string => `stemma backend install${device === 'gpu' ? ' --gpu' : ''}`;

const installCommand = (device: 'cpu' | 'gpu'): string => `\`${commandOf(device)}\``;

const mendCommands = (device: 'cpu' | 'gpu'): string =>
  `\`stemma backend remove ${installedName({ tensorflow: tensorflowVersion, device })} && ${commandOf(device)}\``;
