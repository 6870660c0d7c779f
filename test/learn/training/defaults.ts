import type { CnnParams, MlpParams, ModelParams } from '../../../src/learn/models/presets.ts';
import type { AdamParams, OptimizerParams, SgdParams } from '../../../src/learn/training/optimizers.ts';
import { fillDefaults } from '../../../src/load/fill-defaults.ts';
import type { Json, JsonObject } from '../../../src/types/json.ts';
import declaration from '../../../stages/train/stage.json' with { type: 'json' };

const { properties } = declaration.params as unknown as { properties: { model: JsonObject; optimizer: JsonObject } };

/** Params of a model as train gets them: stage.json's defaults filled in. */
export const modelParams = (params: SomeModel): ModelParams =>
  fillDefaults(properties.model, structuredClone(params) as unknown as Json) as unknown as ModelParams;

/** Params of an optimizer as train gets them. */
export const optimizerParams = (params: SomeOptimizer): OptimizerParams =>
  fillDefaults(properties.optimizer, structuredClone(params) as unknown as Json) as unknown as OptimizerParams;

/** Params as people write them. */
export type SomeModel = Some<CnnParams, 'preset'> | Some<MlpParams, 'preset'>;
export type SomeOptimizer = Some<SgdParams, 'name'> | Some<AdamParams, 'name'>;

type Some<Params, Name extends keyof Params> = Pick<Params, Name> & Partial<Params>;
