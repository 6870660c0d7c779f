import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import { address, cut, type Simd } from '../simd/load.ts';
import { runKernel } from './kernel.ts';

/** Zeros around an image. */
export interface Margins {
  readonly top: number;
  readonly bottom: number;
  readonly left: number;
  readonly right: number;
}

/**
 * Images x [batch, height, width, channels] with margins. A further reference to x where these are none; either way it
 * has to be disposed of.
 */
export const framed = (
  { backend, simd }: { readonly backend: BackendWasm; readonly simd: Simd },
  x: TensorInfo,
  { top, bottom, left, right }: Margins,
): TensorInfo => {
  if (top + bottom + left + right === 0) return runKernel('Identity', backend, { x }, {});
  const [images, height, width, channels] = x.shape as [number, number, number, number];
  const out = backend.makeOutput([images, height + top + bottom, width + left + right, channels], 'float32');
  const [lineBytes, outLine] = [4 * width * channels, 4 * out.shape[2]! * channels];
  const outImage = out.shape[1]! * outLine;
  const [xAt, outAt] = [address(backend, x), address(backend, out)];
  const rest = [height, lineBytes, top * outLine + 4 * left * channels, outLine, outImage];
  const shares = cut(images, simd).map(({ from, end }) => [
    ...[xAt + from * height * lineBytes, outAt + from * outImage, end - from, ...rest],
  ]);
  simd.run('frame', shares);
  return out;
};
