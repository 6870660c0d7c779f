import { backend_util, getKernel, registerKernel, type TensorInfo, unregisterKernel } from '@tensorflow/tfjs-core';
import { elementwise, integers, type WebgpuBackend } from './program.ts';

/**
 * The gradient of a convolution by its filter, its sums cut into parts.
 *
 * The shipped kernel gives each weight to one invocation, which goes over all places of all images by itself: 288 weights
 * keep 288 of a card's threads busy. Here as many invocations as the card has threads take some rows of images each, and
 * a second program adds up their parts.
 *
 * @see https://github.com/tensorflow/tfjs/blob/tfjs-v4.22.0/tfjs-backend-webgpu/src/conv_backprop_webgpu.ts
 */
export const registerFilterGradient = (): void => {
  const { kernelFunc: shipped } = getKernel(name, 'webgpu');
  unregisterKernel(name, 'webgpu');
  const kernelFunc = (call: object) => (isOurs(call as Call) ? inParts(call as Call) : shipped(call as never));
  registerKernel({ kernelName: name, backendName: 'webgpu', kernelFunc });
};

const name = 'Conv2DBackpropFilter';

interface Call {
  readonly inputs: { readonly x: TensorInfo; readonly dy: TensorInfo };
  readonly attrs: {
    readonly strides: number | [number, number];
    readonly pad: 'valid' | 'same' | number | [number, number][];
    readonly dataFormat: string;
    readonly dimRoundingMode?: 'floor' | 'round' | 'ceil';
    readonly filterShape: [number, number, number, number];
  };
  readonly backend: WebgpuBackend;
}

const isOurs = ({ attrs }: Call): boolean => attrs.dataFormat === 'NHWC';

/** Threads of a large card at once, and more parts than are added up in no time. */
const most = { invocations: 2 ** 18, parts: 256 };

const inParts = ({ inputs: { x, dy }, attrs, backend }: Call): TensorInfo => {
  const { strides, pad, dimRoundingMode, filterShape } = attrs;
  const shape = x.shape as [number, number, number, number];
  const info = backend_util.computeConv2DInfo(shape, filterShape, strides, 1, pad as 'same', dimRoundingMode);
  const weights = filterShape.reduce((all, one) => all * one, 1);
  const rows = info.batchSize * info.outHeight;
  const rowsOfPart = Math.ceil(rows / Math.min(most.parts, rows, Math.ceil(most.invocations / weights)));
  const parts = Math.ceil(rows / rowsOfPart);
  const summed = backend.runWebGPUProgram(partsProgram([parts, weights]), [x, dy], 'float32', [
    integers(info.padInfo.top, info.padInfo.left),
    integers(info.strideHeight, info.strideWidth),
    ...[info.inHeight, info.inWidth, info.outHeight, info.outWidth].map((one) => integers(one)),
    ...[info.filterWidth, info.inChannels, info.outChannels].map((one) => integers(one)),
    ...[weights, rows, rowsOfPart].map((one) => integers(one)),
  ]);
  const gradient = backend.runWebGPUProgram(sumProgram(filterShape), [summed], 'float32', [integers(parts)]);
  backend.disposeData(summed.dataId);
  return gradient;
};

/** [part, weight] of images [b, h, w, in] and gradients [b, h, w, out]; weights in the order of [h, w, in, out]. */
const partsProgram = (shape: readonly number[]) =>
  elementwise({
    ...{ key: 'filterGradientInParts', inputs: ['x', 'dy'], shape },
    uniforms: `pads : vec2<i32>, strides : vec2<i32>, inHeight : i32, inWidth : i32, outHeight : i32, outWidth : i32,
      filterWidth : i32, inChannels : i32, outChannels : i32, weights : i32, rows : i32, rowsOfPart : i32,`,
    code: `
      let weight = index % uniforms.weights;
      let begin = index / uniforms.weights * uniforms.rowsOfPart;
      let end = min(begin + uniforms.rowsOfPart, uniforms.rows);
      let outChannel = weight % uniforms.outChannels;
      let inChannel = weight / uniforms.outChannels % uniforms.inChannels;
      let place = weight / (uniforms.outChannels * uniforms.inChannels);
      let across = place % uniforms.filterWidth;
      let down = place / uniforms.filterWidth;
      var sum = 0.0;
      for (var row = begin; row < end; row = row + 1) {
        let image = row / uniforms.outHeight;
        let line = row % uniforms.outHeight;
        let inY = down + line * uniforms.strides[0] - uniforms.pads[0];
        if (inY < 0 || inY >= uniforms.inHeight) { continue; }
        for (var column = 0; column < uniforms.outWidth; column = column + 1) {
          let inX = across + column * uniforms.strides[1] - uniforms.pads[1];
          if (inX < 0 || inX >= uniforms.inWidth) { continue; }
          sum = sum + getX(image, inY, inX, inChannel) * getDy(image, line, column, outChannel);
        }
      }
      setOutputAtIndex(index, sum);`,
  });

const sumProgram = (shape: readonly number[]) =>
  elementwise({
    ...{ key: 'filterGradientOfParts', inputs: ['parts'], uniforms: 'count : i32,', shape },
    code: `
      var sum = 0.0;
      for (var part = 0; part < uniforms.count; part = part + 1) {
        sum = sum + f32(parts[part * uniforms.size + index]);
      }
      setOutputAtIndex(index, sum);`,
  });
