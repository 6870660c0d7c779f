import { type Code, count, during, floats4, increase, int, type Local, routine } from './assembler.ts';

/**
 * Products of windows by a matrix: what a convolution and a product of matrices have in common.
 *
 * out[image, p, c] = Σₗ Σᵣ x[image, places[p] + l · line + r · step] · w[c, l, r]: at each place p of an image begins a
 * window of `lines` lines of `length` elements each. Four places and eight channels at a time are kept in registers while
 * the window passes by; no patch and no transpose is written down.
 *
 * Params: addresses of x, of the packed w [channels / 8, lines · length, 8], of out [images, places, channels] and of
 * `places` (int32, a multiple of four of them: bytes from an image's first element; what stands behind the last is
 * computed again and is the same as the last); `images`; `count` of places; `channelBytes` of one place of out,
 * a multiple of 32; `lines`, `length`; steps in x, in bytes, from a line to the next, from an element to the next, from
 * an image to the next; and in out from an image to the next.
 */
export const windowProducts = routine(
  [
    ...(['x', 'w', 'out', 'places', 'images', 'count', 'channelBytes', 'lines', 'length'] as const),
    ...(['xLine', 'xStep', 'xImage', 'outImage'] as const),
  ],
  (param, take) => {
    const { image, channel, place, line, last } = take.ints('image', 'channel', 'place', 'line', 'last');
    const { factors, block, end, lineStart, target } = take.ints('factors', 'block', 'end', 'lineStart', 'target');
    const { left, right, value } = take.vectors('left', 'right', 'value');
    const at = Object.values(take.ints('first', 'second', 'third', 'fourth'));
    const begin = Object.values(take.ints('beginFirst', 'beginSecond', 'beginThird', 'beginFourth'));
    const sums = at.map(() => Object.values(take.vectors('left', 'right')) as [Local, Local]);

    const element = [
      left.set(floats4.load(factors.get)),
      right.set(floats4.load(factors.get, 16)),
      ...sums.flatMap(([first, second], index) => [
        value.set(floats4.loadSplat(at[index]!.get)),
        first.set(floats4.add(first.get, floats4.multiply(value.get, left.get))),
        second.set(floats4.add(second.get, floats4.multiply(value.get, right.get))),
        increase(at[index]!, param.xStep.get),
      ]),
      increase(factors, int.of(32)),
    ];
    const window = [
      factors.set(block.get),
      lineStart.set(int.of(0)),
      count(
        line,
        { end: param.lines.get },
        ...at.map((one, index) => one.set(int.add(begin[index]!.get, lineStart.get))),
        end.set(int.add(factors.get, int.multiply(param.length.get, int.of(32)))),
        during(int.less(factors.get, end.get), ...element),
        increase(lineStart, param.xLine.get),
      ),
    ];
    const four = [
      ...begin.map((one, index) =>
        one.set(
          int.add(param.x.get, int.load(int.add(param.places.get, int.multiply(place.get, int.of(4))), 4 * index)),
        ),
      ),
      ...sums.flat().map((sum) => sum.set(floats4.zero)),
      ...window,
      ...sums.flatMap(([first, second], index) => [
        target.set(outAddress(int.min(int.add(place.get, int.of(index)), last.get))),
        floats4.store(target.get, first.get),
        floats4.store(target.get, second.get, 16),
      ]),
    ];
    function outAddress(index: Code): Code {
      return int.add(int.add(param.out.get, int.multiply(index, param.channelBytes.get)), channel.get);
    }
    return [
      last.set(int.subtract(param.count.get, int.of(1))),
      count(
        image,
        { end: param.images.get },
        block.set(param.w.get),
        count(
          channel,
          { end: param.channelBytes.get, step: int.of(32) },
          count(place, { end: param.count.get, step: int.of(4) }, ...four),
          block.set(factors.get),
        ),
        increase(param.x, param.xImage.get),
        increase(param.out, param.outImage.get),
      ),
    ];
  },
);
