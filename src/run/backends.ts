import { backendSettings } from '../machine/backend-environment.ts';
import { cudaDevices, devicesFor } from '../machine/devices.ts';
import { notInstalled } from '../machine/rungs.ts';
import { BackendProblem, type PassedOver, type ResolvedBackend, resolveBackend } from '../plan/backend.ts';
import type { Workspace } from '../plan/workspace.ts';
import type { Pipeline, Stage } from '../types/pipeline.ts';
import type { BackendChoice } from '../types/stage.ts';
import type { StageOutcome } from './outcome.ts';

/** What the stages of a run are to compute on, as far as it is known before their inputs are. */
export interface ExpectedBackend {
  /** As `wasm (CPU, 1 thread)`; empty where no stage declares a backend. */
  readonly line: string;
  /** Why it is none of those that would be faster. */
  readonly passedOver: readonly PassedOver[];
  /** What is insisted on and cannot be had. */
  readonly problems: readonly BackendProblem[];
  readonly choice?: BackendChoice;
}

export const expectedBackend = async (
  stages: readonly Stage[],
  pipeline: Pipeline,
  workspace: Workspace,
): Promise<ExpectedBackend> => {
  const stage = stages.find((each) => each.kind === 'uses' && each.type.usesBackend);
  if (stage === undefined) return { line: '', passedOver: [], problems: [] };
  try {
    const request = { pipeline, stage, machine: workspace.machine(), refused: () => undefined };
    const { choice, described, passedOver } = await resolveBackend(request);
    return { line: lineOf(choice, described), passedOver, problems: [], choice };
  } catch (error) {
    if (error instanceof BackendProblem) return { line: '', passedOver: [], problems: [error] };
    throw error;
  }
};

/** `tensorflow (CPU, 2 threads)`, `webgpu (NVIDIA H100, not deterministic)`. */
const lineOf = ({ name, device, threads, deterministic }: BackendChoice, described = 'GPU'): string => {
  const on = device === 'gpu' ? described : `CPU, ${threads} ${threads === 1 ? 'thread' : 'threads'}`;
  return `${name} (${on}${deterministic ? '' : ', not deterministic'})`;
};

/** What would have made the stages that computed faster: told once the run is over, never done by it. */
export const adviceAfter = (
  outcomes: readonly StageOutcome[],
  { stages, passedOver }: Pick<ExpectedBackend, 'passedOver'> & { readonly stages: readonly Stage[] },
): readonly string[] => {
  const computing = stages.filter((stage) => stage.kind === 'uses' && stage.type.usesBackend).map(({ name }) => name);
  if (!outcomes.some(({ stage, state }) => state === 'ran' && computing.includes(stage))) return [];
  const best = passedOver.find(({ why }) => why === notInstalled);
  return best === undefined ? [] : [`${best.backend} would be faster, and is not installed: ${best.hint}`];
};

/** GPU slots of a run that was not told how many: as many as there are GPUs, for commands or for its backend. */
export const gpuSlots = async (
  asked: number | undefined,
  { choice, machine }: Pick<ExpectedBackend, 'choice'> & Pick<Workspace, 'machine'>,
): Promise<number> => asked ?? Math.max(cudaDevices(machine()).length, (await devicesFor(choice, machine())).length);

/**
 * What the record of a stage run says of its backend.
 *
 * @param devices that the stage had for itself, by their names: what the planner had in mind may have been taken.
 */
export const recordedBackend = (
  { choice, described: expected, passedOver }: ResolvedBackend,
  devices: readonly string[],
) => {
  const onDevices = choice.device === 'gpu' || choice.name === 'webgpu';
  const described = onDevices && devices.length > 0 ? devices.join(', ') : expected;
  return { ...choice, ...(described !== undefined && { described }), ...recordedPlace(choice, passedOver) };
};

const recordedPlace = (choice: BackendChoice, passedOver: readonly PassedOver[]) => ({
  settings: { ...backendSettings(choice) },
  passedOver: passedOver.map(({ backend, why }) => ({ backend, why })),
});
