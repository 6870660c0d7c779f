import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { registerBatchMatMul } from './wasm/batch-mat-mul.ts';
import { registerConv2DBackpropFilter } from './wasm/conv2d-backprop-filter.ts';
import { registerConv2DBackpropInput } from './wasm/conv2d-backprop-input.ts';
import { registerMaxPoolGrad } from './wasm/max-pool-grad.ts';
import { registerSum } from './wasm/sum.ts';

export const registerOurKernels = (backend: BackendWasm): void => {
  registerBatchMatMul();
  registerConv2DBackpropInput();
  registerConv2DBackpropFilter(backend);
  registerMaxPoolGrad(backend);
  registerSum(backend);
};
