import type { DiagnosisRemedy } from '../../../types/generated/diagnosis.ts';
import type { Upstream } from '../../../types/stage.ts';
import { own } from '../../own.ts';
import type { NamedStage } from './change.ts';

/** What remedies are made for. */
export interface Subject {
  /** The stage that trained; undefined where its type is not Stemma's, so that nothing is known of its params. */
  readonly train: NamedStage | undefined;
  /** The stage that varies its examples, if one does. */
  readonly augment: NamedStage | undefined;
  readonly data: 'images' | 'series' | 'tokens' | 'table';
  /** Classes, labels and tags; or numbers. */
  readonly target: 'classes' | 'number';
  /** Whether rows can be mixed, and words moved to other places, with what is learned of them. */
  readonly mixes: boolean;
  readonly moves: boolean;
  readonly hasValidation: boolean;
  /** Epochs that were trained, and whether all that were planned. */
  readonly epochs: number;
  readonly stopped: 'finished' | 'early';
  /** The epoch whose weights are kept. */
  readonly kept: number;
  /** The epoch at which the smoothed loss on validation is lowest. */
  readonly lowest: number;
}

/** One remedy, or none where it makes no sense. */
export type Remedy = (subject: Subject, train: NamedStage) => DiagnosisRemedy | undefined;

/** Those that make sense, in their order. */
export const remediesFor = (subject: Subject, all: readonly Remedy[]): DiagnosisRemedy[] => {
  const { train } = subject;
  return train === undefined ? [] : all.flatMap((remedy) => remedy(subject, train) ?? []);
};

/** The stage that made the history, where its type is `train`. */
export const trainIn = (upstream: Upstream | undefined): NamedStage | undefined => {
  const stage = upstream && stageNamed(own(upstream.deps, 'history')?.split('.')[0], upstream);
  return stage?.uses === 'train' ? stage : undefined;
};

/** The stage on the way of train's examples that varies them, where there is one. */
export const augmentOf = (train: NamedStage | undefined, upstream: Upstream | undefined): NamedStage | undefined => {
  const seen = new Set<string>();
  let stage = train;
  while (stage !== undefined && upstream !== undefined && !seen.has(stage.name)) {
    seen.add(stage.name);
    stage = stageNamed(own(stage.deps, 'train')?.split('.')[0], upstream);
    if (stage?.uses === 'augment') return stage;
  }
  return undefined;
};

const stageNamed = (name: string | undefined, { stages }: Upstream): NamedStage | undefined => {
  const stage = name === undefined ? undefined : own(stages, name);
  return stage && { ...stage, name: name! };
};
