import { clear, floats4, int, routine } from './assembler.ts';
import { geometry, overWindows } from './windows.ts';

/** The inner loop of MaxPool: y is the greatest of each window of x. Params: as `maxPoolGradient`'s. */
export const maxPool = routine(['x', 'y', ...geometry], (param, take) => {
  const { greatest } = take.vectors('greatest');
  return overWindows(param, take, {
    image: () => [],
    begin: () => [greatest.set(floats4.lowest)],
    tap: (at) => [greatest.set(floats4.larger(greatest.get, floats4.load(int.add(param.x.get, at))))],
    end: (output) => [floats4.store(int.add(param.y.get, output), greatest.get)],
  });
});

/**
 * The inner loop of MaxPoolGrad: sets dx to zero, then adds each element of dy to it where its window has its maximum
 * first. `taken` remembers in which of four channels the maximum has been met.
 *
 * Params: addresses of x and dx [images, height, width, channels] and of y and dy [images, outHeight, outWidth,
 * channels]; `channelBytes`, a multiple of 16; the windows' height and width, their steps, and the padding above
 * and left of the first.
 */
export const maxPoolGradient = routine(['x', 'y', 'dy', 'dx', ...geometry], (param, take) => {
  const { maximum, slope, taken, here } = take.vectors('maximum', 'slope', 'taken', 'here');
  return overWindows(param, take, {
    image: (at, bytes) => [clear(int.add(param.dx.get, at), bytes)],
    begin: (output) => [
      maximum.set(floats4.load(int.add(param.y.get, output))),
      slope.set(floats4.load(int.add(param.dy.get, output))),
      taken.set(floats4.zero),
    ],
    tap: (at) => [
      here.set(floats4.equal(floats4.load(int.add(param.x.get, at)), maximum.get)),
      here.set(floats4.andNot(here.get, taken.get)),
      taken.set(floats4.or(taken.get, here.get)),
      floats4.store(
        int.add(param.dx.get, at),
        floats4.add(floats4.load(int.add(param.dx.get, at)), floats4.and(slope.get, here.get)),
      ),
    ],
    end: () => [],
  });
});
