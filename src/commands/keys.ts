/** What the keys of a watch do. */
export interface Keys {
  readonly again: () => void;
  readonly quit: () => void;
  readonly interrupt: () => void;
}

/** Of a terminal, or what stands in for one. */
export interface KeyStream {
  readonly isTTY?: boolean;
  setRawMode?(raw: boolean): unknown;
  resume(): unknown;
  pause(): unknown;
  on(event: 'data', listener: (data: Buffer | string) => void): unknown;
  removeListener(event: 'data', listener: (data: Buffer | string) => void): unknown;
}

/** Listens to single keys of a terminal: r and Enter run again, q quits. Elsewhere it listens to nothing. */
export const listenToKeys = (stream: KeyStream, keys: Keys): { readonly release: () => void } => {
  if (stream.isTTY !== true || stream.setRawMode === undefined) return { release: () => {} };
  const onData = (data: Buffer | string): void => {
    for (const key of String(data)) press(key, keys);
  };
  stream.setRawMode(true);
  stream.resume();
  stream.on('data', onData);
  return {
    release: () => {
      stream.removeListener('data', onData);
      stream.setRawMode!(false);
      stream.pause();
    },
  };
};

const press = (key: string, { again, quit, interrupt }: Keys): void => {
  if (key === 'r' || key === '\r' || key === '\n') again();
  else if (key === 'q') quit();
  // A terminal that hands on single keys makes no signal of Ctrl-C.
  else if (key === '\x03' || key === '\x04') interrupt();
};
