import type { Machine } from '../machine/machine.ts';
import { type Look, ladder, type Rung, rungsOf, sayRung } from '../machine/rungs.ts';
import type { Pipeline, Stage } from '../types/pipeline.ts';
import type { BackendChoice } from '../types/stage.ts';
import { InputProblem } from './inputs.ts';

/** The backend that a stage will run on, and why not those above it. */
export interface ResolvedBackend {
  readonly choice: BackendChoice;
  /** What a person would call the device. */
  readonly described?: string;
  readonly passedOver: readonly PassedOver[];
}

/** A rung of the ladder that was not taken. */
export interface PassedOver {
  /** As `tensorflow (GPU)`. */
  readonly backend: string;
  readonly why: string;
  readonly hint?: string;
}

export interface BackendRequest {
  readonly pipeline: Pick<Pipeline, 'backend' | 'determinism'>;
  readonly stage: Pick<Stage, 'resources'>;
  readonly machine: Machine;
  /** Why this very stage has been found not to run on a choice, if so. */
  readonly refused: (choice: BackendChoice) => string | undefined;
}

/** What the pipeline or `--backend` insists on is not to be had. */
export class BackendProblem extends InputProblem {}

/**
 * The backend of a stage, without loading TensorFlow.js: for `auto` the first rung of the ladder that is there and has
 * not been found unfit for this stage; else the one that is insisted on.
 *
 * @throws BackendProblem where there is none: nothing else is taken in its place.
 */
export const resolveBackend = async (request: BackendRequest): Promise<ResolvedBackend> => {
  const { backend: asked } = request.pipeline;
  const passedOver: PassedOver[] = [];
  for (const rung of asked === 'auto' ? ladder : rungsOf(asked)) {
    const look = await request.machine.look(rung);
    const tried = fitting(rung, look, request);
    if ('choice' in tried) return { ...tried, passedOver };
    passedOver.push({ backend: sayRung(rung), ...tried });
  }
  const { hint } = passedOver.at(-1)!;
  throw new BackendProblem(
    `backend ${asked} cannot be had here: ${passedOver.map(({ backend, why }) => `${backend}: ${why}`).join('; ')}`,
    hint ?? '`"backend": "auto"` takes the first that works',
  );
};

type Tried = Pick<ResolvedBackend, 'choice' | 'described'> | Omit<PassedOver, 'backend'>;

const fitting = (rung: Rung, look: Look, { pipeline, stage, refused }: BackendRequest): Tried => {
  if (look.kind === 'not there') return { why: look.why, ...(look.hint !== undefined && { hint: look.hint }) };
  if (look.software && pipeline.backend === 'auto') return { why: `${look.described} is a software adapter` };
  const choice = choiceOf(rung, look, { cpus: stage.resources.cpus, determinism: pipeline.determinism });
  if (pipeline.determinism === 'strict' && !choice.deterministic)
    return { why: 'it cannot promise equal bits, which "determinism": "strict" asks for' };
  const why = pipeline.backend === 'auto' ? refused(choice) : undefined;
  return why === undefined ? { choice, ...(look.described && { described: look.described }) } : { why };
};

interface Asked {
  readonly cpus: number;
  readonly determinism: Pipeline['determinism'];
}

/**
 * The number of threads is what the stage's resources say, not the number of cores here: it can change the last bits
 * of a sum, so it belongs to the fingerprint.
 */
const choiceOf = ({ name, device }: Rung, look: Look & { kind: 'there' }, { cpus, determinism }: Asked) => {
  const kind = look.software ? 'cpu' : device;
  const strict = name === 'tensorflow' && determinism === 'strict';
  return {
    ...{ name, version: look.version, device: kind },
    threads: kind === 'cpu' && (name === 'tensorflow' || name === 'wasm') ? cpus : 1,
    deterministic: name === 'webgpu' ? false : kind === 'cpu' || strict,
  };
};
