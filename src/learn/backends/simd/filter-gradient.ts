import { type Code, count, during, floats4, increase, int, type Local, routine } from './assembler.ts';

/**
 * The inner loop of Conv2DBackpropFilter: adds the filter's gradient by a batch to dw.
 *
 * dw[r, c] += Σ x[position + offsets[r]] · dy[position, c], over all output positions of all images.
 * Four rows r and eight channels c at a time are kept in registers while the positions of one image pass by;
 * neither the input's patches nor a transpose is ever written down.
 *
 * Params: addresses of x, dy, dw [rows, channels] and offsets (int32 [rows], bytes from a position's first input);
 * `rows`, a multiple of 4; `someBytes` of the channels to compute, a multiple of 32, out of `channelBytes` of one row of dw; `images`; `lines` and `lineBytes` of
 * one image of dy; steps in x, in bytes, from a position to the next, from a line to the next, from an image to the
 * next.
 */
export const filterGradient = routine(
  [
    'x',
    'dy',
    'dw',
    'offsets',
    'rows',
    'someBytes',
    'channelBytes',
    'images',
    'lines',
    'lineBytes',
    'xStep',
    'xLine',
    'xImage',
  ],
  (param, take) => {
    const { image, row, channel, line } = take.ints('image', 'row', 'channel', 'line');
    const { at, lineStart, slope, lineEnd, sum } = take.ints('at', 'lineStart', 'slope', 'lineEnd', 'sum');
    const { left, right, value } = take.vectors('left', 'right', 'value');
    const offsets = Object.values(take.ints('first', 'second', 'third', 'fourth'));
    const sums = offsets.map(() => Object.values(take.vectors('left', 'right')) as [Local, Local]);

    const eachSum = (code: (address: Code, at: number) => Code): Code => [
      ...sum.set(int.add(int.add(param.dw.get, int.multiply(row.get, param.channelBytes.get)), channel.get)),
      ...sums.flatMap((_, at) => [...code(sum.get, at), ...increase(sum, param.channelBytes.get)]),
    ];
    const readSums = eachSum((from, at) => [
      ...sums[at]![0].set(floats4.load(from)),
      ...sums[at]![1].set(floats4.load(from, 16)),
    ]);
    const writeSums = eachSum((to, at) => [
      ...floats4.store(to, sums[at]![0].get),
      ...floats4.store(to, sums[at]![1].get, 16),
    ]);
    const readOffsets = offsets.flatMap((offset, at) =>
      offset.set(int.load(int.add(param.offsets.get, int.multiply(row.get, int.of(4))), 4 * at)),
    );
    const position = [
      left.set(floats4.load(slope.get)),
      right.set(floats4.load(slope.get, 16)),
      ...sums.flatMap(([first, second], index) => [
        value.set(floats4.loadSplat(int.add(at.get, offsets[index]!.get))),
        first.set(floats4.add(first.get, floats4.multiply(value.get, left.get))),
        second.set(floats4.add(second.get, floats4.multiply(value.get, right.get))),
      ]),
      increase(at, param.xStep.get),
      increase(slope, param.channelBytes.get),
    ];
    const positions = [
      lineStart.set(param.x.get),
      slope.set(int.add(param.dy.get, channel.get)),
      count(
        line,
        { end: param.lines.get },
        at.set(lineStart.get),
        lineEnd.set(int.add(slope.get, param.lineBytes.get)),
        during(int.less(slope.get, lineEnd.get), ...position),
        increase(lineStart, param.xLine.get),
      ),
    ];
    const channels = { end: param.someBytes.get, step: int.of(32) };
    const rows = { end: param.rows.get, step: int.of(4) };
    return [
      count(
        image,
        { end: param.images.get },
        count(row, rows, readOffsets, count(channel, channels, readSums, ...positions, writeSums)),
        increase(param.x, param.xImage.get),
        increase(param.dy, int.multiply(param.lines.get, param.lineBytes.get)),
      ),
    ];
  },
);
