import { clear, count, floats4, increase, int, type Local, routine } from './assembler.ts';

/**
 * The inner loop of MaxPoolGrad: sets dx to zero, then adds each element of dy to it where its window has its maximum first.
 *
 * Four channels at a time pass through their window, row by row; `taken` remembers in which of them the maximum has
 * been met.
 *
 * Params: addresses of x and dx [images, height, width, channels] and of y and dy [images, outHeight, outWidth,
 * channels]; `channelBytes`, a multiple of 16; the windows' height and width, their steps, and the padding above
 * and left of the first.
 */
export const maxPoolGradient = routine(
  [
    ...(['x', 'y', 'dy', 'dx', 'images', 'height', 'width', 'outHeight', 'outWidth', 'channelBytes'] as const),
    ...(['windowHeight', 'windowWidth', 'stepDown', 'stepRight', 'padTop', 'padLeft'] as const),
  ],
  (param, take) => {
    const { image, outY, outX, y, x, channel } = take.ints('image', 'outY', 'outX', 'y', 'x', 'channel');
    const { up, left, top, bottom, start, end } = take.ints('up', 'left', 'top', 'bottom', 'start', 'end');
    const { at, output } = take.ints('at', 'output');
    const { maximum, slope, taken, here } = take.vectors('maximum', 'slope', 'taken', 'here');
    const clip = (from: Local, window: Local, size: Local) => ({
      from: int.max(from.get, int.of(0)),
      end: int.min(int.add(from.get, window.get), size.get),
    });
    const rows = clip(up, param.windowHeight, param.height);
    const columns = clip(left, param.windowWidth, param.width);
    const line = int.add(int.multiply(image.get, param.height.get), y.get);
    const pixel = int.add(int.multiply(line, param.width.get), x.get);
    const imageBytes = int.multiply(int.multiply(param.height.get, param.width.get), param.channelBytes.get);
    const target = int.add(param.dx.get, at.get);
    const tap = [
      at.set(int.add(int.multiply(pixel, param.channelBytes.get), channel.get)),
      here.set(floats4.equal(floats4.load(int.add(param.x.get, at.get)), maximum.get)),
      here.set(floats4.andNot(here.get, taken.get)),
      taken.set(floats4.or(taken.get, here.get)),
      floats4.store(target, floats4.add(floats4.load(target), floats4.and(slope.get, here.get))),
    ];
    const window = [
      maximum.set(floats4.load(int.add(param.y.get, output.get))),
      slope.set(floats4.load(int.add(param.dy.get, output.get))),
      taken.set(floats4.zero),
      count(y, { from: top.get, end: bottom.get }, count(x, { from: start.get, end: end.get }, ...tap)),
      increase(output, int.of(16)),
    ];
    return [
      output.set(int.of(0)),
      count(
        image,
        { end: param.images.get },
        clear(int.add(param.dx.get, int.multiply(image.get, imageBytes)), imageBytes),
        count(
          outY,
          { end: param.outHeight.get },
          up.set(int.subtract(int.multiply(outY.get, param.stepDown.get), param.padTop.get)),
          top.set(rows.from),
          bottom.set(rows.end),
          count(
            outX,
            { end: param.outWidth.get },
            left.set(int.subtract(int.multiply(outX.get, param.stepRight.get), param.padLeft.get)),
            start.set(columns.from),
            end.set(columns.end),
            count(channel, { end: param.channelBytes.get, step: int.of(16) }, ...window),
          ),
        ),
      ),
    ];
  },
);
