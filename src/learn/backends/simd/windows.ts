import { type Code, count, increase, int, type Local, type Take } from './assembler.ts';

/** Params of a pooling, behind the addresses of what it reads and writes. */
export const geometry = [
  ...(['images', 'height', 'width', 'outHeight', 'outWidth', 'channelBytes'] as const),
  ...(['windowHeight', 'windowWidth', 'stepDown', 'stepRight', 'padTop', 'padLeft'] as const),
] as const;

/** What happens at an image, at the begin and end of a window, and at each of its elements, at distances in bytes. */
export interface Visits {
  readonly image: (at: Code, bytes: Code) => readonly Code[];
  readonly begin: (output: Code) => readonly Code[];
  readonly tap: (at: Code) => readonly Code[];
  readonly end: (output: Code) => readonly Code[];
}

/** Four channels at a time pass through all windows, row by row; what lies in the padding is left out. */
export const overWindows = (
  param: Readonly<Record<(typeof geometry)[number], Local>>,
  take: Take,
  visits: Visits,
): readonly Code[] => {
  const { image, outY, outX, y, x, channel } = take.ints('image', 'outY', 'outX', 'y', 'x', 'channel');
  const { up, left, top, bottom, start, end } = take.ints('up', 'left', 'top', 'bottom', 'start', 'end');
  const { at, output, imageAt, imageBytes } = take.ints('at', 'output', 'imageAt', 'imageBytes');
  const clip = (from: Local, window: Local, size: Local) => ({
    from: int.max(from.get, int.of(0)),
    end: int.min(int.add(from.get, window.get), size.get),
  });
  const rows = clip(up, param.windowHeight, param.height);
  const columns = clip(left, param.windowWidth, param.width);
  const pixel = int.add(int.multiply(y.get, param.width.get), x.get);
  const tap = [
    at.set(int.add(imageAt.get, int.add(int.multiply(pixel, param.channelBytes.get), channel.get))),
    ...visits.tap(at.get),
  ];
  const window = [
    ...visits.begin(output.get),
    count(y, { from: top.get, end: bottom.get }, count(x, { from: start.get, end: end.get }, ...tap)),
    ...visits.end(output.get),
    increase(output, int.of(16)),
  ];
  const line = [
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
  ];
  return [
    imageBytes.set(int.multiply(int.multiply(param.height.get, param.width.get), param.channelBytes.get)),
    output.set(int.of(0)),
    count(
      image,
      { end: param.images.get },
      imageAt.set(int.multiply(image.get, imageBytes.get)),
      ...visits.image(imageAt.get, imageBytes.get),
      count(outY, { end: param.outHeight.get }, ...line),
    ),
  ];
};
