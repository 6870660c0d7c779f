import { clear, copy, count, increase, int, routine } from './assembler.ts';

/**
 * Copies images into the middle of larger ones, with zeros around.
 *
 * Params: addresses of x [images, lines · lineBytes] and out; `images`; `lines`, `lineBytes` of one of x; `margin` of
 * bytes in out before the first line, `outLine` from a line to the next, `outImage` of an image.
 */
export const frame = routine(
  ['x', 'out', 'images', 'lines', 'lineBytes', 'margin', 'outLine', 'outImage'],
  (param, take) => {
    const { image, line, at } = take.ints('image', 'line', 'at');
    return [
      count(
        image,
        { end: param.images.get },
        clear(param.out.get, param.outImage.get),
        at.set(int.add(param.out.get, param.margin.get)),
        count(
          line,
          { end: param.lines.get },
          copy(at.get, param.x.get, param.lineBytes.get),
          increase(param.x, param.lineBytes.get),
          increase(at, param.outLine.get),
        ),
        increase(param.out, param.outImage.get),
      ),
    ];
  },
);
