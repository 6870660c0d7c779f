import type { JsonObject } from '../types/json.ts';
import type { GateVerdict, MetricValue, Progress, Rehearsal } from '../types/stage.ts';

/** What a stage process tells the runner while it works. */
export type StageMessage =
  /** A process that waited has taken its order; before, nothing of the stage has run. */
  | { readonly type: 'began' }
  | { readonly type: 'progress'; readonly progress: Progress }
  | { readonly type: 'summary'; readonly line: string }
  | { readonly type: 'metrics'; readonly values: Readonly<Record<string, MetricValue>> }
  | { readonly type: 'verdict'; readonly verdict: GateVerdict }
  | { readonly type: 'telemetry'; readonly values: JsonObject }
  | { readonly type: 'notice'; readonly message: string }
  /** The backend cannot run this stage; followed by `failed`. */
  | { readonly type: 'unfit'; readonly message: string }
  | { readonly type: 'rehearsed'; readonly rehearsal: Rehearsal }
  | { readonly type: 'ended' }
  | { readonly type: 'failed'; readonly message: string };

/** A stage's own code may send what it likes: what is none of these is not heard. */
export const isStageMessage = (value: unknown): value is StageMessage => {
  const message = Object(value) as Readonly<Record<string, unknown>>;
  const { type } = message;
  return typeof type === 'string' && Object.hasOwn(shapes, type) && shapes[type as StageMessage['type']](message);
};

type Fields = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isProgress = (value: unknown): boolean =>
  isObject(value) &&
  Number.isFinite(value['done']) &&
  Number.isFinite(value['total']) &&
  typeof value['unit'] === 'string' &&
  ['undefined', 'string'].includes(typeof value['note']);

const isRehearsal = (value: unknown): boolean => {
  if (!isObject(value) || !isObject(value['step']) || !isObject(value['between'])) return false;
  const { steps, step, stepsPerEpoch, epochs, before, between } = value as { step: Fields; between: Fields } & Fields;
  const { data, transfer, compute, rest } = step;
  const counts = [steps, stepsPerEpoch, epochs].every((count) => Number.isInteger(count) && Number(count) > 0);
  const seconds = [before, data, transfer, compute, rest, between['compute'], between['rest']];
  return counts && seconds.every((each) => Number.isFinite(each) && Number(each) >= 0);
};

const isVerdict = (value: unknown): boolean =>
  isObject(value) &&
  typeof value['accepted'] === 'boolean' &&
  Array.isArray(value['reasons']) &&
  value['reasons'].every((reason) => typeof reason === 'string');

const shapes: Readonly<Record<StageMessage['type'], (message: Fields) => boolean>> = {
  began: () => true,
  progress: ({ progress }) => isProgress(progress),
  summary: ({ line }) => typeof line === 'string',
  metrics: ({ values }) => isObject(values),
  verdict: ({ verdict }) => isVerdict(verdict),
  telemetry: ({ values }) => isObject(values),
  notice: ({ message }) => typeof message === 'string',
  unfit: ({ message }) => typeof message === 'string',
  rehearsed: ({ rehearsal }) => isRehearsal(rehearsal),
  ended: () => true,
  failed: ({ message }) => typeof message === 'string',
};
