import type { CnnParams, MlpParams, ModelParams } from '../../../src/learn/models/presets.ts';
import type { OptimizerParams } from '../../../src/learn/training/optimizers/make.ts';
import type { ScheduleParams } from '../../../src/learn/training/schedules/make.ts';
import { fillDefaults } from '../../../src/load/fill-defaults.ts';
import type { Json, JsonObject } from '../../../src/types/json.ts';
import declaration from '../../../stages/train/stage.json' with { type: 'json' };

const { properties, definitions } = declaration.params as unknown as {
  properties: { model: JsonObject; optimizer: JsonObject; schedule: JsonObject };
  definitions: JsonObject;
};

interface Branch {
  readonly properties: { readonly name: { readonly const: string } };
}

/** Params of a model as train gets them: stage.json's defaults filled in. */
export const modelParams = (params: SomeModel): ModelParams =>
  fillDefaults(properties.model, structuredClone(params) as unknown as Json) as unknown as ModelParams;

/** Params of an optimizer as train gets them. */
export const optimizerParams = (params: SomeOptimizer): OptimizerParams =>
  fillDefaults(
    { ...properties.optimizer, definitions },
    structuredClone(params) as unknown as Json,
  ) as unknown as OptimizerParams;

/** Params of a schedule as train gets them. */
export const scheduleParams = (params: object): ScheduleParams =>
  fillDefaults({ ...properties.schedule, definitions }, structuredClone(params) as Json) as unknown as ScheduleParams;

/** All that there are. */
export const scheduleNames = (properties.schedule as unknown as { oneOf: Branch[] }).oneOf.map(
  (branch) => branch.properties.name.const,
);

/** Params as people write them. */
export type SomeModel = Some<CnnParams, 'preset'> | Some<MlpParams, 'preset'>;
export type SomeOptimizer = OptimizerParams extends infer One
  ? One extends OptimizerParams
    ? Some<One, 'name'>
    : never
  : never;

type Some<Params, Name extends keyof Params> = Pick<Params, Name> & Partial<Params>;
